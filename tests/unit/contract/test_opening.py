"""创建合同: who may open a case on which house, once."""

from __future__ import annotations

import datetime as dt

import pytest

from services.common.kit.errors import Conflict, DomainError, Forbidden, InvalidValue, NotAuthenticated, NotFound
from services.common.messages.contract import CaseEnded, CaseOpened, OpenCase, RevokeCase
from services.contract.domain.errors import HouseBarred, HouseTaken
from tests.support import contract_builders as make
from tests.support.contract_world import NOTICE, World


def opening(who: object = make.SELLER, **changed: str) -> OpenCase:
    """Return the command of the seller."""
    fields = {
        "city": "huangshi",
        "title_id": make.TITLE_ID,
        "proof": f"OPEN_CASE:{who.person_id}:p1",  # type: ignore[attr-defined]
        "notice_version": NOTICE,
    }
    return OpenCase(**{**fields, **changed})


def with_title(world: World, *owners: object, **title: object) -> World:
    """Let the register hold a title."""
    found = make.title(*(owners or (make.SELLER,)), **title)  # type: ignore[arg-type]
    world.register.titles[found.title_id] = found
    return world


def test_an_owner_opens_a_case_numbered_by_city_and_day_in_china() -> None:
    world = World(at=dt.datetime(2026, 11, 21, 16, 0, tzinfo=dt.UTC))  # midnight in China

    answer = world.opened()

    assert str(answer.case_no) == "huangshi-2026112200001"
    assert (answer.state, answer.revision, answer.version) == ("SELLER_DRAFT", 1, 0)
    assert world.told(CaseOpened) == [CaseOpened(case_no=answer.case_no, title_id=make.TITLE_ID)]


def test_somebody_who_is_no_owner_cannot_open_a_case() -> None:
    world = with_title(World())

    with pytest.raises(Forbidden) as refused:
        world.open_case(opening(make.STRANGER), make.call_of(make.STRANGER))

    assert refused.value.code == "contract.seller_not_owner"
    assert not world.store.cases


@pytest.mark.parametrize("code", ["HOUSE_SEALED", "PRENOTICE_EXISTS", "MORTGAGE_RESTRICTED", "OBJECTION_EXISTS"])
def test_a_house_the_register_bars_is_refused_with_the_registers_code(code: str) -> None:
    world = with_title(World(), barred_by=(code, "RESTRICTED_TRANSFER"))

    with pytest.raises(HouseBarred) as refused:
        world.open_case(opening(), make.call_of(make.SELLER))

    assert refused.value.code == f"contract.{code.lower()}"
    assert refused.value.context["reasons"] == [code, "RESTRICTED_TRANSFER"]
    assert not world.store.spent


def test_a_house_with_a_live_case_cannot_have_a_second_one() -> None:
    world = World()
    world.opened()

    with pytest.raises(HouseTaken) as refused:
        world.open_case(opening(proof=f"OPEN_CASE:{make.SELLER.person_id}:p9"), make.call_of(make.SELLER))

    assert refused.value.code == "contract.duplicate_house"
    assert world.store.spent == {"p1"}


def test_a_revoked_case_frees_its_house() -> None:
    world = World()
    first = world.opened()
    world.revoke_case(RevokeCase(case_no=first.case_no, reason="不卖了"), make.call_of(make.SELLER))

    second = world.opened(jti="p5")

    assert second.case_no.number == "2026112200002"
    (ended,) = world.told(CaseEnded)
    assert (ended.title_id, ended.state) == (make.TITLE_ID, "REVOKED")  # type: ignore[attr-defined]


def test_a_notice_that_was_not_ticked_as_it_reads_today_is_refused() -> None:
    world = with_title(World())

    with pytest.raises(InvalidValue) as refused:
        world.open_case(opening(notice_version="2025.1"), make.call_of(make.SELLER))

    assert (refused.value.code, refused.value.context["current"]) == ("contract.notice_not_accepted", NOTICE)


@pytest.mark.parametrize("proof", ["OPEN_CASE:p_somebody:p1", "JOIN_CASE:{me}:p1"])
def test_a_proof_of_another_person_or_for_another_act_opens_nothing(proof: str) -> None:
    world = with_title(World())

    with pytest.raises(NotAuthenticated):
        world.open_case(opening(proof=proof.format(me=make.SELLER.person_id)), make.call_of(make.SELLER))

    assert not world.register.asked


def test_a_proof_spent_before_opens_nothing() -> None:
    world = with_title(World())
    world.store.spent.add("p1")

    with pytest.raises(Conflict) as refused:
        world.open_case(opening(), make.call_of(make.SELLER))

    assert refused.value.code == "proof.already_spent"
    assert not world.store.cases


def test_a_title_of_another_city_is_not_found_here() -> None:
    world = with_title(World(), city="yangquan")

    with pytest.raises(NotFound):
        world.open_case(opening(), make.call_of(make.SELLER))


def test_an_unknown_city_is_not_found() -> None:
    with pytest.raises(NotFound) as refused:
        World().open_case(opening(city="atlantis"), make.call_of(make.SELLER))

    assert refused.value.code == "city.unknown"


def test_without_sign_in_nothing_opens() -> None:
    with pytest.raises(DomainError) as refused:
        with_title(World()).open_case(opening(), make.staff_call())

    assert refused.value.code == "actor.sign_in_required"
