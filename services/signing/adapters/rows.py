"""Envelopes as rows and back, personal fields sealed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.common.kit.fields import FieldCipher
from services.common.values import CaseNo, PersonId
from services.signing.domain.envelope import Envelope
from services.signing.domain.evidence import Head, Record
from services.signing.domain.lifecycle import EnvelopeState, TaskState
from services.signing.domain.parts import Document, Session, Task


@dataclass(frozen=True)
class EnvelopeRows:
    """Knows the columns; the cipher seals what is personal."""

    cipher: FieldCipher

    def envelope(self, head: Any, documents: Sequence[Any], tasks: Sequence[Any]) -> Envelope:
        """Return the aggregate of a row of envelopes and those that belong to it, in their order."""
        return Envelope(
            envelope_id=head.envelope_id,
            case_no=CaseNo.parse(head.case_no),
            version=head.version,
            state=EnvelopeState(head.state),
            verification_code=head.verification_code,
            office_name=head.office_name,
            seal_field=head.seal_field,
            expires_at=head.expires_at,
            documents=[
                Document(
                    d.kind,
                    d.base_key,
                    d.base_sha256,
                    d.pages,
                    tuple(d.fields),
                    d.key,
                    tuple(d.revisions),
                    d.is_unstamped,
                )
                for d in documents
            ],
            tasks=[self._task(row) for row in tasks],
            seal_serials=dict(head.seal_serials),
            filing_no=head.filing_no,
            head=Head(head.evidence_number, head.evidence_hash),
        )

    def head(self, envelope: Envelope) -> dict[str, Any]:
        """Return the row of envelopes."""
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
            "evidence_number": envelope.head.number,
            "evidence_hash": envelope.head.hash,
        }

    def document(self, one: Document) -> dict[str, Any]:
        """Return the row of documents, without envelope and position."""
        return {
            "kind": one.kind,
            "base_key": one.base_key,
            "base_sha256": one.base_sha256,
            "pages": one.pages,
            "fields": list(one.fields),
            "key": one.key,
            "revisions": list(one.revisions),
            "is_unstamped": one.is_unstamped,
        }

    def task(self, one: Task) -> dict[str, Any]:
        """Return the row of tasks, without envelope and position."""
        return {
            "task_id": one.task_id,
            "person_id": str(one.person_id),
            "name": self._sealed(one.name),
            "mobile": self._sealed(one.mobile),
            "side": one.side,
            "field": one.field,
            "is_main": one.is_main,
            "company": self._sealed(one.company),
            "uscc": self._sealed(one.uscc),
            **self.changing(one),
        }

    def changing(self, one: Task) -> dict[str, Any]:
        """Return what acts change of a task."""
        return {
            "state": one.state.value,
            "token_hash": one.token_hash,
            "link_issued_at": one.link_issued_at,
            "resends": [at.isoformat() for at in one.resends],
            "session_until": one.session.until if one.session else None,
            "session_account": one.session.account if one.session else "",
            "method": one.method,
            "opened": {kind: at.isoformat() for kind, at in one.opened.items()},
            "handwriting": self._sealed(one.handwriting),
            "requested_at": one.requested_at,
            "signed_at": one.signed_at,
            "serials": one.serials,
            "reason": self._sealed(one.reason),
        }

    def record(self, envelope_id: str, one: Record) -> dict[str, Any]:
        """Return the row of evidence."""
        return {
            "envelope_id": envelope_id,
            "number": one.number,
            "act": one.act,
            "at": one.at,
            "facts": dict(one.facts),
            "before": one.before,
            "hash": one.hash,
        }

    def certificate(self, der: bytes) -> bytes:
        """Return a certificate as kept: sealed, because its subject is the signer's name."""
        return self.cipher.seal_bytes(der).encode()

    def _task(self, row: Any) -> Task:
        return Task(
            task_id=row.task_id,
            person_id=PersonId(row.person_id),
            name=self._opened(row.name),
            mobile=self._opened(row.mobile),
            side=row.side,
            field=row.field,
            company=self._opened(row.company),
            uscc=self._opened(row.uscc),
            is_main=row.is_main,
            state=TaskState(row.state),
            token_hash=row.token_hash,
            link_issued_at=row.link_issued_at,
            resends=tuple(dt.datetime.fromisoformat(at) for at in row.resends),
            session=Session(row.session_until, row.session_account) if row.session_until else None,
            method=row.method,
            opened={kind: dt.datetime.fromisoformat(at) for kind, at in row.opened.items()},
            handwriting=self._opened(row.handwriting),
            requested_at=row.requested_at,
            signed_at=row.signed_at,
            serials=dict(row.serials),
            reason=self._opened(row.reason),
        )

    def _sealed(self, text: str) -> str:
        return self.cipher.seal(text) if text else ""

    def _opened(self, sealed: str) -> str:
        return self.cipher.open(sealed) if sealed else ""
