"""备案注销: both sides or a judgment, never after the title has passed on; approved, refused, twice, late (refusal 26)."""

from __future__ import annotations

import dataclasses

import pytest

from services.common.kit.errors import NotAuthenticated
from services.common.messages.contract import (
    ApplyCancellation,
    CancellationApplied,
    CaseAdvanced,
    CaseEnded,
    GetCase,
    Judgment,
    Side,
    TakeBackCancellation,
)
from services.common.messages.identity import Person
from services.common.messages.review import CancellationRefused, FilingCancelled
from services.contract.domain.errors import (
    ActBarred,
    AlreadyTransferred,
    CancelNeedsBoth,
    CaseNotFound,
    InputRefused,
    NotAllowed,
)
from services.contract.domain.lifecycle import State
from tests.support import contract_builders as make
from tests.support.contract_world import World

RULING = Judgment(kind="COURT_JUDGMENT", number="（2026）鄂0204民初123号", court="黄石市下陆区人民法院")


def filed(*, pushed: bool = True) -> World:
    world = World()
    world.submitted()
    world.approved()
    world.sealed()
    if pushed:
        world.pushed()
    return world


def apply(
    world: World,
    who: Person = make.SELLER,
    *,
    ground: str = "AGREED",
    judgment: Judgment | None = None,
    jti: str = "",
) -> str:
    message = ApplyCancellation(
        case_no=world.case.no,
        proof=f"CANCEL_FILING:{who.person_id}:{jti or 'c-' + who.name.value}",
        ground=ground,
        judgment=judgment,
    )
    return world.apply_cancellation(message, make.call_of(who)).state


def cancelled(world: World, review_id: str = "v9") -> None:
    event = FilingCancelled(case_no=world.case.no, review_id=review_id, filing_no="42HS1", cancelled_at=world.at)
    world.review(event)


def refused(world: World, review_id: str = "v9") -> None:
    world.review(
        CancellationRefused(
            case_no=world.case.no, review_id=review_id, rule="JUDGMENT_UNFIT", reason="未生效", remedies="生效后再申请"
        )
    )


def test_one_side_alone_only_asks_the_other() -> None:
    world = filed()

    assert apply(world) == "PUSHED"

    assert world.case.cancellation.agreed == (Side.SELLER,)
    assert world.told(CancellationApplied) == []
    assert world.told(CaseAdvanced)[-1] == CaseAdvanced(case_no=world.case.no, state="CANCEL_ASKED")


def test_with_both_sides_the_office_gets_it_with_who_applied_and_by_which_proof() -> None:
    world = filed()
    apply(world)

    assert apply(world, make.BUYER) == "CANCEL_PENDING"

    (told,) = world.told(CancellationApplied)
    assert (told.ground, told.round) == ("AGREED", 1)  # type: ignore[attr-defined]
    consents = world.case.cancellation.consents
    assert [(one.person_id, one.side) for one in consents] == [
        (make.SELLER.person_id, Side.SELLER),
        (make.BUYER.person_id, Side.BUYER),
    ]
    assert all(one.proof_id for one in consents)


def test_one_side_with_a_judgment_needs_nobody() -> None:
    world = filed(pushed=False)

    assert apply(world, make.BUYER, ground="JUDGMENT", judgment=RULING) == "CANCEL_PENDING"

    assert world.case.cancellation.judgment == RULING
    assert world.told(CancellationApplied)[0].ground == "JUDGMENT"  # type: ignore[attr-defined]


@pytest.mark.parametrize("judgment", [None, Judgment(kind="COURT_JUDGMENT", number=" ", court="法院")])
def test_one_side_without_a_judgment_cannot_do_it_alone(judgment: Judgment | None) -> None:
    world = filed()

    with pytest.raises(CancelNeedsBoth):
        apply(world, ground="JUDGMENT", judgment=judgment)

    assert world.case.state is State.PUSHED


def test_a_paper_that_is_no_ruling_is_refused() -> None:
    with pytest.raises(InputRefused) as wrong:
        apply(filed(), ground="JUDGMENT", judgment=Judgment(kind="ID_CARD", number="1", court="法院"))

    assert wrong.value.context["field"] == "judgment.kind"


def test_the_same_side_twice_is_not_both_sides_and_spends_no_second_proof() -> None:
    world = filed()
    apply(world, jti="one")

    assert apply(world, jti="two") == "PUSHED"

    assert [one.proof_id for one in world.case.cancellation.consents] == ["one"]


def test_a_proof_for_another_act_is_refused() -> None:
    world = filed()
    message = ApplyCancellation(
        case_no=world.case.no, proof=f"SIGN:{make.SELLER.person_id}:x", ground="AGREED", judgment=None
    )

    with pytest.raises(NotAuthenticated):
        world.apply_cancellation(message, make.call_of(make.SELLER))


def test_after_the_title_has_passed_on_nothing_is_cancelled() -> None:
    world = filed()
    (title_id,) = world.register.titles
    title = world.register.titles[title_id]
    owner = dataclasses.replace(title.owners[0], person_id=make.BUYER.person_id)
    world.register.titles[title_id] = dataclasses.replace(title, owners=(owner,))

    with pytest.raises(AlreadyTransferred):
        apply(world)


def test_only_a_filed_case_has_a_filing_to_cancel() -> None:
    world = World()
    world.submitted()

    with pytest.raises(ActBarred) as wrong:
        apply(world)

    assert wrong.value.code == "contract.not_filed"


def test_strangers_and_co_owners_do_not_apply() -> None:
    world = World()
    world.submitted()
    world.approved()
    world.sealed()

    with pytest.raises(CaseNotFound):
        apply(world, make.STRANGER)
    for one in world.case.parties:
        if not one.is_main:
            with pytest.raises(NotAllowed):
                world.case.apply_cancel(one.person_id, "AGREED", None, "p", world.at)


def test_an_application_is_taken_back_while_the_other_side_has_not_applied() -> None:
    world = filed()
    apply(world)

    world.take_back_cancellation(TakeBackCancellation(case_no=world.case.no), make.call_of(make.SELLER))

    assert world.case.cancellation.agreed == ()
    assert apply(world, make.BUYER) == "PUSHED"


def test_the_offices_approval_ends_the_case_and_frees_the_house() -> None:
    world = filed()
    apply(world)
    apply(world, make.BUYER)

    cancelled(world)
    cancelled(world)

    assert world.case.state is State.CANCELLED
    assert [one.state for one in world.told(CaseEnded)] == ["CANCELLED"]  # type: ignore[attr-defined]
    shown = world.get_case(GetCase(case_no=world.case.no), make.call_of(make.BUYER))
    assert shown.cancellation is not None
    assert shown.cancellation.cancelled_at == world.at
    assert [one.status for one in shown.documents] == ["CANCELLED"]
    assert "download" in shown.allowed_acts


@pytest.mark.parametrize("pushed", [True, False])
def test_a_refusal_goes_back_to_where_the_filing_was_and_both_may_apply_anew(pushed: bool) -> None:  # noqa: FBT001
    world = filed(pushed=pushed)
    apply(world)
    apply(world, make.BUYER)

    refused(world)
    refused(world)

    assert world.case.state is (State.PUSHED if pushed else State.FILED)
    assert world.case.cancellation.refusal_rule == "JUDGMENT_UNFIT"
    assert world.told(CaseAdvanced)[-1] == CaseAdvanced(case_no=world.case.no, state="CANCEL_REFUSED")
    apply(world, make.BUYER, jti="again")
    assert apply(world, jti="again2") == "CANCEL_PENDING"
    assert world.told(CancellationApplied)[-1].round == 2  # type: ignore[attr-defined]
    refused(world)
    assert world.case.state is State.CANCEL_PENDING, "an echo of the first answer is none to the second application"


def test_a_push_that_arrives_while_the_office_looks_is_kept() -> None:
    world = filed(pushed=False)
    apply(world)
    apply(world, make.BUYER)

    world.pushed()

    assert (world.case.state, world.case.submission.receipt_no) == (State.CANCEL_PENDING, "R1")
    refused(world)
    assert world.case.state is State.PUSHED


def test_acts_offered_follow_who_has_applied() -> None:
    world = filed()
    apply(world)

    seller = world.get_case(GetCase(case_no=world.case.no), make.call_of(make.SELLER))
    buyer = world.get_case(GetCase(case_no=world.case.no), make.call_of(make.BUYER))

    assert "take_back_cancel" in seller.allowed_acts
    assert {one.act: one.reason for one in seller.barred_acts}["apply_cancel"] == "contract.waiting_for_other_side"
    assert "apply_cancel" in buyer.allowed_acts
    assert {one.act: one.reason for one in buyer.barred_acts}["take_back_cancel"] == "contract.cancellation_not_applied"
