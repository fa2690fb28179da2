"""Working days: what counts, what stands still, what a year nobody has announced looks like."""

import datetime as dt
import logging

import pytest

from services.review.adapters.calendar import ChinaWorkdays
from services.review.domain.clock import days_left, due_at
from services.review.domain.filing_number import SHANGHAI
from tests.unit.review.desk import Desk, desk_with_claim, submitted

WORKDAYS = ChinaWorkdays()


def at(day: str, hour: int = 10) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), SHANGHAI)


def due_day(moment: dt.datetime) -> str:
    """The last day: due is its end."""
    assert moment.astimezone(SHANGHAI).time() == dt.time()
    return (moment.astimezone(SHANGHAI).date() - dt.timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("submitted_on", "days", "last"),
    [
        ("2026-11-23", 3, "2026-11-26"),  # Monday to Thursday
        ("2026-11-20", 1, "2026-11-23"),  # over a weekend
        ("2026-09-30", 3, "2026-10-10"),  # National Day, and the Saturday worked for it
        ("2026-02-13", 1, "2026-02-14"),  # a Saturday worked for the Spring Festival
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-12-31", 1, "2027-01-04"),  # into a year not announced: the statutory day off is known
    ],
)
def test_a_deadline_is_the_end_of_the_last_working_day(submitted_on: str, days: int, last: str) -> None:
    assert due_day(due_at(at(submitted_on), days, WORKDAYS)) == last


def test_the_day_is_shanghais() -> None:
    late = dt.datetime(2026, 11, 23, 16, 30, tzinfo=dt.UTC)  # the 24th there

    assert due_day(due_at(late, 1, WORKDAYS)) == "2026-11-25"


def test_a_new_round_has_what_the_earlier_left_and_one_day_at_least() -> None:
    week = [(at("2026-11-23"), at("2026-11-25"))]

    assert days_left(3, [], WORKDAYS) == 3
    assert days_left(3, week, WORKDAYS) == 1
    assert days_left(5, week, WORKDAYS) == 3
    assert days_left(1, week, WORKDAYS) == 1


def test_the_clock_stands_still_while_the_parties_mend() -> None:
    desk = desk_with_claim()  # Sunday the 22nd
    first = desk.review("r1").due_at
    assert first is not None
    assert due_day(first) == "2026-11-25"
    desk.wait(days=1)
    desk.claim()
    desk.return_(("婚姻证明", "MATERIAL_ILLEGIBLE", ""))
    desk.wait(days=7)

    desk.queue(submitted(round_=2))

    second = desk.review("r2").due_at
    assert second is not None
    assert due_day(second) == "2026-12-02"  # Monday the 30th, and the two days that were left
    assert not desk.review("r1").overdue(desk.time), "a decided round is never overdue"


def test_what_is_overdue_is_counted_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk()
    desk.queue()
    assert desk.watch() == 0
    desk.wait(days=4)

    with caplog.at_level(logging.ERROR):
        assert [desk.watch(), desk.watch()] == [1, 1]

    assert len(caplog.records) == 1
