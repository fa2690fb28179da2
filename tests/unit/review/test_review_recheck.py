"""Before an approval house and buyers are asked for once more; what nobody can say is no approval."""

import pytest

from services.common.kit.errors import Unavailable
from services.common.values import IdNumber, PersonName
from services.review.domain.errors import BuyerBarred, HouseBarred
from tests.support.contract_builders import id_number
from tests.unit.review.desk import Desk, desk_with_claim

FIRST: tuple[PersonName, IdNumber] = (PersonName("孙三"), id_number(3))
SECOND: tuple[PersonName, IdNumber] = (PersonName("李四"), id_number(4))


def claimed() -> Desk:
    desk = desk_with_claim()
    desk.parties.buyers = (FIRST, SECOND)
    return desk


@pytest.mark.parametrize("reason", ["BUYER_DEFAULTER", "BUYER_NOT_ELIGIBLE"])
def test_any_buyer_who_may_not_buy_by_now_bars_the_approval(reason: str) -> None:
    desk = claimed()
    desk.register.screened = {SECOND[1]: (reason,)}

    with pytest.raises(BuyerBarred) as refused:
        desk.approve()
    assert (refused.value.code, refused.value.context) == (f"review.{reason.lower()}", {"reasons": [reason]})
    assert desk.review().state == "CLAIMED"


def test_a_screening_that_does_not_answer_is_no_approval_and_can_be_tried_again() -> None:
    desk = claimed()
    desk.register.screening_away = True
    with pytest.raises(Unavailable):
        desk.approve()
    assert desk.review().filing_no == ""
    desk.register.screening_away = False

    assert desk.approve().state == "APPROVED"


def test_a_house_sealed_since_the_claim_bars_the_approval() -> None:
    desk = claimed()
    desk.register.barred = ("HOUSE_SEALED",)

    with pytest.raises(HouseBarred):
        desk.approve()
    assert desk.review().state == "CLAIMED"
