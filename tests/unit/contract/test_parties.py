"""Who sells and who buys: the rules a side must keep, each refusal with its code and field."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from services.common.messages.contract import GetCase, GetSigners, PartyInput, SaveParties, Side
from services.common.messages.identity import Person
from services.common.profiles import SharedMobile
from services.common.values import Mobile
from services.contract.domain.errors import ActBarred, CaseNotFound, InputRefused, NotAllowed, StaleVersion
from tests.support import contract_builders as make
from tests.support.contract_materials import bring
from tests.support.contract_world import World


def save(world: World, side: Side, *parties: PartyInput, by: object = make.SELLER, revision: int | None = None) -> None:
    """Save a side as typed."""
    revision = world.case.revision if revision is None else revision
    message = SaveParties(case_no=world.case.no, revision=revision, side=side, parties=parties)
    world.save_parties(message, make.call_of(by))  # type: ignore[arg-type]


def faults(world: World, side: Side, *parties: PartyInput, by: object = make.SELLER) -> list[str]:
    """Return what a save is refused with."""
    revision = world.case.revision
    with pytest.raises(InputRefused) as refused:
        save(world, side, *parties, by=by)
    assert world.case.revision == revision
    problems = refused.value.context["problems"]
    assert isinstance(problems, list)
    assert problems[0] == f"{refused.value.context['field']}: {refused.value.code}"
    return problems


def seller_world(*owners: object, **title: object) -> World:
    """An opened case."""
    world = World()
    world.opened(*(owners or (make.SELLER,)), **title)  # type: ignore[arg-type]
    return world


def buyer_world() -> World:
    """A joined case."""
    world = World()
    world.published()
    world.joined()
    return world


def under(world: World, shared_mobile: SharedMobile) -> World:
    """The same case in a city with this rule."""
    case = world.case
    case.rules = replace(case.rules, parties=replace(case.rules.parties, shared_mobile=shared_mobile))
    world.store.cases[case.no] = case
    return world


def test_every_registered_owner_must_sell() -> None:
    world = seller_world(make.SELLER, make.SELLER_2)

    assert faults(world, Side.SELLER, make.typed(make.SELLER)) == ["parties: contract.coowner_missing"]


def test_nobody_but_registered_owners_sells() -> None:
    world = seller_world()

    found = faults(world, Side.SELLER, make.typed(make.SELLER), make.typed(make.STRANGER))

    assert found == ["parties[1].id_number: contract.seller_not_owner"]


def test_a_coowners_name_must_be_the_registers() -> None:
    world = seller_world(make.SELLER, make.SELLER_2)
    wrong = replace(make.typed(make.SELLER_2), name=make.STRANGER.name)

    found = faults(world, Side.SELLER, make.typed(make.SELLER), wrong)

    assert found == ["parties[1].name: contract.name_differs_from_register"]


def test_the_main_partys_name_and_number_cannot_be_typed_over() -> None:
    found = faults(buyer_world(), Side.BUYER, make.typed(make.STRANGER), by=make.BUYER)

    assert found == [
        "parties[0].name: contract.main_party_differs",
        "parties[0].id_number: contract.main_party_differs",
    ]


def test_the_same_person_cannot_stand_on_both_sides() -> None:
    found = faults(buyer_world(), Side.BUYER, make.typed(make.BUYER), make.typed(make.SELLER), by=make.BUYER)

    assert found == ["parties[1].id_number: contract.same_party"]


def test_the_same_person_cannot_stand_twice_on_one_side() -> None:
    found = faults(buyer_world(), Side.BUYER, make.typed(make.BUYER), make.typed(make.BUYER), by=make.BUYER)

    assert "parties[1].id_number: contract.same_party" in found


@pytest.mark.parametrize("other", [make.BUYER, make.SELLER])
def test_where_the_city_refuses_it_no_two_signers_share_a_mobile_within_a_side_or_across(other: object) -> None:
    shared = replace(make.typed(make.BUYER_2), mobile=other.mobile)  # type: ignore[attr-defined]

    found = faults(under(buyer_world(), SharedMobile.REFUSE), Side.BUYER, make.typed(make.BUYER), shared, by=make.BUYER)

    assert "parties[1].mobile: contract.mobile_duplicate" in found


@pytest.mark.parametrize("other", [make.BUYER, make.SELLER])
def test_where_the_city_only_warns_a_shared_mobile_is_allowed_recorded_and_shown_to_all(other: Person) -> None:
    world = buyer_world()
    shared = replace(make.typed(make.BUYER_2), mobile=other.mobile)

    save(world, Side.BUYER, make.typed(make.BUYER), shared, by=make.BUYER)

    (noted,) = world.case.shared_mobiles
    assert (set(noted.person_ids), noted.at) == ({other.person_id, make.BUYER_2.person_id}, world.at)
    for one in (make.SELLER, make.BUYER, make.BUYER_2):
        (caution,) = world.get_case(GetCase(case_no=world.case.no), make.call_of(one)).cautions
        assert (caution.code, set(caution.person_ids)) == ("contract.mobile_shared", set(noted.person_ids))


def test_a_shared_mobile_is_recorded_once_and_the_record_stays_when_it_is_corrected() -> None:
    world = buyer_world()
    shared = (make.typed(make.BUYER), replace(make.typed(make.BUYER_2), mobile=make.BUYER.mobile))
    save(world, Side.BUYER, *shared, by=make.BUYER)
    save(world, Side.BUYER, *shared, by=make.BUYER)
    assert len(world.case.shared_mobiles) == 1

    save(world, Side.BUYER, make.typed(make.BUYER), make.typed(make.BUYER_2), by=make.BUYER)

    assert len(world.case.shared_mobiles) == 1
    assert world.get_case(GetCase(case_no=world.case.no), make.call_of(make.BUYER)).cautions == ()


def test_a_couple_with_one_phone_gets_its_contract_signed() -> None:
    world = buyer_world()
    shared = (make.typed(make.BUYER), replace(make.typed(make.BUYER_2), mobile=make.BUYER.mobile))
    save(world, Side.BUYER, *shared, by=make.BUYER)
    bring(world.store, world.case.no, Side.BUYER)
    world.generate()
    world.confirm(make.BUYER, make.BUYER_2)

    assert world.start().state == "FREEZING"
    signers = world.get_signers(GetSigners(case_no=world.case.no, version=1), make.service_call_of("signing"))
    assert [one.mobile for one in signers.signers][1:] == [make.BUYER.mobile] * 2


def test_a_minor_cannot_be_a_party_online() -> None:
    found = faults(buyer_world(), Side.BUYER, make.typed(make.BUYER), make.typed(make.CHILD), by=make.BUYER)

    assert found == ["parties[1].id_number: contract.minor_needs_guardian"]


@pytest.mark.parametrize(
    ("shares", "code"),
    [
        (("1/2", "1/3"), "parties: contract.share_sum"),
        (("1/2", ""), "parties: contract.share_missing"),
        (("2/1", "1/2"), "parties[0].share: contract.share_invalid"),
        (("0/2", "1/2"), "parties[0].share: contract.share_invalid"),
        (("50%", "50%"), "parties[0].share: contract.share_invalid"),
        (("1٢/24", "1/2"), "parties[0].share: contract.share_invalid"),
    ],
)
def test_buyers_shares_are_fractions_that_make_exactly_one(shares: tuple[str, str], code: str) -> None:
    parties = (make.typed(make.BUYER, shares[0]), make.typed(make.BUYER_2, shares[1]))

    assert faults(buyer_world(), Side.BUYER, *parties, by=make.BUYER)[0] == code


def test_thirds_make_exactly_one() -> None:
    world = buyer_world()

    world.save_side(Side.BUYER, make.BUYER, make.BUYER_2, shares=("1/3", "2/3"))

    assert [one.share for one in world.case.buyers] == [Fraction(1, 3), Fraction(2, 3)]


def test_sellers_by_shares_get_the_registers_shares() -> None:
    world = seller_world(make.SELLER, make.SELLER_2, mode="SHARES", shares=("1/4", "3/4"))

    world.save_side(Side.SELLER, make.SELLER, make.SELLER_2)

    assert [one.share for one in world.case.sellers] == [Fraction(1, 4), Fraction(3, 4)]


def test_a_seller_cannot_claim_another_share_than_the_registers() -> None:
    world = seller_world(make.SELLER, make.SELLER_2, mode="SHARES", shares=("1/4", "3/4"))

    found = faults(world, Side.SELLER, make.typed(make.SELLER, "1/2"), make.typed(make.SELLER_2, "1/2"))

    assert found[0] == "parties[0].share: contract.share_differs_from_register"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("  ", "address_missing"),
        ("路" * 201, "text_too_long"),
        ("黄石\u202e路1号", "hidden_character"),
        ("一\n二", "hidden_character"),
    ],
)
def test_an_address_is_there_bounded_and_visible(address: str, code: str) -> None:
    parties = replace(make.typed(make.SELLER), address=address)

    assert faults(seller_world(), Side.SELLER, parties) == [f"parties[0].address: contract.{code}"]


def test_all_faults_are_told_at_once() -> None:
    wrong = replace(make.typed(make.STRANGER), address="", mobile=Mobile("13800000001"))

    world = under(seller_world(make.SELLER, make.SELLER_2), SharedMobile.REFUSE)
    found = faults(world, Side.SELLER, make.typed(make.SELLER), wrong)

    assert len(found) == 5


def test_a_side_without_anybody_is_refused() -> None:
    assert faults(seller_world(), Side.SELLER) == ["parties: contract.party_missing"]


def test_too_many_people_on_a_side_are_refused() -> None:
    crowd = [make.typed(make.BUYER), *(make.typed(make.person("郑某", n)) for n in range(20, 30))]

    assert "parties: contract.too_many_owners" in faults(buyer_world(), Side.BUYER, *crowd, by=make.BUYER)


def test_an_edit_on_an_old_revision_is_refused() -> None:
    world = seller_world()

    with pytest.raises(StaleVersion):
        save(world, Side.SELLER, make.typed(make.SELLER), revision=0)


def test_a_party_cannot_save_the_other_side() -> None:
    with pytest.raises(NotAllowed):
        save(buyer_world(), Side.SELLER, make.typed(make.BUYER), by=make.BUYER)


def test_a_stranger_is_told_that_there_is_no_case() -> None:
    with pytest.raises(CaseNotFound):
        save(buyer_world(), Side.BUYER, make.typed(make.STRANGER), by=make.STRANGER)


def test_a_coowner_cannot_save() -> None:
    world = seller_world(make.SELLER, make.SELLER_2)
    world.save_side(Side.SELLER, make.SELLER, make.SELLER_2)

    with pytest.raises(NotAllowed):
        save(world, Side.SELLER, make.typed(make.SELLER_2), make.typed(make.SELLER), by=make.SELLER_2)


def test_the_seller_cannot_change_the_side_silently_once_a_buyer_works_on_the_case() -> None:
    with pytest.raises(ActBarred) as refused:
        save(buyer_world(), Side.SELLER, make.typed(make.SELLER))

    assert refused.value.code == "contract.reopen_first"
