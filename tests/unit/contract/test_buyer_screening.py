"""失信被执行人 and 购房资格: a buyer is screened when he joins, when his side is saved, and before signing; silence is no pass."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.common.kit.errors import Forbidden, NotAuthenticated, Unavailable
from services.common.messages.contract import GetBuyers, Side
from services.contract.domain.errors import ActBarred, CaseNotFound, NotAllowed, PartyBarred
from tests.support import contract_builders as make
from tests.support.contract_world import World

BARS = ("BUYER_DEFAULTER", "BUYER_NOT_ELIGIBLE")


def before_joining() -> World:
    one = World()
    one.published()
    return one


def before_saving() -> World:
    one = before_joining()
    one.joined()
    return one


def before_signing() -> World:
    one = World()
    one.generated(buyers=(make.BUYER, make.BUYER_2))
    one.confirm(make.BUYER, make.BUYER_2)
    return one


def join(one: World) -> None:
    one.joined()


def save(one: World) -> None:
    one.save_side(Side.BUYER, make.BUYER, make.BUYER_2)


def start(one: World) -> None:
    one.start()


MOMENTS = [(before_joining, join), (before_saving, save), (before_signing, start)]


@pytest.mark.parametrize(("made", "act"), MOMENTS)
@pytest.mark.parametrize("bar", BARS)
def test_who_may_not_buy_is_refused_with_the_reason_and_nothing_changes(
    bar: str, made: Callable[[], World], act: Callable[[World], None]
) -> None:
    one = made()
    before = one.case
    one.screening.barred = {make.BUYER.id_number: (bar,)}

    with pytest.raises(PartyBarred) as refused:
        act(one)
    assert refused.value.code == f"contract.{bar.lower()}"
    assert refused.value.context["reasons"] == [bar]
    assert one.case == before


@pytest.mark.parametrize(("made", "act"), MOMENTS)
def test_a_screening_that_does_not_answer_is_no_pass(made: Callable[[], World], act: Callable[[World], None]) -> None:
    one = made()
    before = one.case
    one.screening.away = True

    with pytest.raises(Unavailable, match=r"property\.screening_unavailable"):
        act(one)
    assert one.case == before

    one.screening.away = False
    act(one)


def test_the_refused_co_buyer_is_named_by_his_field() -> None:
    one = before_saving()
    one.screening.barred = {make.BUYER_2.id_number: ("BUYER_DEFAULTER",)}

    with pytest.raises(PartyBarred) as refused:
        save(one)
    assert refused.value.context["field"] == "parties[1].id_number"


def test_a_refused_buyer_keeps_his_proof_and_the_case_waits_for_another() -> None:
    one = before_joining()
    one.screening.barred = {make.BUYER.id_number: ("BUYER_DEFAULTER",)}
    with pytest.raises(PartyBarred):
        one.joined()
    assert one.store.spent == {"p1"}

    assert one.joined(make.BUYER_2).state == "BUYER_DRAFT"


def test_sellers_are_not_screened_as_buyers() -> None:
    one = World()
    one.screening.away = True
    one.published()

    assert one.screening.asked == []


def test_nobody_learns_of_anybodys_standing_through_a_case_that_is_not_his() -> None:
    one = before_saving()
    for who, refusal in ((make.STRANGER, CaseNotFound), (make.SELLER, NotAllowed)):
        one.screening.asked.clear()
        with pytest.raises(refusal):
            one.save_side(Side.BUYER, who, make.BUYER_2)
        assert one.screening.asked == []


def test_a_start_that_is_barred_anyway_screens_nobody() -> None:
    one = World()
    one.generated()
    one.screening.asked.clear()
    with pytest.raises(ActBarred, match=r"contract\.confirmation_missing"):
        one.start()
    assert one.screening.asked == []


def test_only_review_is_told_who_buys() -> None:
    one = before_signing()
    message = GetBuyers(case_no=one.case.no)

    found = one.get_buyers(message, make.service_call_of("review")).buyers

    assert [(who.name, who.id_number) for who in found] == [
        (make.BUYER.name, make.BUYER.id_number),
        (make.BUYER_2.name, make.BUYER_2.id_number),
    ]
    for call in (make.service_call_of("signing"), make.call_of(make.BUYER), make.staff_call()):
        with pytest.raises((Forbidden, NotAuthenticated)):
            one.get_buyers(message, call)
