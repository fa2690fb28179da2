import pytest

from services.common.kit.errors import Forbidden, NotAuthenticated
from services.common.messages.review import ReviewClaimed
from services.review.domain.errors import AlreadyClaimed, AlreadyDecided, ConflictOfInterest, ReviewNotFound
from tests.unit.review.desk import CASE, MEMBER, OTHER_PERSON, Desk, desk_with_claim, service, staff
from tests.unit.review.fakes import KnownParties


def test_a_claim_locks_for_thirty_minutes_and_is_told() -> None:
    desk = desk_with_claim()

    review = desk.review()
    assert review.claimed_until is not None
    assert (review.holder(desk.time), (review.claimed_until - desk.time).total_seconds()) == ("anna", 1800)
    assert desk.memory.events == [ReviewClaimed(case_no=CASE, review_id="r1")]


def test_nobody_else_can_claim_it_meanwhile() -> None:
    desk = desk_with_claim()
    desk.wait(minutes=29)

    with pytest.raises(AlreadyClaimed):
        desk.claim(staff("berta"))


def test_claiming_ones_own_again_extends_it_and_is_not_told_again() -> None:
    desk = desk_with_claim()
    desk.wait(minutes=29)

    desk.claim()
    desk.wait(minutes=29)

    assert desk.review().holder(desk.time) == "anna"
    assert len(desk.memory.events) == 1


def test_a_claim_that_ran_out_can_be_taken_over_and_is_told() -> None:
    desk = desk_with_claim()
    desk.wait(minutes=30)

    desk.claim(staff("berta"))

    assert desk.review().holder(desk.time) == "berta"
    assert len(desk.memory.events) == 2


def test_what_is_decided_cannot_be_claimed() -> None:
    desk = desk_with_claim()
    desk.approve()

    with pytest.raises(AlreadyDecided):
        desk.claim()


def test_another_offices_review_looks_as_if_it_were_not_there() -> None:
    desk = Desk()
    desk.queue()

    with pytest.raises(ReviewNotFound):
        desk.claim(staff("anna", "yangquan-housing"))
    with pytest.raises(ReviewNotFound):
        desk.claim(review_id="r9")


def test_a_withdrawn_round_that_never_arrived_belongs_to_no_office() -> None:
    desk = Desk()
    desk.withdraw()

    with pytest.raises(ReviewNotFound):
        desk.claim(staff("anna", ""))


def test_a_party_cannot_review_his_own_case() -> None:
    desk = Desk(parties=KnownParties(parties=(OTHER_PERSON, MEMBER), staff={"anna": MEMBER}))
    desk.queue()

    with pytest.raises(ConflictOfInterest):
        desk.claim()
    assert desk.claim(staff("berta")).state == "CLAIMED"


def test_only_reviewers_claim() -> None:
    desk = Desk()
    desk.queue()

    with pytest.raises(Forbidden):
        desk.claim(staff("olaf", role="COUNTER_CLERK"))
    with pytest.raises(NotAuthenticated):
        desk.claim(service("contract"))
