"""What is agreed: sums, dates, clauses, texts; each refusal with its code and field."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from services.common.messages.contract import Instalment, Side, Terms
from services.common.values import Money
from services.contract.domain.errors import ActBarred, InputRefused, NotAllowed
from services.contract.domain.lifecycle import State
from tests.support import contract_builders as make
from tests.support.contract_world import World


def instalment(amount: str, due: dt.date = dt.date(2026, 12, 20), condition: str = "") -> Instalment:
    """Return a payment."""
    return Instalment(amount=Money.parse(amount), due=due, condition=condition)


def faults(terms: Terms, **title: object) -> list[str]:
    """Return what the terms are refused with."""
    world = World()
    world.opened(**title)
    with pytest.raises(InputRefused) as refused:
        world.agree(terms)
    assert world.case.terms is None
    problems = refused.value.context["problems"]
    assert isinstance(problems, list)
    return problems


def accepted(terms: Terms, **title: object) -> Terms:
    """Return the terms as kept."""
    world = World()
    world.opened(**title)
    world.agree(terms)
    assert world.case.terms is not None
    return world.case.terms


def test_a_price_of_nothing_is_refused() -> None:
    terms = make.terms(total_price=Money.parse("0"), deposit=Money.parse("0"), instalments=(instalment("0"),))

    assert "terms.total_price: contract.price_invalid" in faults(terms)


def test_a_deposit_of_exactly_a_fifth_is_the_most() -> None:
    fifth = make.terms(deposit=Money.parse("200000.00"), instalments=(instalment("800000.00"),))
    more = make.terms(deposit=Money.parse("200000.01"), instalments=(instalment("799999.99"),))

    assert accepted(fifth).deposit == Money.parse("200000.00")
    assert faults(more) == ["terms.deposit: contract.deposit_limit"]


@pytest.mark.parametrize("amount", ["899999.99", "900000.01"])
def test_deposit_and_payments_make_exactly_the_price(amount: str) -> None:
    assert faults(make.terms(instalments=(instalment(amount),))) == ["terms.instalments: contract.payment_sum"]


def test_instalments_make_exactly_the_price_to_the_cent() -> None:
    third = (instalment("300000.01"), instalment("299999.99"), instalment("300000.00"))

    kept = accepted(make.terms(payment_method="INSTALMENTS", instalments=third))

    assert len(kept.instalments) == 3


@pytest.mark.parametrize("instalments", [(), (instalment("400000.00"), instalment("500000.00"))])
def test_one_off_is_one_payment(instalments: tuple[Instalment, ...]) -> None:
    assert faults(make.terms(instalments=instalments))[0] == "terms.instalments: contract.payment_schedule"


def test_an_unknown_way_of_paying_is_refused() -> None:
    assert faults(make.terms(payment_method="BARTER")) == ["terms.payment_method: contract.payment_method_unknown"]


@pytest.mark.parametrize("field", ["transfer_apply_by", "delivery_date"])
def test_dates_of_the_past_are_refused_and_today_is_not(field: str) -> None:
    assert faults(make.terms(**{field: dt.date(2026, 11, 21)})) == [f"terms.{field}: contract.date_past"]
    assert accepted(make.terms(**{field: make.TODAY}))


def test_a_date_beyond_ten_years_is_a_slip() -> None:
    assert faults(make.terms(delivery_date=dt.date(2062, 1, 1))) == ["terms.delivery_date: contract.date_too_far"]


def test_payments_are_in_the_order_of_their_days() -> None:
    later_first = (instalment("400000.00", dt.date(2027, 1, 1)), instalment("500000.00", dt.date(2026, 12, 1)))

    found = faults(make.terms(payment_method="INSTALMENTS", instalments=later_first))

    assert found == ["terms.instalments: contract.payment_order"]


@pytest.mark.parametrize("penalty", ["-1", "10.01", "0.001"])
def test_the_daily_penalty_is_between_nothing_and_ten_per_ten_thousand(penalty: str) -> None:
    found = faults(make.terms(late_penalty_per_10k=Decimal(penalty)))

    assert found == ["terms.late_penalty_per_10k: contract.penalty_limit"]


@pytest.mark.parametrize("penalty", ["0", "10", "3.25"])
def test_penalties_within_the_bounds_are_kept(penalty: str) -> None:
    assert accepted(make.terms(late_penalty_per_10k=Decimal(penalty))).late_penalty_per_10k == Decimal(penalty)


@pytest.mark.parametrize(
    ("mode", "body"),
    [("COURT", "黄石仲裁委员会"), ("ARBITRATION", ""), ("ARBITRATION", "仲裁"), ("BOTH", "黄石仲裁委员会"), ("", "")],
)
def test_disputes_go_to_court_or_to_a_named_arbitration_body_never_to_both(mode: str, body: str) -> None:
    assert "contract.dispute_clause" in faults(make.terms(dispute_mode=mode, arbitration_body=body))[0]


def test_arbitration_with_a_named_body_is_kept() -> None:
    kept = accepted(make.terms(dispute_mode="ARBITRATION", arbitration_body=" 黄石仲裁委员会 "))

    assert kept.arbitration_body == "黄石仲裁委员会"


def test_extra_terms_keep_their_lines_and_punctuation() -> None:
    kept = accepted(make.terms(extra_terms="  一、家具留下（见清单）；\r\n二、钥匙三把，当面交。\n"))

    assert kept.extra_terms == "一、家具留下（见清单）；\n二、钥匙三把，当面交。"


def test_extra_terms_of_2000_characters_are_the_most() -> None:
    assert accepted(make.terms(extra_terms="约" * 2000))
    assert faults(make.terms(extra_terms="约" * 2001)) == ["terms.extra_terms: contract.text_too_long"]


@pytest.mark.parametrize("field", ["extra_terms", "delivery_condition"])
@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\x00"])
def test_characters_nobody_sees_are_refused(field: str, hidden: str) -> None:
    assert faults(make.terms(**{field: f"交{hidden}房"})) == [f"terms.{field}: contract.hidden_character"]


def test_a_delivery_without_a_condition_is_refused() -> None:
    assert faults(make.terms(delivery_condition="  ")) == [
        "terms.delivery_condition: contract.delivery_condition_missing"
    ]


def test_a_mortgage_is_released_before_the_transfer_is_applied_for() -> None:
    late = make.terms(mortgage_release_by=dt.date(2027, 1, 11))

    assert faults(late, mortgaged=True) == ["terms.mortgage_release_by: contract.mortgage_release_late"]


def test_a_registered_lease_must_be_written_down_with_its_end() -> None:
    assert faults(make.terms(leased=None), leased=True) == ["terms.lease_until: contract.lease_end_missing"]
    assert accepted(make.terms(leased=True, lease_until=dt.date(2027, 6, 1)), leased=True).lease_until == dt.date(
        2027, 6, 1
    )


def test_only_the_seller_writes_the_terms() -> None:
    world = World()
    world.published()
    world.joined()

    with pytest.raises(NotAllowed):
        world.agree(who=make.BUYER)


def test_a_date_that_has_passed_by_the_time_of_generating_stops_it() -> None:
    world = World()
    world.published()
    world.joined()
    world.save_side(Side.BUYER, make.BUYER)
    world.at += dt.timedelta(days=40)

    with pytest.raises(InputRefused) as refused:
        world.generate()

    assert refused.value.code == "contract.date_past"
    assert world.case.state is State.BUYER_DRAFT


def test_signed_terms_are_locked() -> None:
    world = World()
    world.signed()

    with pytest.raises(ActBarred) as refused:
        world.agree()

    assert refused.value.code == "contract.signed_locked"
