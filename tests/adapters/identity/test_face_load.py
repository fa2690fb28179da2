"""A hundred face checks at once: a bounded queue refuses the rest at once, and nothing else waits for them."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from gateway.problems import Problems
from gateway.texts import Texts
from services.common.kit.engines import QUEUE
from services.common.kit.errors import Unavailable
from tests.adapters.identity.face_engine_process import REPOSITORY

ENGINES, CHECKS = 1, 100


@pytest.fixture(scope="module")
def outcome() -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.adapters.identity.face_load_process"],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_what_the_queue_does_not_hold_is_refused_at_once(outcome: dict[str, Any]) -> None:
    assert outcome["refused_at_once"] == {"engine.busy": CHECKS - ENGINES - QUEUE}


def test_everything_else_goes_on_while_all_engines_are_busy(outcome: dict[str, Any]) -> None:
    assert outcome["looked"] == 20


def test_whoever_is_in_the_queue_is_served_in_the_end(outcome: dict[str, Any]) -> None:
    assert outcome["ends"] == {"engine.busy": CHECKS - ENGINES - QUEUE, "served": ENGINES + QUEUE}
    assert outcome["afterwards"] == 0.75


def test_load_starts_no_further_engine_and_an_engine_is_replaced_after_its_jobs(outcome: dict[str, Any]) -> None:
    assert (outcome["children_meanwhile"], outcome["children_afterwards"], outcome["replaced"]) == (
        ENGINES,
        ENGINES,
        True,
    )


def test_busy_is_a_503_that_says_when_to_come_back() -> None:
    problem = Problems(Texts.load()).of_domain(Unavailable("engine.busy"), "en", "c")

    assert (problem.status, problem.members["code"]) == (503, "engine.busy")
    assert int(problem.headers["Retry-After"]) > 0
