"""The register's unit of work and its reads, on PostgreSQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import delete, func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.common.kit.calls import Call
from services.common.kit.unit_of_work import Database, UnitOfWork, Works
from services.common.values import CaseNo, CertificateNo
from services.property.adapters.bulk import add_rows
from services.property.adapters.rows import TitleRows, holders_of
from services.property.adapters.screening import StoredStandings
from services.property.adapters.tables import ENCUMBRANCES, FAILURES, FILINGS, HOLDS, OWNERS, RECEIPT_DAYS, TITLES
from services.property.application.ports import Held, NamedOwner
from services.property.domain.errors import FilingDiffers, HouseAlreadyFiled, TitleNotFound
from services.property.domain.filing import Filing
from services.property.domain.hold import HouseHold
from services.property.domain.title import Encumbrance, RegisteredTitle

_MOST_HITS = 20


@dataclass(frozen=True)
class StoredRegister:
    """Reads of committed titles."""

    database: Database
    rows: TitleRows

    def find(self, title_id: str) -> Held | None:
        """Return the title with its holders, or None."""
        with self.database.read() as session:
            found = self._held(session, self.rows.load(session, select(TITLES).where(TITLES.c.title_id == title_id)))
        return found[0] if found else None

    def search(self, city: str, certificate_no: CertificateNo, owner: NamedOwner) -> Sequence[Held]:
        """Return the titles on which all three agree with one owner."""
        named = select(OWNERS.c.title_id).where(
            OWNERS.c.person_id == self.rows.number_index(owner.number),
            OWNERS.c.name_index == self.rows.name_index(owner.name),
        )
        query = select(TITLES).where(
            TITLES.c.city == city, TITLES.c.certificate_no == certificate_no.value, TITLES.c.title_id.in_(named)
        )
        with self.database.read() as session:
            return self._held(session, self.rows.load(session, query.order_by(TITLES.c.number).limit(_MOST_HITS)))

    def held(self, titles: Sequence[RegisteredTitle]) -> Sequence[Held]:
        """Return titles, whoever keeps them, with the cases of ours that hold their houses."""
        with self.database.read() as session:
            return self._held(session, titles)

    def _held(self, session: Session, titles: Sequence[RegisteredTitle]) -> list[Held]:
        if not titles:
            return []
        holders = holders_of(session, [title.title_id for title in titles])
        return [Held(title, holders.get(title.title_id, ())) for title in titles]

    def list_generated(self, city: str, owners: int, after: int, limit: int) -> Sequence[RegisteredTitle]:
        """Return generated titles in the order they were made, without holders."""
        held = select(HOLDS.c.title_id).where(HOLDS.c.released.is_(False))
        filed = select(FILINGS.c.title_id).where(FILINGS.c.live)
        free = (TITLES.c.title_id.not_in(taken) for taken in (held, filed))
        query = select(TITLES).where(TITLES.c.generated, TITLES.c.city == city, TITLES.c.owner_count == owners, *free)
        with self.database.read() as session:
            return self.rows.load(session, query.order_by(TITLES.c.number).offset(after).limit(limit))


@dataclass(frozen=True)
class StoredTitles:
    """Titles within a unit of work."""

    session: Session
    rows: TitleRows

    def get(self, title_id: str) -> RegisteredTitle:
        """Return the title, locked. Raises TitleNotFound."""
        titles = self.rows.load(self.session, select(TITLES).where(TITLES.c.title_id == title_id).with_for_update())
        if not titles:
            raise TitleNotFound
        return titles[0]

    def add_missing(self, titles: Sequence[RegisteredTitle]) -> int:
        """Add those whose id and certificate are new; return how many."""
        fresh = add_rows(self.session, TITLES, [self.rows.of_title(title) for title in titles], TITLES.c.title_id)
        new = [title for title in titles if title.title_id in fresh]
        add_rows(self.session, OWNERS, [row for title in new for row in self.rows.of_owners(title)])
        add_rows(self.session, ENCUMBRANCES, [row for title in new for row in self.rows.of_encumbrances(title)])
        return len(new)

    def note(self, title_id: str, note: Encumbrance, *, present: bool) -> None:
        """Write the note on the title, or take it away."""
        if present:
            added = upsert(ENCUMBRANCES).values(title_id=title_id, kind=note.value)
            self.session.execute(added.on_conflict_do_nothing())
        else:
            mine = (ENCUMBRANCES.c.title_id == title_id) & (ENCUMBRANCES.c.kind == note.value)
            self.session.execute(delete(ENCUMBRANCES).where(mine))

    def count(self) -> int:
        """How many titles the register holds."""
        return self.session.execute(select(func.count()).select_from(TITLES)).scalar_one()


@dataclass(frozen=True)
class StoredFilings:
    """Filings within a unit of work."""

    session: Session

    def find_by_case(self, case_no: CaseNo) -> Filing | None:
        """Return the case's filing, or None."""
        row = self.session.execute(select(FILINGS).where(FILINGS.c.case_no == str(case_no))).one_or_none()
        if row is None:
            return None
        return Filing(
            case_no,
            row.title_id,
            row.filing_no,
            row.document_sha256,
            row.filed_at,
            row.receipt_no or "",
            live=row.live,
            cancel_receipt_no=row.cancel_receipt_no or "",
        )

    def lock(self, title_id: str) -> None:
        """Take the house's advisory lock: its title may be another register's, and have no row here."""
        key = {"key": f"filing:{title_id}"}
        self.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), key)

    def settle(self, case_no: CaseNo, receipt_no: str) -> None:
        """Note the receipt."""
        mine = FILINGS.c.case_no == str(case_no)
        self.session.execute(update(FILINGS).where(mine).values(receipt_no=receipt_no))

    def end(self, case_no: CaseNo, receipt_no: str) -> None:
        """Note that it is live no more."""
        mine = FILINGS.c.case_no == str(case_no)
        self.session.execute(update(FILINGS).where(mine).values(live=False, cancel_receipt_no=receipt_no))

    def add(self, filing: Filing) -> None:
        """Keep it. Raises HouseAlreadyFiled for a second live filing on a house, FilingDiffers for a number in use."""
        values = {
            "case_no": str(filing.case_no),
            "title_id": filing.title_id,
            "filing_no": filing.filing_no,
            "document_sha256": filing.document_sha256,
            "filed_at": filing.filed_at,
            "receipt_no": filing.receipt_no or None,
            "live": True,
        }
        try:
            self.session.execute(insert(FILINGS).values(values))
        except IntegrityError as wrong:
            diagnosis = getattr(wrong.orig, "diag", None)
            if getattr(diagnosis, "constraint_name", "") == "filings_live_house":
                raise HouseAlreadyFiled from wrong
            raise FilingDiffers from wrong

    def next_receipt(self, day: dt.date) -> int:
        """Return the next number of the day; the row's lock makes others wait, a rollback gives it back."""
        first = upsert(RECEIPT_DAYS).values(day=day, last=1)
        numbered = first.on_conflict_do_update(index_elements=["day"], set_={"last": RECEIPT_DAYS.c.last + 1})
        return int(self.session.execute(numbered.returning(RECEIPT_DAYS.c.last)).scalar_one())


@dataclass(frozen=True)
class StoredHolds:
    """Holds within a unit of work."""

    session: Session

    def find(self, case_no: CaseNo) -> HouseHold | None:
        """Return the case's hold, locked, or None."""
        row = self.session.execute(select(HOLDS).where(HOLDS.c.case_no == str(case_no)).with_for_update()).one_or_none()
        return None if row is None else HouseHold(case_no, row.title_id, released=row.released)

    def save(self, hold: HouseHold) -> None:
        """Keep it; released stays released."""
        kept = upsert(HOLDS).values(case_no=str(hold.case_no), title_id=hold.title_id, released=hold.released)
        self.session.execute(
            kept.on_conflict_do_update(
                index_elements=["case_no"], set_={"released": or_(HOLDS.c.released, kept.excluded.released)}
            )
        )


@dataclass(frozen=True)
class StoredFailures:
    """Failed searches within a unit of work."""

    session: Session

    def lock(self, account: str, source: str) -> None:
        """Take one advisory lock for each, always in the same order."""
        for key in sorted({f"failed-search:{account}", f"failed-search:{source}"}):
            self.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})

    def since(
        self, after: dt.datetime, account: str, source: str
    ) -> tuple[Sequence[dt.datetime], Sequence[dt.datetime]]:
        """Return the times of the account's and of the source's failures; forgets their older ones."""
        mine = or_(FAILURES.c.account == account, FAILURES.c.source == source)
        self.session.execute(delete(FAILURES).where(mine, FAILURES.c.failed_at <= after))
        rows = self.session.execute(select(FAILURES).where(mine, FAILURES.c.failed_at > after)).all()
        by_account = [row.failed_at for row in rows if row.account == account]
        return by_account, [row.failed_at for row in rows if row.source == source]

    def record(self, at: dt.datetime, account: str, source: str) -> None:
        """Count one more."""
        self.session.execute(insert(FAILURES).values(account=account, source=source, failed_at=at))


class RegisterWork(UnitOfWork):
    """A unit of work of the register."""

    def __init__(self, database: Database, call: Call, *, rows: TitleRows) -> None:
        super().__init__(database, call)
        self._rows = rows

    def opened(self) -> None:
        """Build the repositories on this transaction."""
        self.titles = StoredTitles(self.session, self._rows)
        self.filings = StoredFilings(self.session)
        self.holds = StoredHolds(self.session)
        self.standings = StoredStandings(self.session, self._rows)
        self.failures = StoredFailures(self.session)


def register_works(database: Database, rows: TitleRows) -> Callable[[Call], RegisterWork]:
    """Return what opens units of work of the register."""
    return Works(database, partial(RegisterWork, rows=rows))
