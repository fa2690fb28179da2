"""Reads of committed reviews: the queue, earlier rounds, what an office did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, extract, func, literal, select, tuple_

from services.common.kit.unit_of_work import Database
from services.common.values import CaseNo, PersonId
from services.review.adapters.rows import point_of, review_of
from services.review.adapters.tables import DECISION_POINTS, PUSHES, RELATIVES, REVIEWS, SNAPSHOTS
from services.review.application.ports import Counts, Figures, Listed, Page, Wanted
from services.review.domain.reasons import Point
from services.review.domain.review import OPEN, Kind, Review, State

_OPEN = [state.value for state in OPEN]
_AS_DECIDED = {State.PUSHED: State.APPROVED, State.CANCELLED: State.APPROVED}
DECISIONS = (State.APPROVED, State.RETURNED, State.REJECTED, State.WITHDRAWN)


@dataclass(frozen=True)
class StoredQueue:
    """Answers without a lock."""

    database: Database

    def page(self, wanted: Wanted, page: Page, now: dt.datetime) -> Sequence[Listed]:
        """Return what is wanted, the oldest first."""
        joined = REVIEWS.outerjoin(PUSHES, PUSHES.c.review_id == REVIEWS.c.review_id)
        query = select(REVIEWS, func.coalesce(PUSHES.c.refused_code, "").label("refused")).select_from(joined)
        query = query.where(*_filters(wanted, now), _shown(now).in_([state.value for state in wanted.states]))
        if page.after is not None:
            place = tuple_(literal(page.after[0]), literal(page.after[1]))
            query = query.where(tuple_(REVIEWS.c.queued_at, REVIEWS.c.review_id) > place)
        with self.database.read() as session:
            rows = session.execute(query.order_by(REVIEWS.c.queued_at, REVIEWS.c.review_id).limit(page.limit)).all()
        return [Listed(review_of(row), row.refused) for row in rows]

    def counts(self, wanted: Wanted, now: dt.datetime) -> Counts:
        """Count what is wanted by shown state."""
        shown, late = _shown(now).label("shown"), func.count().filter(_overdue(now)).label("late")
        query = select(shown, func.count().label("many"), late).where(*_filters(wanted, now)).group_by(shown)
        with self.database.read() as session:
            rows = session.execute(query).all()
        return Counts({State(row.shown): row.many for row in rows}, sum(row.late for row in rows))

    def find(self, review_id: str) -> Review | None:
        """Return a review, or None."""
        with self.database.read() as session:
            row = session.execute(select(REVIEWS).where(REVIEWS.c.review_id == review_id)).one_or_none()
        return None if row is None else review_of(row)

    def rounds(self, case_no: CaseNo) -> Sequence[tuple[Review, tuple[Point, ...]]]:
        """Return everything there was about a case."""
        mine = REVIEWS.c.case_no == str(case_no)
        points = select(DECISION_POINTS).join(REVIEWS).where(mine).order_by(DECISION_POINTS.c.position)
        with self.database.read() as session:
            rows = session.execute(select(REVIEWS).where(mine).order_by(REVIEWS.c.queued_at)).all()
            kept = session.execute(points).all()
        return [
            (review_of(row), tuple(point_of(one) for one in kept if one.review_id == row.review_id)) for row in rows
        ]

    def snapshot(self, review_id: str) -> dict[str, str]:
        """Return the parts of the case as they were when this round was returned."""
        with self.database.read() as session:
            rows = session.execute(select(SNAPSHOTS).where(SNAPSHOTS.c.review_id == review_id)).all()
        return {row.part: row.digest for row in rows}

    def relatives_of(self, staff_id: str) -> tuple[PersonId, ...]:
        """Return whom a reviewer declared."""
        with self.database.read() as session:
            found = session.scalars(select(RELATIVES.c.person_id).where(RELATIVES.c.staff_id == staff_id)).all()
        return tuple(PersonId(one) for one in found)

    def overdue(self, now: dt.datetime) -> int:
        """Count over all offices."""
        with self.database.read() as session:
            return session.execute(select(func.count()).select_from(REVIEWS).where(_overdue(now))).scalar_one()

    def figures(self, office: str, since: dt.datetime, until: dt.datetime, now: dt.datetime) -> Figures:
        """Count what an office did; cancellations are counted by themselves."""
        mine, filing = REVIEWS.c.office == office, REVIEWS.c.kind == Kind.FILING.value
        at = REVIEWS.c.decided_at
        decided = and_(mine, filing, at >= since, at < until)
        hours = extract("epoch", at - REVIEWS.c.queued_at) / 3600
        judged = REVIEWS.c.state != State.WITHDRAWN.value
        summed = select(
            func.count().filter(judged, at >= REVIEWS.c.due_at),
            func.percentile_cont(0.5).within_group(hours).filter(judged),
            func.max(hours).filter(judged),
        ).where(decided)
        ended = and_(mine, REVIEWS.c.kind == Kind.CANCELLATION.value, REVIEWS.c.state == State.APPROVED.value)
        totals = select(
            func.count().filter(filing, REVIEWS.c.queued_at >= since, REVIEWS.c.queued_at < until),
            func.count().filter(ended, at >= since, at < until),
            func.count().filter(REVIEWS.c.state.in_(_OPEN)),
            func.count().filter(_overdue(now)),
        ).where(mine)
        states = select(REVIEWS.c.state, func.count().label("many")).where(decided).group_by(REVIEWS.c.state)
        rules = select(DECISION_POINTS.c.rule, func.count().label("many")).join(REVIEWS).where(decided)
        with self.database.read() as session:
            late, median, longest = session.execute(summed).one()
            submitted, cancelled, still_open, overdue = session.execute(totals).one()
            by_state = {State(row.state): row.many for row in session.execute(states)}
            reasons = {row.rule: row.many for row in session.execute(rules.group_by(DECISION_POINTS.c.rule))}
        return Figures(
            submitted=submitted,
            decided=as_decided(by_state),
            late=late,
            cancelled=cancelled,
            open=still_open,
            overdue=overdue,
            hours=(Decimal(str(median or 0)), Decimal(str(longest or 0))),
            reasons=reasons,
        )


def as_decided(states: dict[State, int]) -> dict[State, int]:
    """Return the counts by decision: what was pushed or cancelled since was approved."""
    found = dict.fromkeys(DECISIONS, 0)
    for state, many in states.items():
        found[_AS_DECIDED.get(state, state)] += many
    return found


def _overdue(now: dt.datetime) -> ColumnElement[bool]:
    return and_(REVIEWS.c.state.in_(_OPEN), REVIEWS.c.due_at <= now)


def _shown(now: dt.datetime) -> ColumnElement[Any]:
    """A claim that ran out is back in the queue."""
    lapsed = and_(REVIEWS.c.state == State.CLAIMED.value, REVIEWS.c.claimed_until <= now)
    first_ok = and_(lapsed, REVIEWS.c.first_ok_by != "")
    return case((first_ok, State.FIRST_OK.value), (lapsed, State.QUEUED.value), else_=REVIEWS.c.state)


def _filters(wanted: Wanted, now: dt.datetime) -> list[ColumnElement[bool]]:
    found = [REVIEWS.c.office == wanted.office]
    if wanted.kind is not None:
        found.append(REVIEWS.c.kind == wanted.kind.value)
    if wanted.business_type:
        found.append(REVIEWS.c.business_type == wanted.business_type)
    if wanted.city:
        found.append(REVIEWS.c.case_no.startswith(f"{wanted.city}-", autoescape=True))
    if wanted.submitted_from is not None:
        found.append(REVIEWS.c.queued_at >= wanted.submitted_from)
    if wanted.submitted_until is not None:
        found.append(REVIEWS.c.queued_at < wanted.submitted_until)
    if wanted.claimed_by:
        live = and_(REVIEWS.c.state == State.CLAIMED.value, REVIEWS.c.claimed_until > now)
        found.append(and_(live, REVIEWS.c.claimed_by == wanted.claimed_by))
    if wanted.overdue:
        found.append(_overdue(now))
    return found
