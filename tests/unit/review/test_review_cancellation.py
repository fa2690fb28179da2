"""备案注销 in review: queued, claimed, approved or refused; the register is told until it has acknowledged."""

from dataclasses import replace

import pytest

from services.common.messages.review import CancellationRefused, FilingCancelled, ReviewApproved, ReviewClaimed
from services.review.domain.errors import AlreadyTransferred, NotReturnable, ReasonUnknown
from services.review.domain.review import Kind, State
from tests.unit.review.desk import CASE, OTHER_CASE, Desk, applied, approved_desk, staff, submitted
from tests.unit.review.fakes import OneOffice


def pending() -> tuple[Desk, str]:
    """A filing in the register, and a claimed application to cancel it (r2)."""
    desk, filing_no = approved_desk()
    desk.seal(filing_no)
    assert desk.push() == 0
    desk.queue(applied())
    desk.claim(review_id="r2")
    return desk, filing_no


def test_an_approved_cancellation_ends_the_filing_and_owes_it_to_the_register() -> None:
    desk, filing_no = pending()

    answer = desk.approve(review_id="r2")

    assert (answer.state, answer.filing_no) == ("APPROVED", "")
    assert desk.review("r1").state is State.CANCELLED
    (told,) = desk.told(FilingCancelled)
    assert told == FilingCancelled(case_no=CASE, review_id="r2", filing_no=filing_no, cancelled_at=desk.time)
    assert desk.push() == 0
    assert list(desk.register.receipts) == ["push:r1", "cancel:r1"]
    assert not desk.memory.pushes


def test_the_house_may_be_filed_again_afterwards() -> None:
    desk, _ = pending()
    desk.approve(review_id="r2")
    desk.queue(submitted(OTHER_CASE, title_id="t1"))
    desk.claim(review_id="r3")

    assert desk.approve(review_id="r3").filing_no == "42HS20261122000002"


def test_the_claim_of_a_cancellation_is_no_claim_of_the_filing() -> None:
    desk, _ = pending()

    assert [one.review_id for one in desk.told(ReviewClaimed)] == ["r1"]  # type: ignore[attr-defined]
    assert desk.review("r2").kind is Kind.CANCELLATION


def test_a_house_that_has_passed_on_keeps_its_filing() -> None:
    desk, _ = pending()
    desk.register.known = replace(desk.register.known, owners=())

    with pytest.raises(AlreadyTransferred):
        desk.approve(review_id="r2")

    assert desk.review("r1").state is State.PUSHED
    assert desk.review("r2").state is State.CLAIMED


def test_a_refused_cancellation_leaves_the_filing_and_tells_why() -> None:
    desk, _ = pending()

    desk.reject("判决尚未生效", "判决生效后可再次申请", rule="JUDGMENT_UNFIT", review_id="r2")

    (told,) = desk.told(CancellationRefused)
    assert told.rule == "JUDGMENT_UNFIT"  # type: ignore[attr-defined]
    assert desk.review("r1").state is State.PUSHED


def test_a_refusal_takes_only_reasons_against_a_cancellation() -> None:
    desk, _ = pending()

    with pytest.raises(ReasonUnknown):
        desk.reject("房屋被查封", "可申请复核", rule="HOUSE_BARRED", review_id="r2")


def test_a_cancellation_is_not_returned() -> None:
    desk, _ = approved_desk()
    desk.memory.reviews["r1"].kind = Kind.CANCELLATION
    desk.memory.reviews["r1"].state = State.QUEUED
    desk.claim()

    with pytest.raises(NotReturnable):
        desk.return_(("合同", "OTHER", "缺页"))


def test_an_application_that_arrives_twice_queues_once() -> None:
    desk, _ = pending()

    desk.queue(applied())

    assert len(desk.memory.reviews) == 2


def test_two_persons_cancel_where_two_persons_file() -> None:
    desk, _ = pending()
    desk.offices.persons = 2
    assert isinstance(desk.offices, OneOffice)

    assert desk.approve(review_id="r2").state == "FIRST_OK"
    assert desk.told(FilingCancelled) == []
    desk.claim(staff("berta"), review_id="r2")
    desk.approve(staff("berta"), review_id="r2")

    assert len(desk.told(FilingCancelled)) == 1


def test_a_filing_cancelled_while_its_push_is_on_its_way_is_cancelled_in_the_register_after_it() -> None:
    desk, filing_no = approved_desk()
    desk.seal(filing_no)
    desk.register.away = True
    assert desk.push() == 1
    desk.register.away = False
    desk.queue(applied())
    desk.claim(review_id="r2")
    desk.approve(review_id="r2")

    assert desk.push() == 0

    assert list(desk.register.receipts) == ["cancel:r1"]
    assert desk.review("r1").state is State.CANCELLED
    assert len(desk.told(ReviewApproved)) == 1


def test_a_filing_cancelled_while_the_register_takes_it_is_cancelled_there_next() -> None:
    desk, filing_no = approved_desk()
    desk.seal(filing_no)
    desk.queue(applied())
    desk.claim(review_id="r2")

    def cancel() -> None:
        desk.register.meanwhile = lambda: None
        desk.approve(review_id="r2")

    desk.register.meanwhile = cancel
    desk.push()
    desk.push()

    assert list(desk.register.receipts) == ["push:r1", "cancel:r1"]
    assert desk.review("r1").state is State.CANCELLED
    assert not desk.memory.pushes
