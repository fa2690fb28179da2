"""A filing on a house whose register is not ours: kept first, handed over, settled; sent again until it is acknowledged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.common.kit.calls import Call
from services.common.kit.errors import Unavailable
from services.common.messages.property import FilingRecorded, RecordFiling
from services.property.application.record_filing import RecordFilingInRegister
from services.property.domain.errors import HouseAlreadyFiled, HouseBarred
from services.property.domain.filing import Filing
from services.property.domain.title import Encumbrance
from tests.unit.property.builders import CASE, NOW, OTHER_CASE, service, title
from tests.unit.property.fakes import Memory, MemoryRegister, MemoryWorks, OneCity, OtherAuthority

PUSHED = RecordFiling(
    case_no=CASE, title_id="t1", filing_no="42HS20261122000001", document_sha256="ab" * 32, filed_at=NOW
)
CALL: Call = service("review")


def silent(filing: Filing) -> str:
    raise Unavailable("property.register_unavailable")


def sealed(filing: Filing) -> str:
    raise HouseBarred(barred_by=["HOUSE_SEALED"])


def recording(memory: Memory) -> RecordFilingInRegister:
    memory.titles["t1"] = memory.titles.get("t1", title())
    works = MemoryWorks(memory)
    return RecordFilingInRegister(works, MemoryRegister(memory), OtherAuthority(), OneCity(), lambda: NOW)


def test_the_registrys_own_receipt_is_given_and_told() -> None:
    memory = Memory(outside=lambda filing: f"HS-{filing.filing_no[-1]}")

    receipt = recording(memory)(PUSHED, CALL).receipt_no

    assert receipt == "HS-1"
    assert memory.receipts == {}, "ours are not counted"
    assert memory.events == [FilingRecorded(case_no=CASE, title_id="t1", filing_no=PUSHED.filing_no, receipt_no="HS-1")]


@pytest.mark.parametrize("answer", [silent, sealed])
def test_without_a_receipt_the_filing_is_kept_nobody_is_told_and_it_is_sent_again(answer: object) -> None:
    memory = Memory(outside=answer)
    with pytest.raises((Unavailable, HouseBarred)):
        recording(memory)(PUSHED, CALL)
    assert (memory.filings[CASE].receipt_no, memory.events) == ("", [])

    memory.outside = lambda _: "HS-1"
    assert recording(memory)(PUSHED, CALL).receipt_no == "HS-1"
    assert len(memory.handed) == 2
    assert memory.handed[0] == memory.handed[1], "the same filing under the same number"


def test_an_acknowledged_filing_is_not_handed_over_again() -> None:
    memory = Memory(outside=lambda _: "HS-1")
    record = recording(memory)
    first = record(PUSHED, CALL)

    assert record(PUSHED, CALL) == first
    assert (len(memory.handed), len(memory.events)) == (1, 1)


def test_a_second_case_is_refused_before_the_registry_hears_of_it() -> None:
    memory = Memory(outside=silent)
    with pytest.raises(Unavailable):
        recording(memory)(PUSHED, CALL)
    memory.handed.clear()

    with pytest.raises(HouseAlreadyFiled):
        recording(memory)(replace(PUSHED, case_no=OTHER_CASE, filing_no="42HS20261122000002"), CALL)
    assert memory.handed == []


def test_a_house_sealed_between_two_attempts_is_not_handed_over_any_more() -> None:
    memory = Memory(outside=silent)
    with pytest.raises(Unavailable):
        recording(memory)(PUSHED, CALL)
    memory.titles["t1"] = title(Encumbrance.SEAL)
    memory.handed.clear()

    with pytest.raises(HouseBarred):
        recording(memory)(PUSHED, CALL)
    assert memory.handed == []
