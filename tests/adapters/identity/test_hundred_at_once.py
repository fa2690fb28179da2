"""A hundred people before the face check at once: real gateway, service, worker and engine, over HTTP, each with a phone of an own.

Everybody carries a whole check through (all steps, the random action too) and comes back when told to. What this costs is
about 0.5 CPU-seconds a check in the engine, a minute in all; faces are two generated people's, because a portrait counts per account.
"""

from __future__ import annotations

import http.client
import json
import threading
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest

from deploy.containers.pods import resources_of
from deploy.local import proc
from deploy.local.processes import ROSTER, Roster
from deploy.local.stack import Stack
from services.common.kit.errors import Unavailable
from services.common.messages import identity as messages
from services.identity.domain.face_line import LATEST
from tests.adapters.identity.conftest import Person
from tests.adapters.identity.test_over_the_bus import VISITOR, Bus, Newcomer
from tests.stack.waiting import hold_still

pytestmark = [pytest.mark.stack, pytest.mark.timeout(1500)]
CROWD = 100
RUN = ("identity.serve", "identity.worker", "gateway.serve")
FULL = "identity.face_line_full"


@dataclass
class Phone:
    """One person's phone: an address of its own, and a check carried through with patience."""

    gateway: str
    number: int
    token: str
    frames: dict[str, bytes]
    given_up: threading.Event
    turned_away: list[tuple[str, str]] = field(default_factory=list)

    def send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, Any], str]:
        port = urlsplit(self.gateway).port
        home = (f"127.0.1.{self.number + 1}", 0)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=home)
        try:
            told = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en", **headers}
            connection.request(method, path, body, told)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read()), answer.getheader("Retry-After", "")
        finally:
            connection.close()

    def patiently(self, path: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
        """Send, and again after as long as the refusal says."""
        while True:
            assert not self.given_up.is_set()
            status, said, later = self.send("POST", path, body, headers)
            if status == 409:  # noqa: PLR2004 - an answer that came too late had counted: look where the check stands
                status, said, later = self.send("GET", path.removesuffix("/frames"), b"", headers)
            if status != 503:  # noqa: PLR2004
                assert status in (200, 201), said
                return said
            self.turned_away.append((said["code"], later))
            hold_still(int(later))

    def carry_through(self, together: threading.Barrier) -> dict[str, Any]:
        begin = json.dumps({"purpose": "OPEN_CASE"}).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        together.wait(60)
        check = self.patiently("/v1/face-checks", begin, headers)
        hold_still(0.5)  # the policy refuses a step shown faster than a person can
        while check["step"]:
            path = f"/v1/face-checks/{check['check_id']}/frames"
            frame = {"Content-Type": "image/jpeg", "X-Step-Token": check["step"]["step_token"]}
            check = self.patiently(path, self.frames[check["step"]["action"]], frame)
            hold_still(0.5)
        return check


@dataclass
class Rush:
    """What became of the hundred, and what else was answered meanwhile."""

    phones: list[Phone]
    ends: list[dict[str, Any]]
    others: Counter[str]
    peak_mib: float
    log: str


@pytest.fixture(scope="module")
def stack(face_interpreter: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    del face_interpreter  # without it the worker cannot start
    processes = tuple(one for one in ROSTER.processes if one.name in RUN)
    roster = Roster(processes, ROSTER.topology, {"identity": ROSTER.migrations["identity"]})
    stack = Stack(tmp_path_factory.mktemp("hundred") / "var", roster)
    try:
        stack.up()
        yield stack
    finally:
        stack.down()


@pytest.fixture(scope="module")
def rush(stack: Stack, people: list[Person]) -> Rush:
    bus = Bus(stack)
    crowd = [bus.newcomer() for _ in range(CROWD)]
    for one in crowd:
        one.consent()
    _enrol(stack, crowd, people)
    url, start, given_up = stack.environments.public_url, threading.Barrier(CROWD), threading.Event()
    phones = [
        Phone(url, place, one.session.access_token, people[place % 2].takes[0], given_up)
        for place, one in enumerate(crowd)
    ]
    others: Counter[str] = Counter()
    with ThreadPoolExecutor(CROWD) as threads:
        running = [threads.submit(one.carry_through, start) for one in phones]
        try:
            while not all(one.done() for one in running):
                assert not any(one.done() and one.exception() for one in running)
                _ask_others(bus, stack, others)
        finally:
            given_up.set()  # where one has failed the others need not go on
    log = "".join(path.read_text(errors="replace") for path in stack.layout.root.rglob("*.log"))
    return Rush(phones, [one.result() for one in running], others, _peak_mib(stack), log)


def _enrol(stack: Stack, crowd: list[Newcomer], people: list[Person]) -> None:
    """Two hand in a portrait; the others' rows are copies, because a hundred enrolments are not what is looked at here."""
    for one, person in zip(crowd, people, strict=False):
        one.enrol(person.card)
    connection = psycopg2.connect(stack.environments.migration("identity")["GUOHU_DATABASE_OWNER_URL"])
    copy = (
        "INSERT INTO portraits SELECT %s, template_sealed, enrolled_at FROM portraits WHERE person_id = %s"
        " ON CONFLICT DO NOTHING"
    )
    with connection, connection.cursor() as cursor:
        for place, one in enumerate(crowd):
            cursor.execute(copy, (str(one.person_id), str(crowd[place % 2].person_id)))
    connection.close()


def _ask_others(bus: Bus, stack: Stack, others: Counter[str]) -> None:
    """What other people and operators ask meanwhile."""
    kind = messages.CaptchaKind.IMAGE  # made by the very process that runs the face engine
    captcha = messages.CreateCaptcha(kind=kind, language="zh", source=uuid.uuid4().hex)
    asked: dict[str, Callable[[], object]] = {
        "sign in": bus.newcomer,  # who registers first
        "captcha": lambda: bus.gateway.ask(captcha, actor=VISITOR),
        **{name: lambda name=name: _ready(stack.ports[name]) for name in RUN},
    }
    for name, ask in asked.items():
        try:
            ask()
            others[name] += 1
        except (Unavailable, OSError):
            others[f"no {name}"] += 1


def _ready(port: int) -> None:
    """Ask a process whether it is; OSError where it is not, or does not say."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30):
        pass


def _peak_mib(stack: Stack) -> float:
    """The most the worker and its engines ever held, each at its own worst moment."""
    worker = stack.supervisor.children()["identity.worker"].pid
    return sum(_high_water(one.process.pid) for one in proc.tree(worker, proc.everything())) / 1024


def _high_water(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


def test_with_patience_all_hundred_end_with_a_proof_and_nobody_loses_a_try(rush: Rush, stack: Stack) -> None:
    assert Counter((end["state"], end["reason"]) for end in rush.ends) == {("ACCEPTED", None): CROWD}
    assert all(end["proof"] for end in rush.ends)

    connection = psycopg2.connect(stack.environments.migration("identity")["GUOHU_DATABASE_OWNER_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM face_checks WHERE frames = cardinality(actions) + 1")
        (smooth,) = cursor.fetchone() or (0,)  # the neutral frame and one for each action, none twice
    connection.close()
    assert smooth == CROWD


def test_whoever_is_turned_away_is_told_so_and_when_to_come_back(rush: Rush) -> None:
    refusals = [one for phone in rush.phones for one in phone.turned_away]

    assert FULL in {code for code, _ in refusals}
    assert all(0 < int(later) <= LATEST for _, later in refusals)


@pytest.mark.parametrize("name", ["sign in", "captcha", *RUN])
def test_everybody_else_is_answered_meanwhile(name: str, rush: Rush) -> None:
    """A machine with other work may be late once; a service that waits for its engine would never be in time."""
    assert rush.others[name] > 10 * rush.others[f"no {name}"], rush.others


def test_no_process_lost_its_broker_and_nothing_failed(rush: Rush) -> None:
    assert "process started" in rush.log
    for trouble in ("broker connection lost", "broker connection reset", "question failed"):
        assert trouble not in rush.log


def test_the_worker_with_its_engines_stays_below_what_its_container_may_take(rush: Rush) -> None:
    limit = resources_of("identity-worker")["limits"]["memory"]

    assert limit.endswith("Mi")
    assert rush.peak_mib < int(limit[:-2]) * 0.6, f"{rush.peak_mib:.0f} MiB"
