"""Envelopes in PostgreSQL: locked within a unit of work, unlocked for questions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.common.kit.calls import Call
from services.common.kit.unit_of_work import Database, UnitOfWork, Works
from services.common.messages.review import ReviewApproved
from services.common.messages.signing import SignatureRequested
from services.common.values import CaseNo, PersonId
from services.signing.adapters.rows import EnvelopeRows
from services.signing.adapters.tables import (
    APPROVALS,
    CASES,
    CERTIFICATES,
    CODES,
    DOCUMENTS,
    ENVELOPES,
    EVIDENCE,
    TASKS,
    UPLOADS,
)
from services.signing.domain.envelope import Envelope
from services.signing.domain.errors import EnvelopeNotFound, TaskNotFound, UploadNotFound
from services.signing.domain.evidence import Record
from services.signing.domain.lifecycle import DONE, EnvelopeState, TaskState
from services.signing.domain.parts import Document, Task
from services.signing.domain.uploads import Upload


def _load(session: Session, rows: EnvelopeRows, chosen: Any, *, lock: bool) -> Envelope:
    """Return the envelope. The lock is on its own row: whoever changes documents, tasks or evidence takes it first."""
    question = select(ENVELOPES).where(chosen)
    head = session.execute(question.with_for_update() if lock else question).first()
    if head is None:
        raise EnvelopeNotFound
    mine = head.envelope_id
    documents = select(DOCUMENTS).where(DOCUMENTS.c.envelope_id == mine).order_by(DOCUMENTS.c.position)
    tasks = select(TASKS).where(TASKS.c.envelope_id == mine).order_by(TASKS.c.position)
    return rows.envelope(head, session.execute(documents).all(), session.execute(tasks).all())


def _of_version(case_no: CaseNo, version: int) -> Any:
    return (ENVELOPES.c.case_no == str(case_no)) & (ENVELOPES.c.version == version)


def _envelope_of(session: Session, task_id: str) -> str:
    found = session.execute(select(TASKS.c.envelope_id).where(TASKS.c.task_id == task_id)).scalar_one_or_none()
    if found is None:
        raise TaskNotFound
    return str(found)


def _task_of(session: Session, token_hash: str) -> str:
    found = session.execute(select(TASKS.c.task_id).where(TASKS.c.token_hash == token_hash)).scalar_one_or_none()
    if found is None:
        raise TaskNotFound
    return str(found)


def _evidence_of(session: Session, envelope_id: str, until: int | None = None) -> list[Record]:
    chosen = select(EVIDENCE).where(EVIDENCE.c.envelope_id == envelope_id).order_by(EVIDENCE.c.number)
    rows = session.execute(chosen if until is None else chosen.where(EVIDENCE.c.number <= until)).all()
    return [Record(one.number, one.act, one.at, one.facts, one.before, one.hash) for one in rows]


@dataclass(frozen=True)
class StoredEnvelopes:
    """Envelopes within a unit of work."""

    session: Session
    rows: EnvelopeRows

    def hold_case(self, case_no: CaseNo) -> bool:
        """Lock the case's row, made if there is none; return whether the case is over."""
        row = upsert(CASES).values(case_no=str(case_no), over=False)
        self.session.execute(row.on_conflict_do_nothing())
        held = select(CASES.c.over).where(CASES.c.case_no == str(case_no)).with_for_update()
        return bool(self.session.execute(held).scalar_one())

    def end_case(self, case_no: CaseNo) -> None:
        """Remember that the case is over."""
        self.session.execute(update(CASES).where(CASES.c.case_no == str(case_no)).values(over=True))

    def of_case(self, case_no: CaseNo) -> list[Envelope]:
        """Return the case's envelopes, locked one after the other in the order of their versions."""
        ids = select(ENVELOPES.c.envelope_id).where(ENVELOPES.c.case_no == str(case_no)).order_by(ENVELOPES.c.version)
        return [self.get(one) for one in self.session.scalars(ids).all()]

    def add(self, envelope: Envelope) -> None:
        """Insert a new envelope with documents, tasks and evidence."""
        mine = {"envelope_id": envelope.envelope_id}
        self.session.execute(insert(ENVELOPES), [self.rows.head(envelope)])
        documents = [self.rows.document(one) | mine | {"position": n} for n, one in enumerate(envelope.documents)]
        self.session.execute(insert(DOCUMENTS), documents)
        tasks = [self.rows.task(one) | mine | {"position": n} for n, one in enumerate(envelope.tasks)]
        self.session.execute(insert(TASKS), tasks)
        self._append(envelope)

    def save(self, envelope: Envelope) -> None:
        """Write back what acts change."""
        mine = envelope.envelope_id
        self.session.execute(update(ENVELOPES).where(ENVELOPES.c.envelope_id == mine).values(self.rows.head(envelope)))
        for document in envelope.documents:
            chosen = (DOCUMENTS.c.envelope_id == mine) & (DOCUMENTS.c.kind == document.kind)
            grown = {
                "key": document.key,
                "revisions": list(document.revisions),
                "is_unstamped": document.is_unstamped,
            }
            self.session.execute(update(DOCUMENTS).where(chosen).values(grown))
        for task in envelope.tasks:
            self.session.execute(update(TASKS).where(TASKS.c.task_id == task.task_id).values(self.rows.changing(task)))
        self._append(envelope)

    def get(self, envelope_id: str) -> Envelope:
        """Load and lock. Raises EnvelopeNotFound."""
        return _load(self.session, self.rows, ENVELOPES.c.envelope_id == envelope_id, lock=True)

    def find_by_version(self, case_no: CaseNo, version: int) -> Envelope | None:
        """Load and lock the envelope of a case's version, if any."""
        try:
            return _load(self.session, self.rows, _of_version(case_no, version), lock=True)
        except EnvelopeNotFound:
            return None

    def envelope_of_task(self, task_id: str) -> str:
        """Raises TaskNotFound."""
        return _envelope_of(self.session, task_id)

    def task_by_token(self, token_hash: str) -> str:
        """Raises TaskNotFound."""
        return _task_of(self.session, token_hash)

    def evidence(self, envelope_id: str) -> list[Record]:
        """Return the chain, oldest first."""
        return _evidence_of(self.session, envelope_id)

    def keep_certificate(self, serial: str, envelope_id: str, field: str, der: bytes, at: dt.datetime) -> None:
        """Register an issued certificate, for revocation lists and for the law (five years after expiry)."""
        kept = self.rows.certificate(der)
        row = {"serial": serial, "envelope_id": envelope_id, "field": field, "der": kept, "issued_at": at}
        self.session.execute(upsert(CERTIFICATES).on_conflict_do_nothing(), [row])

    def keep_approval(self, approved: ReviewApproved) -> None:
        """Remember that review wants the seal; once is enough."""
        row = {
            "envelope_id": approved.envelope_id,
            "case_no": str(approved.case_no),
            "review_id": approved.review_id,
            "filing_no": approved.filing_no,
            "approved_at": approved.approved_at,
        }
        self.session.execute(upsert(APPROVALS).on_conflict_do_nothing(), [row])

    def admitted_since(self, source: str, since: dt.datetime) -> list[dt.datetime]:
        """Return when this source was admitted; the next one of the same source waits for this transaction."""
        self.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(source))))
        chosen = select(UPLOADS.c.admitted_at).where(UPLOADS.c.source == source, UPLOADS.c.admitted_at > since)
        return list(self.session.scalars(chosen).all())

    def admit(self, upload: Upload) -> None:
        """Remember a file that may come."""
        row = {
            "ticket": upload.ticket,
            "source": upload.source,
            "key": upload.key,
            "admitted_at": upload.admitted_at,
            "is_removed": False,
        }
        self.session.execute(insert(UPLOADS), [row])

    def removed(self, tickets: Sequence[str], counted_until: dt.datetime) -> None:
        """Mark files as gone; forget those whose hour is over."""
        self.session.execute(update(UPLOADS).where(UPLOADS.c.ticket.in_(tickets)).values(is_removed=True))
        counted = UPLOADS.c.is_removed & (UPLOADS.c.admitted_at <= counted_until)
        self.session.execute(delete(UPLOADS).where(counted))

    def code_for(self, case_no: CaseNo, version: int, fresh: str) -> str:
        """Return the code of a case's version; `fresh` becomes it if there is none."""
        row = upsert(CODES).values(code=fresh, case_no=str(case_no), version=version)
        self.session.execute(row.on_conflict_do_nothing(index_elements=["case_no", "version"]))
        chosen = (CODES.c.case_no == str(case_no)) & (CODES.c.version == version)
        return str(self.session.execute(select(CODES.c.code).where(chosen)).scalar_one())

    def _append(self, envelope: Envelope) -> None:
        if envelope.fresh:
            rows = [self.rows.record(envelope.envelope_id, one) for one in envelope.fresh]
            self.session.execute(insert(EVIDENCE), rows)
            envelope.fresh.clear()


class SigningWork(UnitOfWork):
    """A unit of work of signing."""

    def __init__(self, database: Database, call: Call, *, rows: EnvelopeRows) -> None:
        super().__init__(database, call)
        self._rows = rows

    def opened(self) -> None:
        """Build the repository on this transaction."""
        self.envelopes = StoredEnvelopes(self.session, self._rows)


def signing_works(database: Database, rows: EnvelopeRows) -> Works[SigningWork]:
    """Return what opens units of work of signing."""
    return Works(database, partial(SigningWork, rows=rows))


@dataclass(frozen=True)
class StoredReading:
    """Envelopes for questions, each in a read-only transaction of its own."""

    database: Database
    rows: EnvelopeRows

    def envelope(self, envelope_id: str) -> Envelope:
        """Raises EnvelopeNotFound."""
        return self._one(ENVELOPES.c.envelope_id == envelope_id)

    def by_code(self, code: str) -> Envelope:
        """Raises EnvelopeNotFound."""
        return self._one(ENVELOPES.c.verification_code == code)

    def by_task(self, task_id: str) -> Envelope:
        """Raises TaskNotFound."""
        with self.database.read() as session:
            chosen = ENVELOPES.c.envelope_id == _envelope_of(session, task_id)
            return _load(session, self.rows, chosen, lock=False)

    def task_by_token(self, token_hash: str) -> str:
        """Raises TaskNotFound."""
        with self.database.read() as session:
            return _task_of(session, token_hash)

    def tasks_of(
        self, person: PersonId, limit: int, before: str = "", case_no: CaseNo | None = None
    ) -> list[tuple[Envelope, Task]]:
        """Return a person's tasks, newest first: ids begin with the time they were made."""
        mine = select(TASKS.c.task_id, TASKS.c.envelope_id).where(TASKS.c.person_id == str(person))
        if before:
            mine = mine.where(TASKS.c.task_id < before)
        if case_no is not None:
            mine = mine.join(ENVELOPES).where(ENVELOPES.c.case_no == str(case_no))
        with self.database.read() as session:
            rows = session.execute(mine.order_by(TASKS.c.task_id.desc()).limit(limit)).all()
            found = [
                (_load(session, self.rows, ENVELOPES.c.envelope_id == row.envelope_id, lock=False), row.task_id)
                for row in rows  # a person has one task in an envelope
            ]
        return [(envelope, envelope.task(task_id)) for envelope, task_id in found]

    def owed_by(self, person: PersonId) -> list[str]:
        """Return the ids, newest first, of what the person has yet to sign."""
        done = [one.value for one in DONE]
        mine = select(TASKS.c.task_id).join(ENVELOPES).where(TASKS.c.person_id == str(person))
        owed = mine.where(ENVELOPES.c.state == EnvelopeState.SIGNING.value, TASKS.c.state.not_in(done))
        with self.database.read() as session:
            return list(session.scalars(owed.order_by(TASKS.c.task_id.desc())).all())

    def newest(self, case_no: CaseNo) -> Envelope:
        """Raises EnvelopeNotFound."""
        of_case = ENVELOPES.c.case_no == str(case_no)
        newest = select(func.max(ENVELOPES.c.version)).where(of_case).scalar_subquery()
        return self._one(of_case & (ENVELOPES.c.version == newest))

    def evidence(self, envelope_id: str, until: int) -> list[Record]:
        """Return the chain up to a number: what was added meanwhile does not belong to what was read."""
        with self.database.read() as session:
            return _evidence_of(session, envelope_id, until)

    def by_revision(self, hashes: Sequence[str]) -> tuple[Envelope, Document] | None:
        """Return the document with most of these revisions on record, with its envelope."""
        if not hashes:
            return None
        chosen = select(DOCUMENTS.c.envelope_id, DOCUMENTS.c.kind, DOCUMENTS.c.revisions)
        with self.database.read() as session:
            rows = session.execute(chosen.where(DOCUMENTS.c.revisions.has_any(array(list(hashes))))).all()
            if not rows:
                return None
            best = max(rows, key=lambda one: (len(set(one.revisions) & set(hashes)), one.envelope_id))
            envelope = _load(session, self.rows, ENVELOPES.c.envelope_id == best.envelope_id, lock=False)
        return envelope, envelope.document(best.kind)

    def upload(self, ticket: str) -> Upload:
        """Raises UploadNotFound."""
        with self.database.read() as session:
            found = session.execute(select(UPLOADS).where(UPLOADS.c.ticket == ticket)).first()
        if found is None or found.is_removed:
            raise UploadNotFound
        return Upload(found.ticket, found.source, found.key, found.admitted_at)

    def uploads_before(self, moment: dt.datetime, limit: int) -> list[Upload]:
        """Return files that may still be there, the oldest first."""
        due = select(UPLOADS).where(UPLOADS.c.admitted_at <= moment, ~UPLOADS.c.is_removed)
        with self.database.read() as session:
            rows = session.execute(due.order_by(UPLOADS.c.admitted_at).limit(limit)).all()
        return [Upload(one.ticket, one.source, one.key, one.admitted_at) for one in rows]

    def case_over(self, case_no: CaseNo) -> bool:
        """Return whether contract has told that the case has ended."""
        ended = exists().where(CASES.c.case_no == str(case_no), CASES.c.over)
        with self.database.read() as session:
            return session.execute(select(ended)).scalar_one()

    def has_version(self, case_no: CaseNo, version: int) -> bool:
        """Return whether this version has an envelope."""
        with self.database.read() as session:
            return session.execute(select(exists().where(_of_version(case_no, version)))).scalar_one()

    def overdue(self, now: dt.datetime, limit: int) -> list[str]:
        """Return open envelopes past their time in which somebody has not signed: others are the worker's to finish."""
        done = sorted(one.value for one in DONE)
        waiting = exists().where(TASKS.c.envelope_id == ENVELOPES.c.envelope_id, TASKS.c.state.not_in(done))
        chosen = select(ENVELOPES.c.envelope_id).where(
            ENVELOPES.c.state == EnvelopeState.SIGNING.value, ENVELOPES.c.expires_at <= now, waiting
        )
        with self.database.read() as session:
            return list(session.scalars(chosen.order_by(ENVELOPES.c.expires_at).limit(limit)).all())

    def unapplied(self, before: dt.datetime, limit: int) -> list[SignatureRequested]:
        """Return signatures given up to then that are not in the documents, the oldest first."""
        chosen = (
            select(TASKS.c.envelope_id, TASKS.c.task_id)
            .join(ENVELOPES, ENVELOPES.c.envelope_id == TASKS.c.envelope_id)
            .where(TASKS.c.state == TaskState.SIGNING.value, TASKS.c.requested_at <= before)
            .where(ENVELOPES.c.state == EnvelopeState.SIGNING.value)
        )
        with self.database.read() as session:
            rows = session.execute(chosen.order_by(TASKS.c.requested_at).limit(limit)).all()
        return [SignatureRequested(envelope_id=one.envelope_id, task_id=one.task_id) for one in rows]

    def unsealed(self, before: dt.datetime, limit: int) -> list[ReviewApproved]:
        """Return approvals up to then whose envelope waits for its seal, the oldest first."""
        chosen = (
            select(APPROVALS)
            .join(ENVELOPES, ENVELOPES.c.envelope_id == APPROVALS.c.envelope_id)
            .where(APPROVALS.c.approved_at <= before, ENVELOPES.c.state == EnvelopeState.ALL_SIGNED.value)
        )
        with self.database.read() as session:
            rows = session.execute(chosen.order_by(APPROVALS.c.approved_at).limit(limit)).all()
        return [
            ReviewApproved(
                case_no=CaseNo.parse(one.case_no),
                review_id=one.review_id,
                envelope_id=one.envelope_id,
                filing_no=one.filing_no,
                approved_at=one.approved_at,
            )
            for one in rows
        ]

    def unstamped(self, limit: int) -> list[str]:
        """Return ids of envelopes with a document that waits for its time stamp."""
        waiting = exists().where(DOCUMENTS.c.envelope_id == ENVELOPES.c.envelope_id, DOCUMENTS.c.is_unstamped)
        counts = [EnvelopeState.SIGNING.value, EnvelopeState.ALL_SIGNED.value]
        chosen = select(ENVELOPES.c.envelope_id).where(ENVELOPES.c.state.in_(counts), waiting)
        with self.database.read() as session:
            return list(session.scalars(chosen.limit(limit)).all())

    def _one(self, chosen: Any) -> Envelope:
        with self.database.read() as session:
            return _load(session, self.rows, chosen, lock=False)
