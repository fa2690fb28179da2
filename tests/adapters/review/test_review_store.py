"""Stored reviews and those in memory keep the same promises."""

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import text

from services.common.kit.calls import Call
from services.common.values import CaseNo
from services.review.adapters.queue import StoredQueue
from services.review.adapters.repository import review_works
from services.review.application.ports import Page, Wanted
from services.review.domain.errors import HouseAlreadyFiled, ReviewNotFound
from services.review.domain.reasons import Point
from services.review.domain.review import OPEN, Kind, Review, State
from tests.adapters.stored import database_of, emptied
from tests.unit.review.desk import CASE, MEMBER, OFFICE, OTHER_CASE, OTHER_PERSON, service
from tests.unit.review.fakes import Memory, MemoryQueue, MemoryWorks

TABLES = ("relatives", "snapshots", "filing_pushes", "filing_days", "filings", "decision_points", "reviews")
CALL = service("review")
NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
ONE = Review("r1", CASE, 1, "t1", "env1", OFFICE, NOW)
WHOLE = replace(
    ONE,
    state=State.PUSHED,
    claimed_by="anna",
    claimed_until=NOW,
    decided_at=NOW,
    filing_no="42HS20261122000001",
    document_sha256="ab" * 32,
    receipt_no="R1",
)


POINTS = (Point("合同", "OTHER", "缺页"), Point("证明", "MATERIAL_ILLEGIBLE", ""))


@dataclass
class Kept:
    """Reviews: their units of work and their reads."""

    works: Callable[[Call], Any]
    queue: Any


def stored() -> Kept:
    database = emptied("review", *TABLES)
    return Kept(review_works(database), StoredQueue(database))


def remembered() -> Kept:
    memory = Memory()
    return Kept(MemoryWorks(memory), MemoryQueue(memory))


@pytest.fixture(params=[stored, remembered], ids=["stored", "in memory"])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    yield request.param()


def add(kept: Kept, *reviews: Review) -> None:
    with kept.works(CALL) as work:
        for review in reviews:
            work.reviews.add(review)
        work.commit()


def test_a_review_comes_back_as_it_was_kept_and_as_it_was_changed(kept: Kept) -> None:
    add(kept, ONE)
    assert kept.queue.find("r1") == ONE
    assert kept.queue.find("r9") is None

    with kept.works(CALL) as work:
        assert work.reviews.get("r1") == ONE
        work.reviews.save(WHOLE)
        work.commit()

    assert kept.queue.find("r1") == WHOLE
    with kept.works(CALL) as work, pytest.raises(ReviewNotFound):
        work.reviews.get("r9")


def test_rounds_of_a_case_come_in_order_and_a_filing_number_finds_its_review(kept: Kept) -> None:
    second = replace(ONE, review_id="r0", round=2)
    add(kept, second, WHOLE, replace(ONE, review_id="r3", case_no=OTHER_CASE))

    with kept.works(CALL) as work:
        assert [one.round for one in work.reviews.of_case(CASE)] == [1, 2]
        assert work.reviews.by_filing_no(WHOLE.filing_no) == WHOLE
        assert work.reviews.by_filing_no("42HS20261122000009") is None
        assert work.reviews.by_filing_no("") is None


def test_the_queue_shows_one_office_by_shown_state_page_by_page(kept: Kept) -> None:
    cases = [CaseNo("huangshi", f"20261122{number:05d}") for number in range(5)]
    late = NOW + dt.timedelta(minutes=31)
    live = {"state": State.CLAIMED, "claimed_by": "anna", "claimed_until": late + dt.timedelta(minutes=1)}
    add(
        kept,
        replace(ONE, review_id="a", case_no=cases[0], queued_at=NOW + dt.timedelta(seconds=1)),
        replace(ONE, review_id="b", case_no=cases[1], state=State.CLAIMED, claimed_by="anna", claimed_until=late),
        replace(ONE, review_id="c", case_no=cases[2], **live),
        replace(ONE, review_id="d", case_no=cases[3], state=State.RETURNED),
        replace(ONE, review_id="e", case_no=cases[4], office="yangquan-housing"),
    )

    def shown(states: frozenset[State], after: tuple[dt.datetime, str] | None = None, limit: int = 10) -> list[str]:
        wanted = Wanted(office=OFFICE, states=states)
        return [one.review.review_id for one in kept.queue.page(wanted, Page(after, limit), late)]

    assert shown(OPEN) == ["b", "c", "a"]
    assert shown(frozenset({State.QUEUED})) == ["b", "a"]
    assert shown(frozenset({State.CLAIMED})) == ["c"]
    assert shown(frozenset({State.RETURNED})) == ["d"]
    assert shown(OPEN, limit=2) == ["b", "c"]
    assert shown(OPEN, (NOW, "c")) == ["a"]


def test_a_house_takes_one_live_filing(kept: Kept) -> None:
    second = replace(WHOLE, review_id="r2", case_no=OTHER_CASE, filing_no="42HS20261122000002")
    add(kept, WHOLE, second)
    with kept.works(CALL) as work:
        work.filings.add(WHOLE)
        work.commit()

    with kept.works(CALL) as work, pytest.raises(HouseAlreadyFiled):
        work.filings.add(second)


def test_numbers_count_per_city_and_day_and_a_rollback_gives_them_back(kept: Kept) -> None:
    day = NOW.date()
    with kept.works(CALL) as work:
        assert [work.filings.next_number("huangshi", day) for _ in range(2)] == [1, 2]
    with kept.works(CALL) as work:
        assert work.filings.next_number("huangshi", day) == 1
        assert work.filings.next_number("yangquan", day) == 1


def test_due_pushes_are_claimed_once_most_overdue_first_counted_and_forgotten(kept: Kept) -> None:
    add(kept, ONE, replace(ONE, review_id="r2", round=2), replace(ONE, review_id="r3", round=3))
    minute = dt.timedelta(minutes=1)
    with kept.works(CALL) as work:
        for review_id, due in (("r1", NOW), ("r2", NOW - minute), ("r3", NOW + minute)):
            work.pushes.due_at(review_id, due)
        work.commit()

    with kept.works(CALL) as work:
        assert list(work.pushes.claim(NOW, NOW + minute, 10)) == ["r2", "r1"]
        assert list(work.pushes.claim(NOW, NOW + minute, 10)) == []
        assert [work.pushes.failed("r1", ""), work.pushes.failed("r1", "property.house_barred")] == [1, 2]
        work.pushes.due_at("r1", NOW)
        assert work.pushes.failed("r1", "") == 3
        work.pushes.done("r2")
        work.commit()

    with kept.works(CALL) as work:
        assert sorted(work.pushes.claim(NOW + minute, NOW + 2 * minute, 10)) == ["r1", "r3"]


def test_what_a_reviewer_wrote_is_kept() -> None:
    kept = stored()
    add(kept, ONE)
    with kept.works(CALL) as work:
        work.reviews.record_decision(ONE, POINTS)
        work.commit()

    with database_of("review").read() as session:
        rows = session.execute(text("SELECT item, rule, reason FROM decision_points ORDER BY position")).all()
    assert [tuple(row) for row in rows] == [("合同", "OTHER", "缺页"), ("证明", "MATERIAL_ILLEGIBLE", "")]
    ((review, points),) = kept.queue.rounds(CASE)
    assert (review, points) == (ONE, POINTS)


def test_parallel_approvals_get_different_numbers() -> None:
    kept = stored()

    def take(_: int) -> int:
        with kept.works(CALL) as work:
            number = work.filings.next_number("huangshi", NOW.date())
            work.commit()
            return int(number)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(take, range(20))) == list(range(1, 21))


def test_a_withdrawal_and_the_submission_it_overtakes_do_not_both_add_the_round() -> None:
    kept = stored()

    def add_if_new(review_id: str) -> bool:
        with kept.works(CALL) as work:
            if work.reviews.of_case(CASE):
                return False
            work.reviews.add(replace(ONE, review_id=review_id))
            work.commit()
            return True

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(add_if_new, [f"r{number}" for number in range(8)])).count(True) == 1


def test_a_cancelled_filing_leaves_the_house_to_another(kept: Kept) -> None:
    second = replace(WHOLE, review_id="r2", case_no=OTHER_CASE, filing_no="42HS20261122000002")
    add(kept, WHOLE, second)
    with kept.works(CALL) as work:
        work.filings.add(WHOLE)
        work.filings.cancel(WHOLE)
        work.filings.add(second)
        work.commit()


def test_a_cancellation_has_rounds_of_its_own(kept: Kept) -> None:
    ending = replace(ONE, review_id="r2", kind=Kind.CANCELLATION)
    add(kept, ONE, ending)

    with kept.works(CALL) as work:
        assert [one.review_id for one in work.reviews.of_case(CASE)] == ["r1"]
        assert work.reviews.of_case(CASE, Kind.CANCELLATION) == [ending]


def test_snapshots_and_declared_relatives_are_kept_and_forgotten(kept: Kept) -> None:
    add(kept, ONE)
    with kept.works(CALL) as work:
        work.reviews.keep_snapshot("r1", {"terms": "ab", "parties": "cd"})
        assert work.reviews.declare("anna", MEMBER, withdrawn=False) == 1
        assert work.reviews.declare("anna", MEMBER, withdrawn=False) == 1
        assert work.reviews.declare("anna", OTHER_PERSON, withdrawn=False) == 2
        work.commit()

    assert kept.queue.snapshot("r1") == {"terms": "ab", "parties": "cd"}
    assert kept.queue.snapshot("r9") == {}
    assert set(kept.queue.relatives_of("anna")) == {MEMBER, OTHER_PERSON}
    with kept.works(CALL) as work:
        assert work.reviews.declare("anna", MEMBER, withdrawn=True) == 1
        work.commit()
    assert kept.queue.relatives_of("anna") == (OTHER_PERSON,)


def test_filters_and_counts_agree_with_what_is_shown(kept: Kept) -> None:
    later = NOW + dt.timedelta(hours=1)
    due = {"due_at": later}
    live = {"state": State.CLAIMED, "claimed_by": "anna", "claimed_until": later + dt.timedelta(hours=1)}
    add(
        kept,
        replace(ONE, review_id="a", business_type="self_deal_sale", **due),
        replace(ONE, review_id="b", case_no=OTHER_CASE, queued_at=later, **live),
        replace(
            ONE,
            review_id="c",
            round=2,
            kind=Kind.CANCELLATION,
            state=State.CLAIMED,
            claimed_by="anna",
            claimed_until=NOW,
            first_ok_by="berta",
        ),
        replace(WHOLE, review_id="d", case_no=CaseNo("ezhou", "2026112200001"), **due),
    )

    def shown(**wanted: Any) -> set[str]:
        found = kept.queue.page(Wanted(office=OFFICE, **wanted), Page(None, 10), later)
        return {one.review.review_id for one in found}

    assert shown() == {"a", "b", "c", "d"}
    assert shown(states=frozenset({State.FIRST_OK})) == {"c"}
    assert shown(kind=Kind.CANCELLATION) == {"c"}
    assert shown(business_type="self_deal_sale") == {"a"}
    assert shown(city="ezhou") == {"d"}
    assert shown(submitted_from=later) == {"b"}
    assert shown(submitted_until=later) == {"a", "c", "d"}
    assert shown(claimed_by="anna") == {"b"}
    assert shown(overdue=True) == {"a"}
    counts = kept.queue.counts(Wanted(office=OFFICE), later)
    assert {state: many for state, many in counts.states.items() if many} == {
        State.QUEUED: 1,
        State.CLAIMED: 1,
        State.FIRST_OK: 1,
        State.PUSHED: 1,
    }
    assert (counts.overdue, kept.queue.overdue(later)) == (1, 1)


def test_why_the_register_refused_stands_in_the_queue(kept: Kept) -> None:
    add(kept, WHOLE)
    with kept.works(CALL) as work:
        assert not work.pushes.is_due("r1")
        work.pushes.due_at("r1", NOW)
        assert work.pushes.is_due("r1")
        work.pushes.failed("r1", "property.house_barred")
        work.commit()

    (found,) = kept.queue.page(Wanted(office=OFFICE), Page(None, 10), NOW)
    assert found.push_refused == "property.house_barred"


def test_figures_count_decisions_reasons_and_hours(kept: Kept) -> None:
    hour = dt.timedelta(hours=1)
    returned = replace(ONE, state=State.RETURNED, claimed_by="anna", decided_at=NOW + 2 * hour, due_at=NOW + hour)
    filed = replace(WHOLE, review_id="r2", round=2, decided_at=NOW + 4 * hour, due_at=NOW + 9 * hour)
    ended = replace(ONE, review_id="r3", kind=Kind.CANCELLATION, state=State.APPROVED, decided_at=NOW + hour)
    waiting = replace(ONE, review_id="r4", case_no=OTHER_CASE, due_at=NOW + hour)
    add(kept, returned, filed, ended, waiting)
    with kept.works(CALL) as work:
        work.reviews.record_decision(returned, POINTS)
        work.commit()

    found = kept.queue.figures(OFFICE, NOW, NOW + 9 * hour, NOW + 9 * hour)

    assert (found.submitted, found.late, found.cancelled, found.open, found.overdue) == (3, 1, 1, 1, 1)
    assert {state: many for state, many in found.decided.items() if many} == {State.APPROVED: 1, State.RETURNED: 1}
    assert [round(one, 4) for one in found.hours] == [3, 4]
    assert found.reasons == {"OTHER": 1, "MATERIAL_ILLEGIBLE": 1}
    nothing = kept.queue.figures("elsewhere", NOW, NOW + hour, NOW)
    assert (nothing.submitted, nothing.hours[0]) == (0, 0)
