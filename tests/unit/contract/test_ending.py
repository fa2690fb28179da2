"""撤销 and 解除: who gives up what, and until when (decision 20); what is reported afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.common.messages.contract import (
    CaseEnded,
    GetCase,
    RescindCase,
    RescissionAsked,
    RescissionWithdrawn,
    RevokeCase,
    Side,
    WithdrawRescission,
)
from services.common.messages.identity import Person
from services.common.messages.review import ReviewReturned
from services.common.messages.signing import EnvelopeEnded, EnvelopeOpened, EnvelopeSigned, SignerSigned
from services.contract.domain.errors import ActBarred, CaseNotFound, InputRefused, NotAllowed
from services.contract.domain.lifecycle import State
from tests.support import contract_builders as make
from tests.support.contract_world import ENVELOPE, World


def take_back(world: World, who: Person) -> str:
    """Take the agreement back; returns the state."""
    return world.withdraw_rescission(WithdrawRescission(case_no=world.case.no), make.call_of(who)).state


BEFORE_SIGNED = {
    "opened": State.SELLER_DRAFT,
    "published": State.WAIT_BUYER,
    "generated": State.CONFIRMING,
    "frozen": State.FREEZING,
    "signing": State.SIGNING,
}


def revoke(world: World, who: Person = make.SELLER, reason: str = "双方未谈妥") -> None:
    """Give the case up."""
    world.revoke_case(RevokeCase(case_no=world.case.no, reason=reason), make.call_of(who))


def rescind(world: World, who: Person) -> str:
    """Agree to give it up; returns the state."""
    return world.rescind_case(RescindCase(case_no=world.case.no), make.call_of(who)).state


@pytest.mark.parametrize("stage", BEFORE_SIGNED)
def test_the_seller_may_revoke_before_all_have_signed(stage: str) -> None:
    world = World()
    getattr(world, stage)()
    assert world.case.state is BEFORE_SIGNED[stage]

    revoke(world)

    assert world.case.state is State.REVOKED
    (ended,) = world.told(CaseEnded)
    assert ended.envelope_id == (ENVELOPE if stage == "signing" else "")  # type: ignore[attr-defined]


@pytest.mark.parametrize("stage", ["generated", "frozen", "signing"])
def test_the_buyer_may_revoke_from_confirming_on(stage: str) -> None:
    world = World()
    getattr(world, stage)()

    revoke(world, make.BUYER)

    assert world.case.state is State.REVOKED


def test_the_buyer_cannot_revoke_before_a_text_exists() -> None:
    world = World()
    world.published()
    world.joined()

    with pytest.raises(NotAllowed):
        revoke(world, make.BUYER)


def test_a_coowner_cannot_revoke() -> None:
    world = World()
    world.generated(sellers=(make.SELLER, make.SELLER_2))

    with pytest.raises(NotAllowed):
        revoke(world, make.SELLER_2)


def test_a_stranger_cannot_revoke() -> None:
    world = World()
    world.opened()

    with pytest.raises(CaseNotFound):
        revoke(world, make.STRANGER)


@pytest.mark.parametrize("reason", ["", "   ", "长" * 201, "隐\u200b藏"])
def test_a_revocation_says_why_in_visible_words(reason: str) -> None:
    world = World()
    world.opened()

    with pytest.raises(InputRefused):
        revoke(world, reason=reason)

    assert world.case.state is State.SELLER_DRAFT


def test_once_signed_one_side_alone_cannot_revoke() -> None:
    world = World()
    world.signed()

    with pytest.raises(ActBarred) as refused:
        revoke(world)

    assert refused.value.code == "contract.mutual_consent_required"


def test_a_signed_contract_is_given_up_by_both_sides_together() -> None:
    world = World()
    world.signed()

    assert rescind(world, make.BUYER) == "SIGNED"
    assert rescind(world, make.BUYER) == "SIGNED"
    assert rescind(world, make.SELLER) == "REVOKED"
    assert len(world.told(CaseEnded)) == 1


def test_submitting_forgets_an_agreement_to_give_up() -> None:
    world = World()
    world.signed()
    rescind(world, make.BUYER)

    world.submit()

    assert world.case.rescinding == ()


def test_who_agreed_to_give_up_is_kept_with_time_and_session_and_shown_to_both_sides() -> None:
    world = World()
    world.signed()

    rescind(world, make.BUYER)

    (consent,) = world.case.consents
    assert (consent.side, consent.person_id, consent.session) == (Side.BUYER, make.BUYER.person_id, "s")
    assert consent.at == world.at
    for one in (make.SELLER, make.BUYER):
        (shown,) = world.get_case(GetCase(case_no=world.case.no), make.call_of(one)).rescission
        assert (shown.side, shown.at) == (Side.BUYER, world.at)
    assert len(world.told(RescissionAsked)) == 1


def test_an_agreement_is_taken_back_until_the_other_side_agrees() -> None:
    world = World()
    world.signed()
    rescind(world, make.BUYER)

    assert take_back(world, make.SELLER) == "SIGNED"
    assert world.told(RescissionWithdrawn) == [], "the seller has agreed to nothing"
    assert take_back(world, make.BUYER) == "SIGNED"
    assert take_back(world, make.BUYER) == "SIGNED"

    assert world.case.consents == ()
    assert len(world.told(RescissionWithdrawn)) == 1
    assert rescind(world, make.SELLER) == "SIGNED", "the buyer's word counts no more"
    assert rescind(world, make.BUYER) == "REVOKED"
    with pytest.raises(ActBarred) as refused:
        take_back(world, make.BUYER)
    assert refused.value.code == "contract.case_ended"


@pytest.mark.parametrize("who", [make.STRANGER, make.SELLER_2])
def test_only_the_main_parties_agree_and_take_back(who: Person) -> None:
    world = World()
    world.signed()

    for act in (rescind, take_back):
        with pytest.raises((CaseNotFound, NotAllowed)):
            act(world, who)

    assert world.case.consents == ()


def test_a_returned_contract_is_given_up_by_both_sides_too() -> None:
    world = World()
    world.submitted()
    world.claimed()
    world.review(ReviewReturned(case_no=world.case.no, review_id="v1", items=()))

    rescind(world, make.SELLER)
    assert rescind(world, make.BUYER) == "REVOKED"

    (ended,) = world.told(CaseEnded)
    assert ended.envelope_id == ENVELOPE  # type: ignore[attr-defined]


def test_the_other_side_reads_why_a_case_was_revoked_and_nobody_else_does() -> None:
    world = World()
    world.generated()

    revoke(world, reason="价款未谈妥")

    assert world.get_case(GetCase(case_no=world.case.no), make.call_of(make.BUYER)).end_reason == "价款未谈妥"
    assert world.get_case(GetCase(case_no=world.case.no), make.service_call_of("review")).end_reason == ""


LATE: dict[str, Callable[[World], None]] = {
    "drawn": lambda world: world.draw(),
    "opened": lambda world: world.envelope(
        EnvelopeOpened(envelope_id=ENVELOPE, case_no=world.case.no, version=world.case.version, task_ids=())
    ),
    "one signed": lambda world: world.envelope(
        SignerSigned(envelope_id=ENVELOPE, case_no=world.case.no, person_id=make.BUYER.person_id)
    ),
    "all signed": lambda world: world.envelope(
        EnvelopeSigned(envelope_id=ENVELOPE, case_no=world.case.no, version=world.case.version)
    ),
    "refused": lambda world: world.envelope(
        EnvelopeEnded(envelope_id=ENVELOPE, case_no=world.case.no, version=world.case.version, state="REFUSED")
    ),
    "claimed": lambda world: world.claimed(),
    "approved": lambda world: world.approved(),
    "sealed": lambda world: world.sealed(),
    "pushed": lambda world: world.pushed(),
}


@pytest.mark.parametrize("stage", ["frozen", "signing"])
@pytest.mark.parametrize("late", LATE)
def test_what_is_reported_after_the_end_changes_nothing(stage: str, late: str) -> None:
    world = World()
    getattr(world, stage)()
    revoke(world)
    before, told = world.case, len(world.store.events)

    LATE[late](world)

    assert world.case == before
    assert len(world.store.events) == told


def test_nothing_is_possible_in_an_ended_case() -> None:
    world = World()
    world.opened()
    revoke(world)

    with pytest.raises(ActBarred) as refused:
        world.agree()

    assert refused.value.code == "contract.case_ended"
