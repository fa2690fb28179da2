"""Review's unit of work on PostgreSQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.common.kit.calls import Call
from services.common.kit.unit_of_work import Database, UnitOfWork, Works
from services.common.values import CaseNo, PersonId
from services.review.adapters.rows import review_of, values_of
from services.review.adapters.tables import (
    DECISION_POINTS,
    FILING_DAYS,
    FILINGS,
    PUSHES,
    RELATIVES,
    REVIEWS,
    SNAPSHOTS,
)
from services.review.domain.errors import HouseAlreadyFiled, ReviewNotFound
from services.review.domain.reasons import Point
from services.review.domain.review import Kind, Review


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
        return review_of(row)

    def of_case(self, case_no: CaseNo, kind: Kind = Kind.FILING) -> Sequence[Review]:
        """Return all rounds; a round about to be added waits too, hence the advisory lock on the case."""
        key = {"key": f"case:{case_no}"}
        self.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), key)
        mine = and_(REVIEWS.c.case_no == str(case_no), REVIEWS.c.kind == kind.value)
        query = select(REVIEWS).where(mine).order_by(REVIEWS.c.round).with_for_update()
        return [review_of(row) for row in self.session.execute(query)]

    def by_filing_no(self, filing_no: str) -> Review | None:
        """Return the review that gave this filing number, or None."""
        if not filing_no:
            return None
        query = select(REVIEWS).where(REVIEWS.c.filing_no == filing_no).with_for_update()
        row = self.session.execute(query).one_or_none()
        return None if row is None else review_of(row)

    def add(self, review: Review) -> None:
        """Keep a new one."""
        self.session.execute(insert(REVIEWS).values(values_of(review)))

    def save(self, review: Review) -> None:
        """Keep the change."""
        self.session.execute(update(REVIEWS).where(REVIEWS.c.review_id == review.review_id).values(values_of(review)))

    def record_decision(self, review: Review, points: Sequence[Point]) -> None:
        """Keep what the reviewer wrote."""
        rows = [{"review_id": review.review_id, "position": at, **vars(point)} for at, point in enumerate(points)]
        self.session.execute(insert(DECISION_POINTS), rows)

    def keep_snapshot(self, review_id: str, parts: dict[str, str]) -> None:
        """Keep what the case was when this round was returned."""
        rows = [{"review_id": review_id, "part": part, "digest": digest} for part, digest in parts.items()]
        if rows:
            self.session.execute(insert(SNAPSHOTS), rows)

    def declare(self, staff_id: str, relative: PersonId, *, withdrawn: bool) -> int:
        """Keep or forget a reviewer's relative; returns how many he has declared."""
        row = {"staff_id": staff_id, "person_id": str(relative)}
        if withdrawn:
            self.session.execute(RELATIVES.delete().filter_by(**row))
        else:
            self.session.execute(upsert(RELATIVES).values(row).on_conflict_do_nothing())
        mine = select(func.count()).select_from(RELATIVES).where(RELATIVES.c.staff_id == staff_id)
        return self.session.execute(mine).scalar_one()


@dataclass(frozen=True)
class StoredFilings:
    """Live filings within a unit of work."""

    session: Session

    def next_number(self, city: str, day: dt.date) -> int:
        """Return the next number of the city's day; the row's lock makes others wait, a rollback gives it back."""
        first = upsert(FILING_DAYS).values(city=city, day=day, last=1)
        numbered = first.on_conflict_do_update(index_elements=["city", "day"], set_={"last": FILING_DAYS.c.last + 1})
        return int(self.session.execute(numbered.returning(FILING_DAYS.c.last)).scalar_one())

    def cancel(self, review: Review) -> None:
        """End it: the house may be filed again."""
        mine = FILINGS.c.review_id == review.review_id
        self.session.execute(update(FILINGS).where(mine).values(live=False))

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
        due = upsert(PUSHES).values(review_id=review_id, due_at=when, attempts=0, refused_code="")
        self.session.execute(due.on_conflict_do_update(index_elements=["review_id"], set_={"due_at": when}))

    def claim(self, now: dt.datetime, until: dt.datetime, limit: int) -> Sequence[str]:
        """Return what is due; rows another sweep is claiming are skipped."""
        due = select(PUSHES.c.review_id).where(PUSHES.c.due_at <= now).order_by(PUSHES.c.due_at).limit(limit)
        ids = self.session.scalars(due.with_for_update(skip_locked=True)).all()
        self.session.execute(update(PUSHES).where(PUSHES.c.review_id.in_(ids)).values(due_at=until))
        return ids

    def failed(self, review_id: str, refused_code: str) -> int:
        """Count a failed attempt; returns how many there were."""
        counted = update(PUSHES).where(PUSHES.c.review_id == review_id)
        counted = counted.values(attempts=PUSHES.c.attempts + 1, refused_code=refused_code)
        return int(self.session.execute(counted.returning(PUSHES.c.attempts)).scalar_one_or_none() or 1)

    def is_due(self, review_id: str) -> bool:
        """Whether the register owes an acknowledgement for it."""
        row = self.session.execute(select(PUSHES.c.review_id).where(PUSHES.c.review_id == review_id).with_for_update())
        return row.one_or_none() is not None

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
