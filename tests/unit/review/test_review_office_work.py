"""The office's day: filters, counts, refused pushes and figures."""

import datetime as dt
from decimal import Decimal

import pytest

from services.common.kit.errors import Forbidden, InvalidValue
from services.common.messages.review import GetStatistics, ListQueue, RetryPush, ReviewQueue
from services.review.domain.errors import NotClaimed, NothingToPush, PeriodInvalid
from services.review.domain.review import State
from tests.unit.review.desk import (
    CASE,
    OFFICE,
    OTHER_CASE,
    Desk,
    applied,
    approved_desk,
    desk_with_claim,
    staff,
    submitted,
)

DAY = dt.timedelta(days=1)


def listed(desk: Desk, **wanted: object) -> ReviewQueue:
    message = ListQueue(**{"state": "", "cursor": "", "limit": 10} | wanted)  # type: ignore[arg-type]
    return desk.list(message, staff("anna"))


def ids(page: ReviewQueue) -> list[str]:
    return [one.review_id for one in page.items]


def test_the_queue_is_filtered_by_what_it_shows() -> None:
    desk = desk_with_claim()
    desk.wait(days=4)
    later = desk.time
    desk.queue(submitted(OTHER_CASE, title_id="t2"))
    desk.claim(staff("berta"), review_id="r2")

    assert ids(listed(desk)) == ["r1", "r2"]
    assert ids(listed(desk, overdue=True)) == ["r1"]
    assert ids(desk.list(ListQueue(state="", cursor="", limit=10, mine=True), staff("berta"))) == ["r2"]
    assert ids(listed(desk, mine=True)) == [], "a claim that ran out is nobody's"
    assert ids(listed(desk, submitted_from=later)) == ["r2"]
    assert ids(listed(desk, submitted_until=later)) == ["r1"]
    assert ids(listed(desk, city="huangshi")) == ["r1", "r2"]
    assert ids(listed(desk, city="ezhou")) == []
    assert ids(listed(desk, business_type="self_deal_sale")) == ["r1", "r2"]
    assert ids(listed(desk, kind="CANCELLATION")) == []


def test_counts_are_of_all_states_the_other_filters_let_through() -> None:
    desk, _ = approved_desk()
    desk.queue(applied())
    desk.queue(submitted(OTHER_CASE, title_id="t2"))
    desk.wait(days=4)

    page = listed(desk, state="QUEUED", limit=1)

    assert {one.state: one.count for one in page.counts if one.count} == {"QUEUED": 2, "APPROVED": 1}
    assert page.overdue == 2
    assert len(page.items) == 1
    assert {one.state: one.count for one in listed(desk, kind="CANCELLATION").counts if one.count} == {"QUEUED": 1}


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InvalidValue) as refused:
        listed(Desk(), kind="SALE")

    assert refused.value.code == "review.kind_unknown"


def test_a_released_claim_is_anybodys() -> None:
    desk = desk_with_claim()

    desk.release()

    assert desk.review().state is State.QUEUED
    assert desk.claim(staff("berta")).state == "CLAIMED"
    with pytest.raises(NotClaimed):
        desk.release(staff("anna"))


def test_what_the_register_refuses_is_shown_with_its_reason_and_pushed_again_by_staff() -> None:
    desk, filing_no = approved_desk()
    desk.seal(filing_no)
    desk.register.refuses = "property.house_barred"

    assert desk.push() == 1

    assert [one.push_refused for one in listed(desk, state="APPROVED").items] == ["property.house_barred"]
    desk.wait(minutes=59)
    assert desk.push() == 0, "not before its time"
    desk.register.refuses = ""
    desk.push_again(RetryPush(review_id="r1"), staff("anna"))
    assert desk.push() == 0
    assert desk.review().state is State.PUSHED
    assert [one.push_refused for one in listed(desk, state="PUSHED").items] == [""]


def test_a_refused_push_is_tried_again_by_itself_after_an_hour() -> None:
    desk, filing_no = approved_desk()
    desk.seal(filing_no)
    desk.register.refuses = "property.house_barred"
    desk.push()
    desk.register.refuses = ""
    desk.wait(minutes=61)

    desk.push()

    assert desk.review().state is State.PUSHED


def test_a_register_out_of_reach_has_refused_nothing() -> None:
    desk, filing_no = approved_desk()
    desk.seal(filing_no)
    desk.register.away = True
    desk.push()

    assert [one.push_refused for one in listed(desk, state="APPROVED").items] == [""]


def test_nothing_is_pushed_again_that_is_not_owed() -> None:
    desk, _ = approved_desk()

    with pytest.raises(NothingToPush):
        desk.push_again(RetryPush(review_id="r1"), staff("anna"))


def test_figures_of_a_period_by_decision_reason_and_time() -> None:
    desk = desk_with_claim()
    begun = desk.time
    desk.wait(minutes=20)
    desk.return_(("婚姻证明", "MATERIAL_ILLEGIBLE", ""), ("合同", "TERMS_UNCLEAR", "见第五条"))
    desk.queue(submitted(round_=2))
    desk.wait(days=5)
    desk.claim(review_id="r2")
    desk.approve(review_id="r2")
    desk.queue(submitted(OTHER_CASE, title_id="t2"))

    found = desk.statistics(GetStatistics(since=begun, until=desk.time + DAY), staff("anna"))

    assert (found.submitted, found.approved, found.returned, found.rejected) == (3, 1, 1, 0)
    assert (found.late, found.open, found.overdue) == (1, 1, 0)
    assert found.return_rate == Decimal("0.5000")
    assert found.longest_hours == Decimal("120.00")
    assert [(one.rule, one.count) for one in found.reasons] == [("MATERIAL_ILLEGIBLE", 1), ("TERMS_UNCLEAR", 1)]
    assert found.office == OFFICE
    assert desk.review("r2").case_no == CASE


def test_what_was_taken_back_was_not_decided_and_lowers_no_rate() -> None:
    desk = desk_with_claim()
    desk.return_(("婚姻证明", "MATERIAL_ILLEGIBLE", ""))
    desk.queue(submitted(round_=2))
    desk.withdraw(round_=2)

    found = desk.statistics(GetStatistics(until=desk.time + DAY), staff("anna"))

    assert (found.returned, found.withdrawn, found.return_rate) == (1, 1, Decimal("1.0000"))


def test_figures_are_for_reviewers_and_office_admins_and_a_year_at_most() -> None:
    desk = Desk()
    period = GetStatistics(since=desk.time, until=desk.time + DAY)

    assert desk.statistics(period, staff("olga", role="OFFICE_ADMIN")).submitted == 0
    with pytest.raises(Forbidden):
        desk.statistics(period, staff("emil", role="COUNTER_CLERK"))
    first, last = dt.datetime(1, 1, 1, tzinfo=dt.UTC), dt.datetime(9999, 12, 31, 23, 59, tzinfo=dt.UTC)
    for since, until in (
        (desk.time, desk.time),
        (desk.time, desk.time + 400 * DAY),
        (None, first),
        (last, None),
        (first, last),
    ):
        with pytest.raises(PeriodInvalid):
            desk.statistics(GetStatistics(since=since, until=until), staff("anna"))
    end_of_time = GetStatistics(since=last - DAY, until=last)
    assert desk.statistics(end_of_time, staff("anna")).submitted == 0
