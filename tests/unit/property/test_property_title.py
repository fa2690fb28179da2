import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest
from stdnum.cn import ric

from services.common.profiles.restrictions import LAWFUL, Policy, Restriction, Restrictions
from services.common.values import IdNumber, PersonId
from services.property.domain.errors import HouseBarred, SharesIncomplete
from services.property.domain.owners import Owner
from services.property.domain.title import Encumbrance, OwnershipMode, RegisteredTitle
from services.property.domain.verdict import REASONS, Paper, Reason, Verdict, judge
from tests.unit.property.builders import (
    CASE,
    CERTIFICATE,
    KEY,
    NOW,
    OTHER_CASE,
    enterprise,
    house,
    owner,
    person,
    title,
)

TODAY = NOW.date()
AS_THE_LAW_HAS_IT = Restrictions()


def minor(born: dt.date) -> Owner:
    body = f"420299{born:%Y%m%d}001"
    number = IdNumber(body + ric.calc_check_digit(f"{body}0"))
    return Owner(PersonId.of(number, KEY), person(0).name, number, None)


REFUSED = {
    Encumbrance.SEAL: Reason.HOUSE_SEALED,
    Encumbrance.DISPUTE: Reason.OWNERSHIP_DISPUTED,
    Encumbrance.PRENOTICE: Reason.PRENOTICE_EXISTS,
    Encumbrance.MORTGAGE_WITH_BAN: Reason.MORTGAGE_RESTRICTED,
    Encumbrance.OBJECTION: Reason.OBJECTION_EXISTS,
    Encumbrance.POLICY_HOME: Reason.RESTRICTED_TRANSFER,
    Encumbrance.LOST_CERTIFICATE: Reason.CERTIFICATE_LOST,
}
WARNED = {
    Encumbrance.MORTGAGE: Reason.MORTGAGED,
    Encumbrance.LEASE: Reason.LEASED,
    Encumbrance.HABITATION: Reason.HABITATION_RIGHT,
}


def test_a_title_without_notes_may_be_sold() -> None:
    assert title().judged(AS_THE_LAW_HAS_IT, TODAY) == Verdict()


@pytest.mark.parametrize(("note", "reason"), REFUSED.items())
def test_a_noted_restriction_bars_the_sale_with_its_own_reason(note: Encumbrance, reason: Reason) -> None:
    assert title(note).judged(AS_THE_LAW_HAS_IT, TODAY) == Verdict(barred_by=(reason,))


@pytest.mark.parametrize(("note", "reason"), WARNED.items())
def test_a_mortgage_without_ban_a_lease_and_a_habitation_right_are_acknowledged(
    note: Encumbrance, reason: Reason
) -> None:
    assert title(note).judged(AS_THE_LAW_HAS_IT, TODAY) == Verdict(warnings=(reason,))


def test_every_note_of_the_register_has_an_answer() -> None:
    assert REFUSED.keys() | WARNED.keys() == set(Encumbrance)


@pytest.mark.parametrize("one", [one for one in Restriction if Policy.NEED_PAPER in LAWFUL[one]])
def test_where_a_city_takes_a_paper_it_is_named_and_the_sale_not_barred(one: Restriction) -> None:
    verdict = judge([one], replace(Restrictions(), **{one.value: Policy.NEED_PAPER}))

    assert (verdict.barred_by, verdict.warnings) == ((), ())
    assert len(verdict.papers_needed) == 1


@pytest.mark.parametrize("one", Restriction)
def test_every_restriction_has_a_reason_of_its_own(one: Restriction) -> None:
    refusing = replace(Restrictions(), **{one.value: Policy.REFUSE})

    assert len(judge([one], refusing).barred_by) == 1
    assert len(set(REASONS.values())) == len(Restriction)


def test_a_city_may_let_the_buyer_acknowledge_an_objection() -> None:
    lenient = Restrictions(objection=Policy.WARN_AND_ACKNOWLEDGE)

    assert title(Encumbrance.OBJECTION).judged(lenient, TODAY) == Verdict(warnings=(Reason.OBJECTION_EXISTS,))


def test_a_city_may_refuse_a_house_with_a_habitation_right() -> None:
    strict = Restrictions(habitation=Policy.REFUSE)

    assert title(Encumbrance.HABITATION).judged(strict, TODAY).barred_by == (Reason.HABITATION_RIGHT,)


def test_a_deceased_owners_heirs_register_first() -> None:
    left = replace(title(), owners=(replace(owner(0), deceased=True),))

    assert left.judged(AS_THE_LAW_HAS_IT, TODAY).barred_by == (Reason.OWNER_DECEASED,)


def test_an_owner_is_minor_until_the_day_he_is_eighteen() -> None:
    birthday = dt.date(2008, 11, 22)
    young = replace(title(), owners=(minor(birthday),))

    assert young.judged(AS_THE_LAW_HAS_IT, dt.date(2026, 11, 21)).barred_by == (Reason.MINOR_NEEDS_GUARDIAN,)
    assert young.judged(AS_THE_LAW_HAS_IT, dt.date(2026, 11, 22)).barred_by == ()


def test_allocated_land_bars_unless_the_city_takes_the_approval() -> None:
    allocated = replace(title(), house=replace(house(), land_obtained="划拨", land_term_end=None))

    assert allocated.judged(AS_THE_LAW_HAS_IT, TODAY).barred_by == (Reason.LAND_ALLOCATED,)
    taking = Restrictions(allocated_land=Policy.NEED_PAPER)
    assert allocated.judged(taking, TODAY).papers_needed == (Paper.LAND_TRANSFER_APPROVAL,)


def test_people_and_an_enterprise_together_have_no_way_online() -> None:
    half = Fraction(1, 2)
    mixed = replace(
        title(),
        mode=OwnershipMode.SHARES,
        owners=(owner(0, half),),
        enterprises=(replace(enterprise(1), share=half),),
    )

    assert Reason.OWNERS_MIXED in mixed.judged(Restrictions(enterprise_owner=Policy.NEED_PAPER), TODAY).barred_by


def test_another_case_on_the_house_bars_the_sale() -> None:
    assert title().judged(AS_THE_LAW_HAS_IT, TODAY, (OTHER_CASE,), CASE).barred_by == (Reason.DUPLICATE_HOUSE,)


def test_a_case_is_not_barred_by_its_own_hold() -> None:
    assert title().judged(AS_THE_LAW_HAS_IT, TODAY, (CASE,), CASE) == Verdict()


def test_several_reasons_are_all_told_in_a_fixed_order() -> None:
    verdict = title(Encumbrance.OBJECTION, Encumbrance.SEAL).judged(AS_THE_LAW_HAS_IT, TODAY, (OTHER_CASE,))

    assert verdict.barred_by == (Reason.HOUSE_SEALED, Reason.OBJECTION_EXISTS, Reason.DUPLICATE_HOUSE)


def test_a_sealed_house_takes_no_filing() -> None:
    with pytest.raises(HouseBarred) as refused:
        title(Encumbrance.SEAL).refuse_if_barred(AS_THE_LAW_HAS_IT, TODAY)

    assert refused.value.context["barred_by"] == ["HOUSE_SEALED"]


@pytest.mark.parametrize(
    ("mode", "shares"),
    [
        (OwnershipMode.SHARES, (Fraction(1, 2), Fraction(1, 3))),
        (OwnershipMode.SHARES, (Fraction(1), None)),
        (OwnershipMode.SHARES, (Fraction(1),)),
        (OwnershipMode.JOINT, (Fraction(1, 2), Fraction(1, 2))),
        (OwnershipMode.JOINT, (None,)),
        (OwnershipMode.SOLE, (None, None)),
        (OwnershipMode.SOLE, ()),
    ],
)
def test_owners_that_do_not_fit_the_mode_are_no_title(mode: OwnershipMode, shares: tuple[Fraction | None, ...]) -> None:
    owners = tuple(owner(number, share) for number, share in enumerate(shares))

    with pytest.raises(SharesIncomplete):
        RegisteredTitle("t1", "huangshi", CERTIFICATE, mode, owners, house(), frozenset(), generated=True)
