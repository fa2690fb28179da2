"""Submission, review and filing: who submits, what comes back, twice, late and out of order."""

from __future__ import annotations

import pytest

from services.common.kit.errors import Conflict
from services.common.messages.contract import (
    CaseEnded,
    CaseSubmitted,
    ReturnItem,
    SubmissionWithdrawn,
    WithdrawSubmission,
)
from services.common.messages.review import ReviewRejected, ReviewReturned
from services.contract.domain.errors import ActBarred, NotAllowed, NotYet
from services.contract.domain.lifecycle import State
from tests.support import contract_builders as make
from tests.support.contract_world import World

ITEMS = (ReturnItem(item="婚姻证明", reason="不清晰"), ReturnItem(item="交付条件", reason="与补充条款不一致"))


def returned(world: World, review_id: str = "v1") -> None:
    """Review returns it."""
    world.review(ReviewReturned(case_no=world.case.no, review_id=review_id, items=ITEMS))


def withdraw(world: World, who: object = make.SELLER) -> str:
    """The seller takes it back; returns the state."""
    message = WithdrawSubmission(case_no=world.case.no)
    return world.withdraw_submission(message, make.call_of(who)).state  # type: ignore[arg-type]


def test_nothing_is_submitted_before_all_have_signed() -> None:
    world = World()
    world.signing()

    with pytest.raises(ActBarred) as refused:
        world.submit()

    assert refused.value.code == "contract.not_all_signed"


def test_the_buyer_does_not_submit() -> None:
    world = World()
    world.signed()

    with pytest.raises(NotAllowed):
        world.submit(make.BUYER)


def test_a_case_is_submitted_once() -> None:
    world = World()
    world.submitted()

    with pytest.raises(ActBarred) as refused:
        world.submit()

    assert refused.value.code == "contract.already_submitted"
    assert len(world.told(CaseSubmitted)) == 1


def test_a_returned_case_shows_what_to_mend_and_is_submitted_again_in_a_new_round() -> None:
    world = World()
    world.submitted()
    world.claimed()
    returned(world)

    assert world.case.state is State.RETURNED
    assert world.case.submission.return_items == ITEMS
    world.submit()
    assert world.told(CaseSubmitted)[-1].round == 2  # type: ignore[attr-defined]


def test_an_echo_of_the_first_return_does_not_end_the_second_round() -> None:
    world = World()
    world.submitted()
    returned(world)
    world.submit()

    returned(world)

    assert world.case.state is State.SUBMITTED


def test_a_late_claim_of_the_first_round_does_not_touch_the_second() -> None:
    world = World()
    world.submitted()
    returned(world)
    world.submit()

    world.claimed("v1")

    assert world.case.state is State.SUBMITTED


def test_a_late_claim_of_a_withdrawn_round_does_not_touch_the_next() -> None:
    world = World()
    world.submitted()
    withdraw(world)
    world.submit()

    world.claimed("v1")

    assert world.case.state is State.SUBMITTED
    world.claimed("v2")
    assert world.case.state is State.REVIEWING


def test_a_rejection_ends_the_case_and_frees_the_house() -> None:
    world = World()
    world.submitted()
    world.claimed()

    world.review(ReviewRejected(case_no=world.case.no, review_id="v1", reason="房屋不符合条件"))

    assert world.case.state is State.REJECTED
    assert [one.state for one in world.told(CaseEnded)] == ["REJECTED"]  # type: ignore[attr-defined]


def test_an_approval_without_a_seen_claim_is_followed() -> None:
    world = World()
    world.submitted()

    world.approved()

    assert (world.case.state, world.case.submission.filing_no) == (State.FILING, "42HS20261122000001")


@pytest.mark.parametrize("steps", [("approved",), ("approved", "sealed"), ("approved", "sealed", "pushed")])
def test_reports_that_arrive_twice_change_nothing(steps: tuple[str, ...]) -> None:
    world = World()
    world.submitted()
    for step in steps:
        getattr(world, step)()
    revision = world.case.revision

    for step in steps:
        getattr(world, step)()

    assert world.case.revision == revision


def test_a_seal_that_overtakes_the_approval_is_tried_again() -> None:
    world = World()
    world.submitted()

    with pytest.raises(NotYet):
        world.sealed()

    world.approved()
    world.sealed()
    assert world.case.state is State.FILED


def test_a_push_that_overtakes_the_seal_is_tried_again() -> None:
    world = World()
    world.submitted()
    world.approved()

    with pytest.raises(NotYet):
        world.pushed()

    assert world.case.state is State.FILING


def test_the_seller_takes_an_unclaimed_submission_back() -> None:
    world = World()
    world.submitted()

    assert withdraw(world) == "SIGNED"
    assert world.review_desk.withdrawn == [(make.NO, 1)]
    assert world.told(SubmissionWithdrawn) == [SubmissionWithdrawn(case_no=make.NO, round=1)]


def test_a_claimed_submission_stays_where_it_is() -> None:
    world = World()
    world.submitted()
    world.review_desk.claimed = True

    with pytest.raises(Conflict) as refused:
        withdraw(world)

    assert refused.value.code == "review.claimed"
    assert world.case.state is State.SUBMITTED


def test_withdrawing_again_after_a_lost_answer_finds_both_done() -> None:
    world = World()
    world.submitted()
    withdraw(world)

    with pytest.raises(ActBarred) as refused:
        withdraw(world)

    assert refused.value.code == "contract.not_submitted"
    assert world.case.state is State.SIGNED


def test_a_claim_that_lapsed_does_not_keep_review_from_releasing_the_submission() -> None:
    world = World()
    world.submitted()
    world.claimed()

    assert withdraw(world) == "SIGNED"


def test_the_buyer_cannot_take_the_submission_back() -> None:
    world = World()
    world.submitted()

    with pytest.raises(NotAllowed):
        withdraw(world, make.BUYER)

    assert not world.review_desk.withdrawn


def test_a_withdrawn_case_can_be_submitted_again() -> None:
    world = World()
    world.submitted()
    withdraw(world)

    world.submit()

    assert world.told(CaseSubmitted)[-1].round == 2  # type: ignore[attr-defined]
