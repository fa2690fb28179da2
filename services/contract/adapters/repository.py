"""Cases in PostgreSQL: locked within a unit of work, unlocked for questions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.common.kit.calls import Call
from services.common.kit.unit_of_work import Database, UnitOfWork, Works
from services.common.messages.contract import CaseRow, Side
from services.common.values import CaseNo, PersonId
from services.contract.adapters.materials import StoredMaterials, files_of
from services.contract.adapters.rows import CaseRows
from services.contract.adapters.tables import CASES, FAILED_LOOKUPS, HISTORY, NUMBER_DAYS, PARTIES
from services.contract.application.ports import CasePage
from services.contract.domain.case import Case
from services.contract.domain.errors import CaseNotFound, HouseTaken

ONE_PER_HOUSE = "cases_one_per_house"
KEEP_FAILURES = dt.timedelta(days=1)


def _load(session: Session, rows: CaseRows, no: CaseNo, *, lock: bool) -> Case:
    query = select(CASES).where(CASES.c.case_no == str(no))
    row = session.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise CaseNotFound
    history = session.execute(select(HISTORY).where(HISTORY.c.case_no == str(no)).order_by(HISTORY.c.position)).all()
    case = rows.case(row, list(history))
    case.files = files_of(session, no)
    return case


@dataclass(frozen=True)
class StoredCases:
    """Cases within a unit of work."""

    session: Session
    rows: CaseRows

    def get(self, no: CaseNo) -> Case:
        """Return the case, locked. Raises CaseNotFound."""
        return _load(self.session, self.rows, no, lock=True)

    def add(self, case: Case) -> None:
        """Keep a new case. Raises HouseTaken by the partial unique index, whoever else is inserting."""
        try:
            self.session.execute(insert(CASES), self.rows.values(case))
        except IntegrityError as wrong:
            if getattr(getattr(wrong.orig, "diag", None), "constraint_name", "") == ONE_PER_HOUSE:
                raise HouseTaken from wrong
            raise
        self.session.execute(insert(PARTIES), self.rows.parties(case))
        self._append(case, 0)

    def save(self, case: Case) -> None:
        """Keep the changed case; its parties are replaced, its history appended."""
        no = str(case.no)
        self.session.execute(update(CASES).where(CASES.c.case_no == no).values(self.rows.values(case)))
        self.session.execute(delete(PARTIES).where(PARTIES.c.case_no == no))
        self.session.execute(insert(PARTIES), self.rows.parties(case))
        kept = self.session.execute(
            select(func.count()).select_from(HISTORY).where(HISTORY.c.case_no == no)
        ).scalar_one()
        self._append(case, int(kept))

    def next_number(self, city: str, day: dt.date) -> CaseNo:
        """Return the next number of the city's day: five digits, a sixth beyond 99,999 (decision 10).

        The row's lock makes others wait for this commit; a rollback gives the number back before anybody saw it.
        """
        first = upsert(NUMBER_DAYS).values(city=city, day=day, last=1)
        counted = first.on_conflict_do_update(index_elements=["city", "day"], set_={"last": NUMBER_DAYS.c.last + 1})
        last = int(self.session.execute(counted.returning(NUMBER_DAYS.c.last)).scalar_one())
        return CaseNo(city, f"{day:%Y%m%d}{last:05d}")

    def _append(self, case: Case, kept: int) -> None:
        if fresh := self.rows.history(case, kept):
            self.session.execute(insert(HISTORY), fresh)


@dataclass(frozen=True)
class StoredFailures:
    """Failed searches within a unit of work."""

    session: Session

    def lock(self, person_id: PersonId, source: str) -> None:
        """Take one advisory lock for each, always in the same order."""
        for key in sorted(
            {f"failed-lookup:{person_id}", f"failed-lookup:{source}"} if source else {f"failed-lookup:{person_id}"}
        ):
            self.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})

    def count(self, person_id: PersonId, source: str, since: dt.datetime) -> int:
        """Return the failures of the account or of the source since then, whichever is more."""
        mine = or_(FAILED_LOOKUPS.c.person_id == str(person_id), FAILED_LOOKUPS.c.source == source)
        rows = self.session.execute(select(FAILED_LOOKUPS).where(mine, FAILED_LOOKUPS.c.at > since)).all()
        of_account = len([row for row in rows if row.person_id == str(person_id)])
        of_source = len([row for row in rows if source and row.source == source])
        return max(of_account, of_source)

    def add(self, person_id: PersonId, source: str, at: dt.datetime) -> None:
        """Remember one, and forget this account's of yesterday."""
        old = (FAILED_LOOKUPS.c.person_id == str(person_id)) & (FAILED_LOOKUPS.c.at < at - KEEP_FAILURES)
        self.session.execute(delete(FAILED_LOOKUPS).where(old))
        self.session.execute(insert(FAILED_LOOKUPS).values(person_id=str(person_id), source=source, at=at))


class ContractWork(UnitOfWork):
    """A unit of work of contract."""

    def __init__(self, database: Database, call: Call, *, rows: CaseRows) -> None:
        super().__init__(database, call)
        self._rows = rows

    def opened(self) -> None:
        """Build the repositories on this transaction."""
        self.cases = StoredCases(self.session, self._rows)
        self.failures = StoredFailures(self.session)
        self.materials = StoredMaterials(self.session)


def contract_works(database: Database, rows: CaseRows) -> Works[ContractWork]:
    """Return what opens units of work of contract."""
    return Works(database, partial(ContractWork, rows=rows))


@dataclass(frozen=True)
class StoredCaseReader:
    """Cases for questions."""

    database: Database
    rows: CaseRows

    def get(self, no: CaseNo) -> Case:
        """Return the case without a lock. Raises CaseNotFound."""
        with self.database.read() as session:
            return _load(session, self.rows, no, lock=False)

    def page(
        self, person_id: PersonId, side: Side | None, state: str, after: tuple[dt.datetime, str] | None, limit: int
    ) -> CasePage:
        """Return a person's cases, last changed first."""
        query = select(CASES, PARTIES.c.side, PARTIES.c.is_main).join_from(CASES, PARTIES)
        query = query.where(PARTIES.c.person_id == str(person_id))
        if side is not None:
            query = query.where(PARTIES.c.side == side.value)
        if state:
            query = query.where(CASES.c.state == state)
        if after is not None:
            query = query.where(tuple_(CASES.c.updated_at, CASES.c.case_no) < after)
        query = query.order_by(CASES.c.updated_at.desc(), CASES.c.case_no.desc()).limit(limit + 1)
        with self.database.read() as session:
            rows = session.execute(query).all()
        shown = rows[:limit]
        place = (shown[-1].updated_at, shown[-1].case_no) if len(rows) > limit else None
        return CasePage(tuple(self._row(row) for row in shown), place)

    def to_attend(self, now: dt.datetime, limit: int) -> tuple[CaseNo, ...]:
        """Return cases the clock has to look at, the longest waiting first."""
        query = select(CASES.c.case_no).where(CASES.c.attend_at <= now).order_by(CASES.c.attend_at).limit(limit)
        with self.database.read() as session:
            return tuple(CaseNo.parse(no) for no in session.scalars(query))

    def overdue(self, now: dt.datetime, states: frozenset[str]) -> dict[str, tuple[int, dt.datetime]]:
        """Return state -> how many cases are past their deadline, and the earliest deadline."""
        late = CASES.c.state.in_(sorted(states)) & (CASES.c.due_at < now)
        query = select(CASES.c.state, func.count(), func.min(CASES.c.due_at)).where(late).group_by(CASES.c.state)
        with self.database.read() as session:
            return {state: (int(count), first) for state, count, first in session.execute(query)}

    def _row(self, row: Any) -> CaseRow:
        return CaseRow(
            case_no=CaseNo.parse(row.case_no),
            state=row.state,
            role=f"{row.side}_{'MAIN' if row.is_main else 'CO_OWNER'}",
            location=self.rows.location(row.sealed["title"]),
            updated_at=row.updated_at,
        )
