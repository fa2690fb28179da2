"""Envelopes in PostgreSQL: rows to aggregates and back, personal fields sealed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.common.kit.calls import Call
from services.common.kit.fields import FieldCipher
from services.common.kit.unit_of_work import Database, UnitOfWork
from services.common.values import CaseNo, PersonId
from services.signing.adapters.tables import CERTIFICATES, CODES, DOCUMENTS, ENVELOPES, EVIDENCE, TASKS
from services.signing.domain import evidence
from services.signing.domain.envelope import Document, Envelope, EnvelopeState, Task, TaskState
from services.signing.domain.errors import EnvelopeNotFound, TaskNotFound


class EnvelopeRows:
    """Reads and writes envelopes in one session."""

    def __init__(self, session: Session, cipher: FieldCipher) -> None:
        self._session = session
        self._cipher = cipher

    def add(self, envelope: Envelope) -> None:
        """Insert a new envelope with documents and tasks."""
        self._session.execute(insert(ENVELOPES), [self._head(envelope)])
        rows = [
            {**self._document_row(one), "envelope_id": envelope.envelope_id, "position": n}
            for n, one in enumerate(envelope.documents)
        ]
        self._session.execute(insert(DOCUMENTS), rows)
        tasks = [
            {**self._task_row(one), "envelope_id": envelope.envelope_id, "position": n}
            for n, one in enumerate(envelope.tasks)
        ]
        self._session.execute(insert(TASKS), tasks)

    def save(self, envelope: Envelope) -> None:
        """Write back what may have changed."""
        mine = envelope.envelope_id
        self._session.execute(update(ENVELOPES).where(ENVELOPES.c.envelope_id == mine).values(self._head(envelope)))
        for document in envelope.documents:
            chosen = (DOCUMENTS.c.envelope_id == mine) & (DOCUMENTS.c.kind == document.kind)
            self._session.execute(
                update(DOCUMENTS).where(chosen).values(key=document.key, revisions=list(document.revisions))
            )
        for task in envelope.tasks:
            self._session.execute(update(TASKS).where(TASKS.c.task_id == task.task_id).values(self._task_row(task)))

    def get(self, envelope_id: str) -> Envelope:
        """Load and lock. Raises EnvelopeNotFound."""
        return self._load(ENVELOPES.c.envelope_id == envelope_id, lock=True)

    def envelope(self, envelope_id: str) -> Envelope:
        """Load without locking. Raises EnvelopeNotFound."""
        return self._load(ENVELOPES.c.envelope_id == envelope_id, lock=False)

    def by_code(self, code: str) -> Envelope:
        """The envelope whose documents carry that code. Raises EnvelopeNotFound."""
        return self._load(ENVELOPES.c.verification_code == code, lock=False)

    def by_task(self, task_id: str) -> Envelope:
        """The envelope of a task. Raises TaskNotFound."""
        return self.envelope(self.envelope_of_task(task_id))

    def find_by_version(self, case_no: CaseNo, version: int) -> Envelope | None:
        """The envelope of a case's version, if any."""
        try:
            return self._load((ENVELOPES.c.case_no == str(case_no)) & (ENVELOPES.c.version == version), lock=True)
        except EnvelopeNotFound:
            return None

    def envelope_of_task(self, task_id: str) -> str:
        """Raises TaskNotFound."""
        found = self._session.execute(
            select(TASKS.c.envelope_id).where(TASKS.c.task_id == task_id)
        ).scalar_one_or_none()
        if found is None:
            raise TaskNotFound
        return str(found)

    def task_by_token(self, token_hash: str) -> str:
        """Raises TaskNotFound."""
        found = self._session.execute(
            select(TASKS.c.task_id).where(TASKS.c.token_hash == token_hash)
        ).scalar_one_or_none()
        if found is None:
            raise TaskNotFound
        return str(found)

    def tasks_of(self, person: PersonId) -> list[tuple[Envelope, Task]]:
        """A person's tasks, newest first, at most a hundred."""
        rows = self._session.execute(
            select(TASKS.c.task_id, TASKS.c.envelope_id)
            .where(TASKS.c.person_id == str(person))
            .order_by(TASKS.c.task_id.desc())
            .limit(100)
        ).all()
        envelopes = {row.envelope_id: self.envelope(row.envelope_id) for row in rows}
        return [(envelopes[row.envelope_id], envelopes[row.envelope_id].task(row.task_id)) for row in rows]

    def record(self, envelope_id: str, act: str, at: dt.datetime, facts: dict[str, str]) -> None:
        """Append to the evidence chain; the envelope's lock keeps it a chain."""
        last = self._session.execute(
            select(EVIDENCE.c.number, EVIDENCE.c.hash)
            .where(EVIDENCE.c.envelope_id == envelope_id)
            .order_by(EVIDENCE.c.number.desc())
            .limit(1)
        ).first()
        number, before = (last.number + 1, last.hash) if last else (1, evidence.GENESIS)
        one = evidence.append(number, before, act, at, facts)
        values = {
            "number": one.number,
            "act": one.act,
            "at": one.at,
            "facts": one.facts,
            "before": one.before,
            "hash": one.hash,
        }
        self._session.execute(insert(EVIDENCE), [{"envelope_id": envelope_id, **values}])

    def keep_certificate(self, serial: str, envelope_id: str, field: str, der: bytes, at: dt.datetime) -> None:
        """Register an issued certificate, for revocation lists and for the law (five years after expiry)."""
        row = {"serial": serial, "envelope_id": envelope_id, "field": field, "der": der, "issued_at": at}
        self._session.execute(upsert(CERTIFICATES).on_conflict_do_nothing(), [row])

    def code_for(self, case_no: CaseNo, version: int, fresh: str) -> str:
        """The code of a case's version; `fresh` becomes it if there is none."""
        row = upsert(CODES).values(code=fresh, case_no=str(case_no), version=version)
        self._session.execute(row.on_conflict_do_nothing(index_elements=["case_no", "version"]))
        chosen = (CODES.c.case_no == str(case_no)) & (CODES.c.version == version)
        return str(self._session.execute(select(CODES.c.code).where(chosen)).scalar_one())

    def _load(self, chosen: Any, *, lock: bool) -> Envelope:
        question = select(ENVELOPES).where(chosen)
        head = self._session.execute(question.with_for_update() if lock else question).first()
        if head is None:
            raise EnvelopeNotFound
        mine = head.envelope_id
        documents = self._session.execute(
            select(DOCUMENTS).where(DOCUMENTS.c.envelope_id == mine).order_by(DOCUMENTS.c.position)
        ).all()
        tasks = self._session.execute(select(TASKS).where(TASKS.c.envelope_id == mine).order_by(TASKS.c.position)).all()
        return Envelope(
            envelope_id=mine,
            case_no=CaseNo.parse(head.case_no),
            version=head.version,
            state=EnvelopeState(head.state),
            verification_code=head.verification_code,
            office_name=head.office_name,
            seal_field=head.seal_field,
            expires_at=head.expires_at,
            documents=[
                Document(d.kind, d.base_key, d.base_sha256, d.pages, tuple(d.fields), d.key, tuple(d.revisions))
                for d in documents
            ],
            tasks=[self._task(row) for row in tasks],
            seal_serials=dict(head.seal_serials),
            filing_no=head.filing_no,
        )

    def _task(self, row: Any) -> Task:
        return Task(
            task_id=row.task_id,
            person_id=PersonId(row.person_id),
            name=self._cipher.open(row.name),
            mobile=self._cipher.open(row.mobile),
            side=row.side,
            field=row.field,
            state=TaskState(row.state),
            token_hash=row.token_hash,
            session_until=row.session_until,
            method=row.method,
            opened={kind: dt.datetime.fromisoformat(at) for kind, at in row.opened.items()},
            handwriting=self._cipher.open(row.handwriting) if row.handwriting else "",
            requested_at=row.requested_at,
            signed_at=row.signed_at,
            serials=dict(row.serials),
        )

    @staticmethod
    def _head(envelope: Envelope) -> dict[str, Any]:
        return {
            "envelope_id": envelope.envelope_id,
            "case_no": str(envelope.case_no),
            "version": envelope.version,
            "state": envelope.state.value,
            "verification_code": envelope.verification_code,
            "office_name": envelope.office_name,
            "seal_field": envelope.seal_field,
            "seal_serials": envelope.seal_serials,
            "filing_no": envelope.filing_no,
            "expires_at": envelope.expires_at,
        }

    @staticmethod
    def _document_row(one: Document) -> dict[str, Any]:
        return {
            "kind": one.kind,
            "base_key": one.base_key,
            "base_sha256": one.base_sha256,
            "pages": one.pages,
            "fields": list(one.fields),
            "key": one.key,
            "revisions": list(one.revisions),
        }

    def _task_row(self, one: Task) -> dict[str, Any]:
        return {
            "task_id": one.task_id,
            "person_id": str(one.person_id),
            "name": self._cipher.seal(one.name),
            "mobile": self._cipher.seal(one.mobile),
            "side": one.side,
            "field": one.field,
            "state": one.state.value,
            "token_hash": one.token_hash,
            "session_until": one.session_until,
            "method": one.method,
            "opened": {kind: at.isoformat() for kind, at in one.opened.items()},
            "handwriting": self._cipher.seal(one.handwriting) if one.handwriting else "",
            "requested_at": one.requested_at,
            "signed_at": one.signed_at,
            "serials": one.serials,
        }


class SigningWork(UnitOfWork):
    """A transaction over envelopes."""

    def __init__(self, database: Database, call: Call, cipher: FieldCipher) -> None:
        super().__init__(database, call)
        self._cipher = cipher

    def opened(self) -> None:
        """Build the repository."""
        self.envelopes = EnvelopeRows(self.session, self._cipher)


class StoredReading:
    """Reads in a transaction of its own each."""

    def __init__(self, database: Database, cipher: FieldCipher) -> None:
        self._database = database
        self._cipher = cipher

    def envelope(self, envelope_id: str) -> Envelope:
        """Raises EnvelopeNotFound."""
        with self._database.read() as session:
            return EnvelopeRows(session, self._cipher).envelope(envelope_id)

    def by_code(self, code: str) -> Envelope:
        """Raises EnvelopeNotFound."""
        with self._database.read() as session:
            return EnvelopeRows(session, self._cipher).by_code(code)

    def by_task(self, task_id: str) -> Envelope:
        """Raises TaskNotFound."""
        with self._database.read() as session:
            return EnvelopeRows(session, self._cipher).by_task(task_id)

    def task_by_token(self, token_hash: str) -> str:
        """Raises TaskNotFound."""
        with self._database.read() as session:
            return EnvelopeRows(session, self._cipher).task_by_token(token_hash)

    def tasks_of(self, person: PersonId) -> list[tuple[Envelope, Task]]:
        """A person's tasks."""
        with self._database.read() as session:
            return EnvelopeRows(session, self._cipher).tasks_of(person)
