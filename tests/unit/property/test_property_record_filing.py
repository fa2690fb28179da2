from dataclasses import replace

import pytest

from services.common.kit.errors import Forbidden
from services.common.messages.property import FilingRecorded, RecordFiling
from services.common.profiles.restrictions import Restrictions
from services.property.application.record_filing import RecordFilingInRegister
from services.property.domain.errors import FilingDiffers, HouseAlreadyFiled, HouseBarred, TitleNotFound
from services.property.domain.title import Encumbrance
from services.property.domain.verdict import Reason
from tests.unit.property.builders import CASE, NOW, OTHER_CASE, citizen, service, title
from tests.unit.property.fakes import Memory, MemoryRegister, MemoryWorks, OneCity, OtherAuthority

PUSHED = RecordFiling(
    case_no=CASE, title_id="t1", filing_no="42HS20261122000001", document_sha256="ab" * 32, filed_at=NOW
)


def recording(
    *notes: Encumbrance, elsewhere: frozenset[Encumbrance] = frozenset()
) -> tuple[RecordFilingInRegister, Memory]:
    works = MemoryWorks(Memory(titles={"t1": title(*notes)}))
    return RecordFilingInRegister(
        works, MemoryRegister(works.memory), OtherAuthority(elsewhere), OneCity(), lambda: NOW
    ), works.memory


def test_a_filing_gets_a_receipt_is_told_and_bars_the_house() -> None:
    record, memory = recording()

    receipt = record(PUSHED, service("review")).receipt_no

    assert receipt == "R20261122000001"
    assert memory.events == [
        FilingRecorded(case_no=CASE, title_id="t1", filing_no=PUSHED.filing_no, receipt_no=receipt)
    ]
    held = MemoryRegister(memory).find("t1")
    assert held is not None
    assert held.title.judged(Restrictions(), NOW.date(), held.holders).barred_by == (Reason.DUPLICATE_HOUSE,)


def test_the_same_filing_pushed_again_gets_the_first_receipt_and_is_told_once() -> None:
    record, memory = recording()

    first, second = record(PUSHED, service("review")), record(PUSHED, service("review"))

    assert first == second
    assert len(memory.events) == 1


@pytest.mark.parametrize(
    "other", [replace(PUSHED, filing_no="42HS20261122000002"), replace(PUSHED, document_sha256="cd" * 32)]
)
def test_another_filing_of_the_same_case_is_refused(other: RecordFiling) -> None:
    record, _ = recording()
    record(PUSHED, service("review"))

    with pytest.raises(FilingDiffers):
        record(other, service("review"))


def test_a_second_case_cannot_file_on_the_house() -> None:
    record, memory = recording()
    record(PUSHED, service("review"))

    with pytest.raises(HouseAlreadyFiled):
        record(replace(PUSHED, case_no=OTHER_CASE, filing_no="42HS20261122000002"), service("review"))

    assert list(memory.filings) == [CASE]
    assert memory.receipts[NOW.date()] == 1


def test_a_house_sealed_since_the_approval_takes_no_filing() -> None:
    record, memory = recording(Encumbrance.SEAL)

    with pytest.raises(HouseBarred):
        record(PUSHED, service("review"))

    assert not memory.filings


@pytest.mark.parametrize(
    "message", [replace(PUSHED, title_id="t9"), replace(PUSHED, case_no=replace(CASE, city="yangquan"))]
)
def test_a_title_that_is_not_there_or_in_another_city_is_not_found(message: RecordFiling) -> None:
    record, _ = recording()

    with pytest.raises(TitleNotFound):
        record(message, service("review"))


def test_only_review_pushes() -> None:
    record, _ = recording()

    for call in (service("contract"), service("cli"), citizen(0)):
        with pytest.raises(Forbidden):
            record(PUSHED, call)


def test_a_house_sealed_by_another_authority_takes_no_filing() -> None:
    record, memory = recording(elsewhere=frozenset({Encumbrance.SEAL}))

    with pytest.raises(HouseBarred):
        record(PUSHED, service("review"))

    assert memory.filings == {}
