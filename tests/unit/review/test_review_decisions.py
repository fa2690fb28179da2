import datetime as dt

import pytest

from services.common.kit.errors import InvalidValue, NotAuthenticated, Unavailable
from services.common.messages.contract import ReturnItem
from services.common.messages.review import DeclareRelative, ReviewApproved, ReviewRejected, ReviewReturned
from services.review.domain.errors import (
    AlreadyDecided,
    ClaimExpired,
    ConflictOfInterest,
    HouseAlreadyFiled,
    HouseBarred,
    NotClaimed,
    ReasonRequired,
    ReasonUnfit,
    ReviewNotFound,
)
from services.review.domain.filing_number import filing_no
from services.review.domain.reasons import Point
from services.review.domain.review import State
from tests.unit.gateway.samples import id_number
from tests.unit.review.desk import CASE, OTHER_CASE, Desk, desk_with_claim, pseudonym, service, staff, submitted


def test_approval_gives_the_days_first_filing_number_and_is_told() -> None:
    desk = desk_with_claim()

    answer = desk.approve()

    assert (answer.state, answer.filing_no) == ("APPROVED", "42HS20261122000001")
    assert desk.told(ReviewApproved) == [
        ReviewApproved(
            case_no=CASE, review_id="r1", envelope_id="env1", filing_no="42HS20261122000001", approved_at=desk.time
        )
    ]


def test_the_day_of_a_filing_number_is_shanghais() -> None:
    desk = Desk(time=dt.datetime(2026, 11, 22, 16, 30, tzinfo=dt.UTC))
    desk.queue()
    desk.claim()

    assert desk.approve().filing_no == "42HS20261123000001"


def test_numbers_of_a_day_follow_each_other_and_a_refused_approval_uses_none() -> None:
    desk = desk_with_claim()
    desk.queue(submitted(OTHER_CASE, title_id="t1"))
    desk.queue(submitted(OTHER_CASE, round_=2, title_id="t2"))
    desk.approve()
    desk.claim(review_id="r3")

    assert desk.approve(review_id="r3").filing_no == "42HS20261122000002"


def test_a_number_beyond_the_digits_goes_on_with_one_more() -> None:
    assert filing_no("42HS", dt.date(2026, 11, 22), 1_000_000, 6) == "42HS202611221000000"


def test_a_house_has_one_live_filing() -> None:
    desk = desk_with_claim()
    desk.queue(submitted(OTHER_CASE, title_id="t1"))
    desk.approve()
    desk.claim(review_id="r2")

    with pytest.raises(HouseAlreadyFiled):
        desk.approve(review_id="r2")

    assert desk.review("r2").state is State.CLAIMED
    assert list(desk.memory.days.values()) == [1]


def test_a_house_barred_at_the_recheck_is_not_approved() -> None:
    desk = desk_with_claim()
    desk.register.barred = ("HOUSE_SEALED",)

    with pytest.raises(HouseBarred) as refused:
        desk.approve()

    assert refused.value.context["barred_by"] == ["HOUSE_SEALED"]
    assert not desk.told(ReviewApproved)


def test_nothing_is_approved_while_the_register_cannot_be_asked() -> None:
    desk = desk_with_claim()
    desk.register.away = True

    with pytest.raises(Unavailable):
        desk.approve()

    assert desk.review().state is State.CLAIMED


def test_a_return_lists_every_item_with_its_reason_and_is_told() -> None:
    desk = desk_with_claim()

    assert (
        desk.return_(
            ("合同第三页", "HOUSE_DIFFERS", " 面积与产权证不符 "), ("婚姻证明", "MATERIAL_ILLEGIBLE", "照片不清")
        ).state
        == "RETURNED"
    )

    items = (
        ReturnItem(item="合同第三页", rule="HOUSE_DIFFERS", reason="面积与产权证不符"),
        ReturnItem(item="婚姻证明", rule="MATERIAL_ILLEGIBLE", reason="照片不清"),
    )
    assert desk.told(ReviewReturned) == [ReviewReturned(case_no=CASE, review_id="r1", items=items)]
    assert desk.memory.points["r1"][1] == Point("婚姻证明", "MATERIAL_ILLEGIBLE", "照片不清")


@pytest.mark.parametrize(
    "items",
    [
        (),
        (("合同", "", "缺页"),),
        (("", "OTHER", "缺页"),),
        (("合同", "TERMS_UNCLEAR", ""),),
        (("合同", "OTHER", "缺页"), (" ", "OTHER", "缺页")),
    ],
)
def test_a_return_without_item_rule_or_needed_text_is_refused(items: tuple[tuple[str, str, str], ...]) -> None:
    desk = desk_with_claim()

    with pytest.raises(ReasonRequired):
        desk.return_(*items)

    assert desk.review().state is State.CLAIMED


@pytest.mark.parametrize(
    "reason",
    [
        "身份证号11010519491231002X不符",
        "身份证号110105 19491231 002X不符",
        "身份证号１１０１０５１９４９１２３１００２Ｘ不符",
        "请打13800000000",
        "请打138-0000-0000",
        "请打１３８ ００００ ００００",
        "请打1٣٨٠٠٠٠٠٠٠٠",
        "长" * 501,
    ],
)
def test_reasons_with_personal_numbers_or_without_end_are_refused(reason: str) -> None:
    with pytest.raises(ReasonUnfit):
        desk_with_claim().return_(("合同", "OTHER", reason))


def test_a_case_number_in_a_reason_is_no_personal_number() -> None:
    assert desk_with_claim().return_(("合同", "OTHER", "与业务编号2023081800001重复")).state == "RETURNED"


def test_hidden_characters_in_a_reason_are_refused() -> None:
    with pytest.raises(InvalidValue):
        desk_with_claim().return_(("合同", "OTHER", "缺\u202e页"))


def test_a_rejection_needs_reason_and_remedies_and_is_told_with_both() -> None:
    desk = desk_with_claim()
    for reason, remedies in (("", "可申请复核"), ("房屋被查封", " ")):
        with pytest.raises(ReasonRequired):
            desk.reject(reason, remedies)

    desk.reject("房屋权属有争议", "可在60日内申请复核")

    told = ReviewRejected(
        case_no=CASE, review_id="r1", rule="OTHER", reason="房屋权属有争议", remedies="可在60日内申请复核"
    )
    assert desk.told(ReviewRejected) == [told]
    assert desk.memory.points["r1"] == (Point("", "OTHER", "房屋权属有争议", "可在60日内申请复核"),)


def decide(desk: Desk, act: str, name: str = "anna") -> None:
    if act == "approve":
        desk.approve(staff(name))
    elif act == "return":
        desk.return_(("合同", "OTHER", "缺页"), call=staff(name))
    else:
        desk.reject("有争议", "可申请复核", call=staff(name))


ACTS = pytest.mark.parametrize("act", ["approve", "return", "reject"])


@ACTS
def test_only_the_claimer_decides(act: str) -> None:
    with pytest.raises(NotClaimed):
        decide(desk_with_claim(), act, "berta")


@ACTS
def test_nobody_decides_what_he_has_not_claimed(act: str) -> None:
    desk = Desk()
    desk.queue()

    with pytest.raises(NotClaimed):
        decide(desk, act)


@ACTS
def test_a_claim_that_ran_out_decides_nothing(act: str) -> None:
    desk = desk_with_claim()
    desk.wait(minutes=30)

    with pytest.raises(ClaimExpired):
        decide(desk, act)


@ACTS
def test_a_claim_that_runs_out_while_the_neighbours_are_asked_decides_nothing(act: str) -> None:
    desk = desk_with_claim()
    desk.wait(minutes=29)
    desk.parties.meanwhile = lambda: desk.wait(minutes=1)

    with pytest.raises(ClaimExpired):
        decide(desk, act)

    assert desk.review().shown_state(desk.time) is State.QUEUED


@ACTS
def test_a_claim_taken_over_while_the_neighbours_are_asked_is_the_others_to_decide(act: str) -> None:
    desk = desk_with_claim()

    def lapse() -> None:
        desk.parties.meanwhile = lambda: None
        desk.wait(minutes=30)
        desk.claim(staff("berta"))

    desk.parties.meanwhile = lapse

    with pytest.raises(NotClaimed):
        decide(desk, act)

    assert desk.review().holder(desk.time) == "berta"


@ACTS
def test_a_relative_declared_while_holding_the_claim_bars_the_decision(act: str) -> None:
    desk = desk_with_claim()
    desk.parties.parties = (pseudonym(id_number(7)),)
    desk.declare(DeclareRelative(id_number=id_number(7)), staff("anna"))
    told = list(desk.memory.events)

    with pytest.raises(ConflictOfInterest) as refused:
        decide(desk, act)

    assert refused.value.context["why"] == "RELATIVE"
    assert (desk.memory.events, desk.review().state) == (told, State.CLAIMED)


@ACTS
@pytest.mark.parametrize("first", ["approve", "return", "reject"])
def test_a_decision_is_final(act: str, first: str) -> None:
    desk = desk_with_claim()
    decide(desk, first)
    told = list(desk.memory.events)

    with pytest.raises(AlreadyDecided):
        decide(desk, act)

    assert desk.memory.events == told


@ACTS
def test_another_office_decides_nothing(act: str) -> None:
    desk = desk_with_claim()
    call = staff("anna", "yangquan-housing")

    with pytest.raises(ReviewNotFound):
        if act == "approve":
            desk.approve(call)
        elif act == "return":
            desk.return_(("合同", "OTHER", "缺页"), call=call)
        else:
            desk.reject("有争议", "可申请复核", call=call)


def test_a_service_decides_nothing() -> None:
    with pytest.raises(NotAuthenticated):
        desk_with_claim().approve(service("contract"))
