"""The buyer's search and joining: the triple, its limit, and who may not be the buyer."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from services.common.kit.errors import DomainError, Kind
from services.common.messages.contract import JoinCase, LookUpCase
from services.contract.domain.errors import ActBarred, CaseNotFound
from services.contract.domain.lifecycle import State
from tests.support import contract_builders as make
from tests.support.contract_world import NOTICE, World

RIGHT = LookUpCase(
    city="huangshi",
    seller_name=make.SELLER.name,
    seller_id_number=make.SELLER.id_number,
    number="2026112200001",
    source="s1",
)
WRONG = {
    "name": {"seller_name": make.STRANGER.name},
    "id number": {"seller_id_number": make.STRANGER.id_number},
    "case number": {"number": "2026112200002"},
    "no case number at all": {"number": "1"},
    "city": {"city": "huangshi", "number": "2023081800001"},
}


def test_the_right_triple_finds_the_case_masked() -> None:
    world = World()
    world.published()

    found = world.look_up_case(RIGHT, make.call_of(make.BUYER))

    assert (found.case_no, found.ready, found.seller_name_masked) == (make.NO, True, "赵*")
    assert found.location == "黄石市下陆区某小区*栋*单元***室"


def test_any_sellers_name_and_number_find_the_case() -> None:
    world = World()
    world.published(make.SELLER, make.SELLER_2)
    message = replace(RIGHT, seller_name=make.SELLER_2.name, seller_id_number=make.SELLER_2.id_number)

    assert world.look_up_case(message, make.call_of(make.BUYER)).case_no == make.NO


def test_a_draft_is_found_but_not_ready() -> None:
    world = World()
    world.opened()

    assert world.look_up_case(RIGHT, make.call_of(make.BUYER)).ready is False


@pytest.mark.parametrize("what", WRONG)
def test_whatever_is_wrong_the_answer_is_the_same(what: str) -> None:
    world = World()
    world.published()

    with pytest.raises(CaseNotFound) as refused:
        world.look_up_case(replace(RIGHT, **WRONG[what]), make.call_of(make.BUYER))

    assert (refused.value.code, refused.value.context) == ("contract.not_found", {})


def test_one_owners_name_with_another_owners_number_finds_nothing() -> None:
    world = World()
    world.published(make.SELLER, make.SELLER_2)

    with pytest.raises(CaseNotFound):
        world.look_up_case(replace(RIGHT, seller_id_number=make.SELLER_2.id_number), make.call_of(make.BUYER))


def test_after_five_failures_in_an_hour_even_the_right_triple_is_refused_and_an_hour_later_not() -> None:
    world = World()
    world.published()
    for _ in range(5):
        with pytest.raises(CaseNotFound):
            world.look_up_case(replace(RIGHT, number="2026112200009"), make.call_of(make.BUYER))

    with pytest.raises(DomainError) as refused:
        world.look_up_case(RIGHT, make.call_of(make.BUYER))

    assert (refused.value.code, refused.value.kind) == ("contract.too_many_lookups", Kind.LIMITED)
    world.at += dt.timedelta(hours=1)
    assert world.look_up_case(RIGHT, make.call_of(make.BUYER)).ready


def test_failures_of_one_source_count_for_all_its_accounts_but_not_for_other_sources() -> None:
    world = World()
    world.published()
    for _ in range(5):
        with pytest.raises(CaseNotFound):
            world.look_up_case(replace(RIGHT, number="2026112200009"), make.call_of(make.STRANGER))

    with pytest.raises(DomainError, match=r"contract\.too_many_lookups"):
        world.look_up_case(RIGHT, make.call_of(make.BUYER))
    assert world.look_up_case(replace(RIGHT, source="s2"), make.call_of(make.BUYER)).ready


def test_successful_searches_count_nothing() -> None:
    world = World()
    world.published()

    for _ in range(10):
        world.look_up_case(RIGHT, make.call_of(make.BUYER))

    assert not world.store.failures


def test_joining_makes_the_caller_the_main_buyer_and_spends_the_proof() -> None:
    world = World()
    world.published()

    answer = world.joined()

    assert answer.state == "BUYER_DRAFT"
    assert world.case.buyers[0].person_id == make.BUYER.person_id
    assert world.store.spent == {"p1", "p2"}


def test_joining_with_a_wrong_triple_spends_no_proof_and_counts_as_a_failure() -> None:
    world = World()
    world.published()
    message = JoinCase(
        case_no=make.NO,
        seller_name=make.STRANGER.name,
        seller_id_number=make.SELLER.id_number,
        proof=f"JOIN_CASE:{make.BUYER.person_id}:p2",
        notice_version=NOTICE,
    )

    for _ in range(5):
        with pytest.raises(CaseNotFound):
            world.join_case(message, make.call_of(make.BUYER))

    assert world.store.spent == {"p1"}
    with pytest.raises(DomainError, match=r"contract\.too_many_lookups"):
        world.joined()


def test_a_draft_cannot_be_joined() -> None:
    world = World()
    world.opened()

    with pytest.raises(ActBarred) as refused:
        world.joined()

    assert refused.value.code == "contract.seller_not_ready"
    assert world.store.spent == {"p1"}


@pytest.mark.parametrize("owner", [make.SELLER, make.SELLER_2])
def test_an_owner_cannot_buy_the_own_house(owner: object) -> None:
    world = World()
    world.published(make.SELLER, make.SELLER_2)

    with pytest.raises(ActBarred) as refused:
        world.joined(owner)  # type: ignore[arg-type]

    assert refused.value.code == "contract.same_party"


def test_a_case_with_a_buyer_is_no_longer_found_by_others() -> None:
    world = World()
    world.published()
    world.joined()

    with pytest.raises(CaseNotFound):
        world.joined(make.STRANGER, jti="p3")

    assert world.case.state is State.BUYER_DRAFT
