"""备案注销 in the register: once, again, before the filing came, of another filing, by anybody else."""

from dataclasses import replace

import pytest

from services.common.kit.errors import Forbidden
from services.common.messages.property import CancelFiling
from services.property.application.cancel_filing import CancelFilingInRegister
from services.property.domain.errors import FilingDiffers
from tests.unit.property.builders import CASE, NOW, OTHER_CASE, citizen, service
from tests.unit.property.fakes import Memory, MemoryRegister, MemoryWorks
from tests.unit.property.test_property_record_filing import PUSHED, recording

ENDED = CancelFiling(case_no=CASE, title_id="t1", filing_no=PUSHED.filing_no)


def cancelling(memory: Memory) -> CancelFilingInRegister:
    return CancelFilingInRegister(MemoryWorks(memory), MemoryRegister(memory), lambda: NOW)


def test_a_cancelled_filing_frees_the_house_for_another() -> None:
    record, memory = recording()
    record(PUSHED, service("review"))

    receipt = cancelling(memory)(ENDED, service("review")).receipt_no

    assert receipt == "R20261122000002"
    assert not memory.filings[CASE].live
    another = replace(PUSHED, case_no=OTHER_CASE, filing_no="42HS20261122000009")
    assert record(another, service("review")).receipt_no == "R20261122000003"


def test_the_same_cancellation_again_gets_the_first_receipt() -> None:
    record, memory = recording()
    record(PUSHED, service("review"))
    cancel = cancelling(memory)

    assert cancel(ENDED, service("review")) == cancel(ENDED, service("review"))


def test_a_cancelled_filing_is_not_revived_by_a_late_push() -> None:
    record, memory = recording()
    first = record(PUSHED, service("review"))
    cancelling(memory)(ENDED, service("review"))

    assert record(PUSHED, service("review")) == first
    assert not memory.filings[CASE].live


def test_a_filing_that_never_came_needs_no_cancelling() -> None:
    _, memory = recording()

    assert cancelling(memory)(ENDED, service("review")).receipt_no == ""


def test_the_registry_that_keeps_the_title_is_told_and_its_receipt_kept() -> None:
    record, memory = recording()
    memory.outside = lambda _: "HS-1"
    record(PUSHED, service("review"))

    assert cancelling(memory)(ENDED, service("review")).receipt_no == "C-HS-1"
    assert len(memory.handed) == 2


@pytest.mark.parametrize("other", [replace(ENDED, filing_no="42HS1"), replace(ENDED, title_id="t2")])
def test_another_filing_is_not_cancelled(other: CancelFiling) -> None:
    record, memory = recording()
    record(PUSHED, service("review"))

    with pytest.raises(FilingDiffers):
        cancelling(memory)(other, service("review"))

    assert memory.filings[CASE].live


@pytest.mark.parametrize("call", [service("contract"), citizen(1)])
def test_only_review_cancels(call: object) -> None:
    _, memory = recording()

    with pytest.raises(Forbidden):
        cancelling(memory)(ENDED, call)  # type: ignore[arg-type]
