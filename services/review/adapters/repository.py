"""Review's unit of work and its reads, on PostgreSQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, case, insert, literal, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.common.kit.calls import Call
from services.common.kit.unit_of_work import Database, UnitOfWork, Works
from services.common.values import CaseNo
from services.review.adapters.tables import DECISION_POINTS, FILING_DAYS, FILINGS, PUSHES, REVIEWS
from services.review.application.ports import Page
from services.review.domain.errors import HouseAlreadyFiled, ReviewNotFound
from services.review.domain.review import Review, State


def _values(review: Review) -> dict[str, Any]:
    return vars(review) | {"case_no": str(review.case_no), "state": review.state.value}


def _review(row: Row[Any]) -> Review:
    values = row._asdict()
    return Review(**values | {"case_no": CaseNo.parse(row.case_no), "state": State(row.state)})


@dataclass(frozen=True)
class StoredQueue:
    """Reads of committed reviews."""

    database: Database

    def page(self, office: str, states: frozenset[State], page: Page, now: dt.datetime) -> Sequence[Review]:
        """Return reviews of the office by shown state, the oldest first."""
        lapsed = and_(REVIEWS.c.state == State.CLAIMED.value, REVIEWS.c.claimed_until <= now)
        shown = case((lapsed, State.QUEUED.value), else_=REVIEWS.c.state)
        query = select(REVIEWS).where(REVIEWS.c.office == office, shown.in_([state.value for state in states]))
        if page.after is not None:
            query = query.where(
                tuple_(REVIEWS.c.queued_at, REVIEWS.c.review_id)
                > tuple_(literal(page.after[0]), literal(page.after[1]))
            )
        with self.database.read() as session:
            rows = session.execute(query.order_by(REVIEWS.c.queued_at, REVIEWS.c.review_id).limit(page.limit)).all()
        return [_review(row) for row in rows]

    def find(self, review_id: str) -> Review | None:
        """Return a review, or None."""
        with self.database.read() as session:
            row = session.execute(select(REVIEWS).where(REVIEWS.c.review_id == review_id)).one_or_none()
        return None if row is None else _review(row)


@dataclass(frozen=True)
class StoredReviews:
    """Reviews within a unit of work, locked."""

    session: Session

    def get(self, review_id: str) -> Review:
        """Return it. Raises ReviewNotFound."""
        row = self.session.execute(
            select(REVIEWS).where(REVIEWS.c.review_id == review_id).with_for_update()
        ).one_or_none()
        if row is None:
            raise ReviewNotFound
        return _review(row)

    def of_case(self, case_no: CaseNo) -> Sequence[Review]:
        """Return all rounds; a round about to be added waits too, hence the advisory lock on the case."""
        key = {"key": f"case:{case_no}"}
        self.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), key)
        query = select(REVIEWS).where(REVIEWS.c.case_no == str(case_no)).order_by(REVIEWS.c.round).with_for_update()
        return [_review(row) for row in self.session.execute(query)]

    def by_filing_no(self, filing_no: str) -> Review | None:
        """Return the review that gave this filing number, or None."""
        if not filing_no:
            return None
        query = select(REVIEWS).where(REVIEWS.c.filing_no == filing_no).with_for_update()
        row = self.session.execute(query).one_or_none()
        return None if row is None else _review(row)

    def add(self, review: Review) -> None:
        """Keep a new one."""
        self.session.execute(insert(REVIEWS).values(_values(review)))

    def save(self, review: Review) -> None:
        """Keep the change."""
        self.session.execute(update(REVIEWS).where(REVIEWS.c.review_id == review.review_id).values(_values(review)))

    def record_decision(self, review: Review, texts: Sequence[tuple[str, str]]) -> None:
        """Keep what the reviewer wrote."""
        rows = [
            {"review_id": review.review_id, "position": position, "item": item, "reason": reason}
            for position, (item, reason) in enumerate(texts)
        ]
        self.session.execute(insert(DECISION_POINTS), rows)


@dataclass(frozen=True)
class StoredFilings:
    """Live filings within a unit of work."""

    session: Session

    def next_number(self, city: str, day: dt.date) -> int:
        """Return the next number of the city's day; the row's lock makes others wait, a rollback gives it back."""
        first = upsert(FILING_DAYS).values(city=city, day=day, last=1)
        numbered = first.on_conflict_do_update(index_elements=["city", "day"], set_={"last": FILING_DAYS.c.last + 1})
        return int(self.session.execute(numbered.returning(FILING_DAYS.c.last)).scalar_one())

    def add(self, review: Review) -> None:
        """Keep the review's filing. Raises HouseAlreadyFiled when another live filing is on the house."""
        values = {
            "filing_no": review.filing_no,
            "review_id": review.review_id,
            "title_id": review.title_id,
            "live": True,
        }
        try:
            self.session.execute(insert(FILINGS).values(values))
        except IntegrityError as wrong:
            if getattr(getattr(wrong.orig, "diag", None), "constraint_name", "") == "filings_live_house":
                raise HouseAlreadyFiled from wrong
            raise


@dataclass(frozen=True)
class StoredPushes:
    """Filings the register has not acknowledged, within a unit of work."""

    session: Session

    def due_at(self, review_id: str, when: dt.datetime) -> None:
        """Push it from then on."""
        due = upsert(PUSHES).values(review_id=review_id, due_at=when, attempts=0)
        self.session.execute(due.on_conflict_do_update(index_elements=["review_id"], set_={"due_at": when}))

    def claim(self, now: dt.datetime, until: dt.datetime, limit: int) -> Sequence[str]:
        """Return what is due; rows another sweep is claiming are skipped."""
        due = select(PUSHES.c.review_id).where(PUSHES.c.due_at <= now).order_by(PUSHES.c.due_at).limit(limit)
        ids = self.session.scalars(due.with_for_update(skip_locked=True)).all()
        self.session.execute(update(PUSHES).where(PUSHES.c.review_id.in_(ids)).values(due_at=until))
        return ids

    def failed(self, review_id: str) -> int:
        """Count a failed attempt; returns how many there were."""
        counted = update(PUSHES).where(PUSHES.c.review_id == review_id).values(attempts=PUSHES.c.attempts + 1)
        return int(self.session.execute(counted.returning(PUSHES.c.attempts)).scalar_one_or_none() or 1)

    def done(self, review_id: str) -> None:
        """Forget it: the register has acknowledged."""
        self.session.execute(PUSHES.delete().where(PUSHES.c.review_id == review_id))


class StoredWork(UnitOfWork):
    """A unit of work of review."""

    def opened(self) -> None:
        """Build the repositories on this transaction."""
        self.reviews = StoredReviews(self.session)
        self.filings = StoredFilings(self.session)
        self.pushes = StoredPushes(self.session)


def review_works(database: Database) -> Callable[[Call], StoredWork]:
    """Return what opens units of work of review."""
    return Works(database, StoredWork)
