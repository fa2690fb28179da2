"""Who must do what by when, and what a side still has to fill in."""

from __future__ import annotations

import datetime as dt

import pytest

from services.common.messages.contract import CaseView, GetCase, RevokeCase, Side
from services.common.messages.identity import Person
from services.common.messages.signing import SignerSigned
from services.contract.domain.lifecycle import ENDED, REACHED, State
from tests.support import contract_builders as make
from tests.support.contract_world import ENVELOPE, World

DAY = dt.timedelta(days=1)


def view(world: World, who: Person = make.SELLER) -> CaseView:
    return world.get_case(GetCase(case_no=world.case.no), make.call_of(who))


@pytest.mark.parametrize(
    ("stage", "act", "roles", "within"),
    [
        ("opened", "save_terms", ("SELLER_MAIN",), 30 * DAY),
        ("published", "join", ("BUYER_MAIN",), 30 * DAY),
        ("generated", "confirm", ("BUYER_MAIN",), 30 * DAY),
        ("frozen", "draw", ("SYSTEM",), dt.timedelta(seconds=60)),
        ("signing", "sign", ("SELLER_MAIN", "BUYER_MAIN"), 7 * DAY),
        ("signed", "submit", ("SELLER_MAIN",), 30 * DAY),
        ("submitted", "review", ("OFFICE",), 3 * DAY),
    ],
)
def test_every_stage_names_who_must_do_what_by_when(
    stage: str, act: str, roles: tuple[str, ...], within: dt.timedelta
) -> None:
    world = World()
    getattr(world, stage)()

    duty = view(world).duty

    assert duty is not None
    assert (duty.act, duty.roles) == (act, roles)
    assert duty.by == world.at + within
    assert duty.mine is ("SELLER_MAIN" in roles)


def test_every_state_that_is_no_end_has_an_owner_and_a_deadline() -> None:
    world = World()
    world.signing()
    case = world.case
    case.drawing.confirmed = ()

    for state in set(State) - ENDED - REACHED:
        case.state = state
        world.store.cases[case.no] = case
        duty = view(world).duty
        assert duty is not None, state
        assert duty.roles, state
        assert duty.by.tzinfo is not None


def test_who_has_confirmed_owes_nothing_more() -> None:
    world = World()
    world.generated(buyers=(make.BUYER, make.BUYER_2))
    world.confirm(make.BUYER)

    assert view(world, make.BUYER).duty.roles == ("BUYER_CO_OWNER",)  # type: ignore[union-attr]
    assert not view(world, make.BUYER).duty.mine  # type: ignore[union-attr]
    assert view(world, make.BUYER_2).duty.mine  # type: ignore[union-attr]


def test_who_has_signed_owes_nothing_more_and_the_deadline_stays_that_of_the_envelope() -> None:
    world = World()
    world.signing()
    opened = world.at
    world.at += 2 * DAY
    world.envelope(SignerSigned(envelope_id=ENVELOPE, case_no=world.case.no, person_id=make.SELLER.person_id))

    duty = view(world).duty

    assert duty is not None
    assert (duty.roles, duty.mine, duty.by) == (("BUYER_MAIN",), False, opened + 7 * DAY)


def test_an_ended_case_waits_for_nobody() -> None:
    world = World()
    world.opened()
    world.revoke_case(RevokeCase(case_no=world.case.no, reason="不卖了"), make.call_of(make.SELLER))

    assert view(world).duty is None


def test_the_checklist_asks_each_side_for_its_own_data() -> None:
    world = World()
    world.opened()
    before = [(one.id, one.status) for one in view(world).checklist]
    world.save_side(Side.SELLER, make.SELLER)
    between = [(one.id, one.status) for one in view(world).checklist]
    world.agree()
    world.joined()

    assert before == [("sellers", "FILL"), ("terms", "FILL")]
    assert between == [("sellers", "FILLED"), ("terms", "FILL")]
    assert [(one.id, one.status) for one in view(world, make.BUYER).checklist] == [("buyers", "FILL")]
