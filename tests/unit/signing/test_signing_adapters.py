"""What lies between the use cases and others: contract's answers, the cities' rules, the engine's arguments and results."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from services.common.kit.errors import Kind, ServiceError
from services.common.messages.contract import GetSigners
from services.common.profiles.loader import load_profiles
from services.common.values import CaseNo
from services.signing.adapters.city_rules import CityRules
from services.signing.adapters.engine_port import PooledEngine, PublicEngine
from services.signing.adapters.neighbours import BusContract
from services.signing.application.ports import Checked, Expected
from services.signing.domain.lifecycle import TaskState
from tests.unit.signing.builders import BASE, agreement, envelope
from tests.unit.signing.desk import CASE, NAMES, NOW, OFFICE, PEOPLE, service, signers

CITIES = Path(__file__).resolve().parents[3] / "deploy" / "cities"


class Bus:
    """Answers or refuses."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.asked: list[object] = []

    def ask(self, message: object, call: object) -> object:
        self.asked.append(message)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Pool:
    """Keeps what it was told to do."""

    def __init__(self, result: dict[str, Any]) -> None:
        self.result = result
        self.job, self.args = "", {}

    def run(self, job: str, args: dict[str, Any], timeout: float = 0) -> dict[str, Any]:
        self.job, self.args = job, args
        return self.result


def test_signers_are_asked_for_by_version() -> None:
    bus = Bus(signers())

    assert BusContract(bus).signers(CASE, 1, service("signing")) == signers()
    assert bus.asked == [GetSigners(case_no=CASE, version=1)]


def test_a_version_the_case_has_left_has_no_signers_and_every_other_refusal_is_one() -> None:
    left, unknown = (
        ServiceError("contract.stale_version", Kind.STALE),
        ServiceError("contract.not_found", Kind.NOT_FOUND),
    )

    assert BusContract(Bus(left)).signers(CASE, 1, service("signing")) is None
    with pytest.raises(ServiceError):
        BusContract(Bus(unknown)).signers(CASE, 1, service("signing"))


def test_the_city_decides_how_long_people_have() -> None:
    rules = CityRules(load_profiles(CITIES))

    assert rules.lifetime(CaseNo("huangshi", "2026112200001")) == dt.timedelta(days=7)
    assert rules.session(CaseNo("huangshi", "2026112200001")) == dt.timedelta(minutes=30)
    assert OFFICE in rules.seal_offices()
    assert "" not in rules.seal_offices()


MADE = {"document": b"%PDF", "sha256": "c" * 64, "certificate": b"der", "certificate_serial": "ab", "level": "B-T"}


def test_the_engine_signs_the_signers_field_as_of_the_moment_they_signed() -> None:
    found = envelope(task_state=TaskState.SIGNING)
    task = found.tasks[0]
    task.requested_at = NOW
    pool = Pool(MADE)

    made = PooledEngine(pool).sign(b"before", found.documents[0], found, task)

    assert pool.job == "sign"
    assert (pool.args["field"], pool.args["expected_sha256"]) == ("signer_1", BASE)
    said = {"person_id": str(PEOPLE[0]), "name": NAMES[0], "case_no": CASE.number}
    assert pool.args["signer"] == said | {"company": "", "uscc": ""}
    assert pool.args["ink"] == json.loads(agreement().drawing.ink)
    assert pool.args["signing_time"] == NOW.isoformat()
    assert (made.revisions, made.serial, made.level) == ((BASE, "c" * 64), "ab", "B-T")


def test_the_filing_date_is_the_day_of_approval_in_china() -> None:
    found = envelope()
    pool = Pool({**MADE, "revision_hashes": [BASE, "c" * 64, "d" * 64]})
    late = dt.datetime(2026, 11, 22, 16, 30, tzinfo=dt.UTC)

    made = PooledEngine(pool).seal(b"before", found.documents[0], found, "42HS1", late)

    assert (pool.job, pool.args["filing_date"], pool.args["office_name"]) == ("seal", "2026-11-23", OFFICE)
    assert made.revisions == (BASE, "c" * 64, "d" * 64)


def test_the_engine_verifies_against_the_record_and_its_findings_come_back() -> None:
    fact = {
        "field": "signer_1",
        "signed_at": NOW.isoformat(),
        "intact": True,
        "trusted": False,
        "reasons": ["x"],
        "common_name": "测试甲",
    }
    pool = Pool(
        {
            "accepted": False,
            "reasons": ["y"],
            "signatures": [fact, {**fact, "signed_at": None}],
            "document_timestamps": [],
        }
    )
    expected = Expected(({"field": "signer_1", "signer": "p"},), (BASE,), archived=True)

    found = PublicEngine(pool, lambda: {"root": "r"}).verify(b"stored", expected)

    assert pool.args["expected"] == {
        "signatures": [{"field": "signer_1", "signer": "p"}],
        "revision_hashes": [BASE],
        "document_timestamp": True,
    }
    assert found.signatures[0] == Checked("signer_1", NOW, intact=True, trusted=False, reasons=("x",))
    assert found.signatures[1].signed_at is None
    assert (found.accepted, found.reasons) == (False, ("y",))
