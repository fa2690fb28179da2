"""An enterprise's representative signs for it: told by contract, kept with the task, named to the engine, in answer and evidence."""

from __future__ import annotations

import dataclasses
import datetime as dt

from services.common.messages.signing import SignatureFact
from services.common.values import CompanyName, Uscc
from services.signing.application.ports import Checked, Expected, Findings
from services.signing.application.verification import answer, expected_of
from tests.unit.signing.desk import Desk, person, signers

COMPANY, USCC = "黄石测试房产有限公司", "91350100M000100Y43"


def of_an_enterprise() -> Desk:
    """The first signer signs for an enterprise."""
    desk = Desk()
    told = signers()
    first = dataclasses.replace(told.signers[0], company=CompanyName(COMPANY), uscc=Uscc(USCC))
    desk.contract.known[1] = dataclasses.replace(told, signers=(first, *told.signers[1:]))
    desk.open()
    return desk


def test_the_task_keeps_whom_its_signer_signs_for() -> None:
    desk = of_an_enterprise()

    assert [(one.company, one.uscc, one.is_main) for one in desk.envelope.tasks] == [
        (COMPANY, USCC, True),
        ("", "", False),
        ("", "", True),
        ("", "", False),
    ]


def test_what_is_recorded_of_the_signature_names_the_enterprises_code() -> None:
    desk = of_an_enterprise()
    for who in range(4):
        desk.sign_whole(who)

    expected: Expected = expected_of(desk.envelope, desk.envelope.documents[0])

    assert [one["uscc"] for one in expected.signatures] == [USCC, "", "", ""]


def test_the_public_answer_names_person_and_enterprise_masked() -> None:
    desk = of_an_enterprise()
    at = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    found = Findings(True, (), (Checked("signer_1", at, True, True, (), "测试甲", COMPANY),))  # noqa: FBT003

    (fact,) = answer(desk.envelope, desk.envelope.documents[0], found, "code", case_over=False).signatures

    assert isinstance(fact, SignatureFact)
    assert (fact.signer, fact.company) == ("测**", CompanyName(COMPANY).masked)


def test_the_evidence_names_both() -> None:
    desk = of_an_enterprise()
    told: list[dict[str, object]] = []
    desk.engine.report = lambda _documents, record: told.append(record) or b"zip"  # type: ignore[method-assign,assignment,func-returns-value]

    desk.package(person(0))

    (record,) = told
    signer = record["signers"][0]  # type: ignore[index]
    assert (signer["name"], signer["company"], signer["uscc"]) == ("测试甲", COMPANY, USCC)
