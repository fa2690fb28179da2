"""撤销, 解除 and expiry: who gives up what, and until when (decisions 15 and 20)."""

from __future__ import annotations

import datetime as dt

import pytest

from services.common.messages.contract import CaseEnded, RescindCase, RevokeCase, Side
from services.common.messages.identity import Person
from services.contract.domain.errors import ActBarred, CaseNotFound, InputRefused, NotAllowed
from services.contract.domain.lifecycle import State
from tests.support import contract_builders as make
from tests.support.contract_world import ENVELOPE, World

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


def test_a_draft_untouched_for_thirty_days_expires_and_frees_the_house() -> None:
    world = World()
    world.published()
    world.at += dt.timedelta(days=30)

    assert world.expire_drafts(make.service_call_of("contract")) == 1

    assert world.case.state is State.EXPIRED
    assert [one.state for one in world.told(CaseEnded)] == ["EXPIRED"]  # type: ignore[attr-defined]
    assert world.expire_drafts(make.service_call_of("contract")) == 0


def test_a_draft_touched_within_thirty_days_lives() -> None:
    world = World()
    world.published()
    world.at += dt.timedelta(days=29)
    world.save_side(Side.SELLER, make.SELLER)
    world.at += dt.timedelta(days=29)

    assert world.expire_drafts(make.service_call_of("contract")) == 0


def test_a_signed_contract_does_not_expire() -> None:
    world = World()
    world.signed()
    world.at += dt.timedelta(days=400)

    assert world.expire_drafts(make.service_call_of("contract")) == 0


def test_nothing_is_possible_in_an_ended_case() -> None:
    world = World()
    world.opened()
    revoke(world)

    with pytest.raises(ActBarred) as refused:
        world.agree()

    assert refused.value.code == "contract.case_ended"
