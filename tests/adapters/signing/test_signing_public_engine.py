"""The process that reads strangers' files: verifies with the trust it is handed, holds no key, survives what it is fed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from services.common.kit import engine_child
from services.common.kit.engines import ROOT
from tests.adapters.signing.conftest import Case

MODULE = "services.signing.adapters.engine.public_jobs"


class Child:
    """The real process, talked to over its pipes."""

    def __init__(self) -> None:
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "GUOHU_ENGINE_SETTINGS": "{}"}
        command = [sys.executable, "-m", "services.common.kit.engine_child", MODULE]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        self.number = 0
        self.answer()

    def answer(self) -> dict[str, Any]:
        found = engine_child.read_message(self.process.stdout)
        assert found is not None
        return found

    def ask(self, job: str, **args: Any) -> dict[str, Any]:
        self.number += 1
        engine_child.write_message(self.process.stdin, {"id": self.number, "job": job, "args": args})
        return self.answer()

    def end(self) -> None:
        self.process.stdin.close()
        assert self.process.wait(timeout=20) == 0
        self.process.stdout.close()


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    one = Child()
    yield one
    one.end()


def test_it_verifies_with_the_trust_it_is_handed_and_without_any_key(child: Child, finished: Case) -> None:
    trust = finished.engine.trust({})["trust"]

    found = child.ask("verify", document=finished.document, expected=finished.expected(), trust=trust)["result"]

    told = finished.verify()  # the same record, judged where the keys are, on the case's own day
    assert [one["certificate_serial"] for one in found["signatures"]] == [
        one["certificate_serial"] for one in told["signatures"]
    ]
    assert all(one["intact"] and one["valid"] for one in found["signatures"])
    assert child.ask("sign", document=finished.document)["code"] == "engine.unknown_job"


def test_a_trust_that_is_none_is_refused_and_the_process_goes_on(child: Child, finished: Case) -> None:
    for trust in (None, {}, {"root": "?", "authorities": [], "lists": []}):
        refused = child.ask("verify", document=finished.document, expected=None, trust=trust)
        assert (refused["ok"], refused["code"]) == (False, "signing.pki_damaged")

    told = child.ask("revisions", document=finished.document)["result"]
    assert told["revision_hashes"] == finished.revision_hashes


@pytest.mark.parametrize("document", [b"", b"%PDF-1.7", b"\x00" * 5000, b"%PDF-1.7\n" + b"[" * 200_000 + b"\n%%EOF\n"])
def test_hostile_bytes_are_a_finding_and_no_failure(document: bytes, child: Child, finished: Case) -> None:
    trust = finished.engine.trust({})["trust"]

    found = child.ask("verify", document=document, expected=None, trust=trust)

    assert found["ok"]
    assert not found["result"]["accepted"]


def test_it_draws_pages(child: Child, finished: Case) -> None:
    drawn = child.ask("page_image", document=finished.document, page=2, dpi=72)["result"]["image"]

    assert drawn.startswith(b"\xff\xd8\xff")
    assert child.ask("page_image", document=finished.document, page=3, dpi=72)["code"] == "signing.page_missing"
