from fractions import Fraction

import pytest

from services.property.domain.errors import HouseBarred, SharesIncomplete
from services.property.domain.title import Bar, Encumbrance, OwnershipMode, RegisteredTitle
from tests.unit.property.builders import CASE, CERTIFICATE, OTHER_CASE, house, owner, title


@pytest.mark.parametrize(
    ("note", "bar"),
    [
        (Encumbrance.SEAL, Bar.HOUSE_SEALED),
        (Encumbrance.PRENOTICE, Bar.PRENOTICE_EXISTS),
        (Encumbrance.MORTGAGE_WITH_BAN, Bar.MORTGAGE_RESTRICTED),
        (Encumbrance.OBJECTION, Bar.OBJECTION_EXISTS),
        (Encumbrance.POLICY_HOME, Bar.RESTRICTED_TRANSFER),
    ],
)
def test_a_noted_restriction_bars_the_sale_with_its_own_reason(note: Encumbrance, bar: Bar) -> None:
    assert title(note).barred_by(()) == (bar,)


@pytest.mark.parametrize("note", [Encumbrance.MORTGAGE, Encumbrance.LEASE, Encumbrance.HABITATION])
def test_a_mortgage_without_ban_a_lease_and_a_habitation_right_do_not_bar_the_sale(note: Encumbrance) -> None:
    assert title(note).barred_by(()) == ()


def test_another_case_on_the_house_bars_the_sale() -> None:
    assert title().barred_by((OTHER_CASE,), except_case=CASE) == (Bar.DUPLICATE_HOUSE,)


def test_a_case_is_not_barred_by_its_own_hold() -> None:
    assert title().barred_by((CASE,), except_case=CASE) == ()


def test_a_sealed_house_takes_no_filing() -> None:
    with pytest.raises(HouseBarred) as refused:
        title(Encumbrance.SEAL).refuse_if_barred()

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
