"""Registers of getting in, in PostgreSQL: SMS codes, failed sign-ins, sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select

from services.common.kit.calls import ActorKind
from services.common.messages.identity import CodePurpose
from services.common.values import Mobile
from services.identity.adapters import tables
from services.identity.adapters.people import Shelf
from services.identity.domain.session import EndReason, Session
from services.identity.domain.sms_code import Issued, SmsCode


class HeldShelf(Shelf):
    """A register whose counts must not change between reading and adding."""

    def _hold(self, key: str) -> None:
        if self._held:
            self._session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


class SmsCodeShelf(HeldShelf):
    """The port `SmsCodes`."""

    def find(self, code_id: str) -> SmsCode | None:
        """Look the code up."""
        row = self._one(select(tables.SMS_CODES).where(tables.SMS_CODES.c.code_id == code_id))
        return None if row is None else self._code(row)

    def issued_to(self, mobile: Mobile, since: dt.datetime) -> Sequence[Issued]:
        """List what a phone was sent."""
        index, table = self._vault.index("mobile", str(mobile)), tables.SMS_CODES.c
        self._hold(f"codes:{index}")
        rows = self._all(
            select(table.issued_at, table.purpose, table.spent_at).where(
                table.mobile_index == index, table.issued_at > since
            )
        )
        return [Issued(row.issued_at, CodePurpose(row.purpose), row.spent_at is not None) for row in rows]

    def issued_for_source(self, source: str, since: dt.datetime) -> Sequence[Issued]:
        """List what an address asked for. Not held: a limit per address may be off by a request under way."""
        table = tables.SMS_CODES.c
        rows = self._all(
            select(table.issued_at, table.purpose, table.spent_at).where(
                table.source == source, table.issued_at > since
            )
        )
        return [Issued(row.issued_at, CodePurpose(row.purpose), row.spent_at is not None) for row in rows]

    def save(self, code: SmsCode) -> None:
        """Insert or update."""
        values = {
            "code_id": code.code_id,
            "mobile_sealed": self._seal(str(code.mobile)),
            "mobile_index": self._vault.index("mobile", str(code.mobile)),
            "purpose": code.purpose.value,
            "source": code.source,
            "digits_sealed": None if code.digits is None else self._seal(code.digits),
            "tries": code.tries,
            "issued_at": code.issued_at,
            "spent_at": code.spent_at,
        }
        self._put(tables.SMS_CODES, values)

    def forget_before(self, moment: dt.datetime) -> None:
        """Delete old rows."""
        self._session.execute(delete(tables.SMS_CODES).where(tables.SMS_CODES.c.issued_at < moment))

    def _code(self, row: Any) -> SmsCode:
        digits = None if row.digits_sealed is None else self._open(row.digits_sealed)
        mobile, purpose = Mobile(self._open(row.mobile_sealed)), CodePurpose(row.purpose)
        return SmsCode(row.code_id, mobile, purpose, row.source, digits, row.issued_at, row.tries, row.spent_at)


class FailureShelf(HeldShelf):
    """The port `Failures`."""

    def of(self, subject: str, since: dt.datetime) -> Sequence[dt.datetime]:
        """List a subject's failures."""
        index, table = self._vault.index("failure", subject), tables.FAILURES.c
        self._hold(f"failures:{index}")
        rows = self._all(select(table.failed_at).where(table.subject_index == index, table.failed_at > since))
        return [row.failed_at for row in rows]

    def add(self, subject: str, now: dt.datetime) -> None:
        """Insert."""
        index = self._vault.index("failure", subject)
        self._session.execute(insert(tables.FAILURES).values(subject_index=index, failed_at=now))

    def clear(self, subject: str) -> None:
        """Delete."""
        index = self._vault.index("failure", subject)
        self._session.execute(delete(tables.FAILURES).where(tables.FAILURES.c.subject_index == index))

    def forget_before(self, moment: dt.datetime) -> None:
        """Delete old rows."""
        self._session.execute(delete(tables.FAILURES).where(tables.FAILURES.c.failed_at < moment))


class FamiliarShelf(Shelf):
    """The port `FamiliarAddresses`: keyed hashes on both sides."""

    def knows(self, subject: str, source: str, since: dt.datetime) -> bool:
        """Look it up."""
        table = tables.FAMILIAR.c
        keys = self._keys(subject, source)
        mine = (table.subject_index == keys["subject_index"]) & (table.source_index == keys["source_index"])
        return self._session.execute(select(table.seen_at).where(mine, table.seen_at > since)).first() is not None

    def note(self, subject: str, source: str, now: dt.datetime) -> None:
        """Insert or update."""
        self._put(tables.FAMILIAR, {**self._keys(subject, source), "seen_at": now})

    def forget(self, subject: str) -> None:
        """Delete a subject's."""
        index = self._vault.index("familiar", subject)
        self._session.execute(delete(tables.FAMILIAR).where(tables.FAMILIAR.c.subject_index == index))

    def forget_before(self, moment: dt.datetime) -> None:
        """Delete old rows."""
        self._session.execute(delete(tables.FAMILIAR).where(tables.FAMILIAR.c.seen_at < moment))

    def _keys(self, subject: str, source: str) -> dict[str, str]:
        """The address is hashed with its subject, so that two accounts of one address cannot be told to share it."""
        index = self._vault.index
        return {
            "subject_index": index("familiar", subject),
            "source_index": index("familiar from", f"{subject} {source}"),
        }


class SessionShelf(Shelf):
    """The port `Sessions`."""

    def find(self, session_id: str) -> Session | None:
        """Look the session up."""
        row = self._one(select(tables.SESSIONS).where(tables.SESSIONS.c.session_id == session_id))
        return None if row is None else self._session_of(row)

    def not_ended_of(self, subject_id: str) -> Sequence[Session]:
        """List the subject's open ones."""
        table = tables.SESSIONS.c
        query = select(tables.SESSIONS).where(table.subject_id == subject_id, table.ended_at.is_(None))
        return [self._session_of(row) for row in self._all(query.order_by(table.session_id), hold=True)]

    def ended_since(self, moment: dt.datetime) -> Sequence[str]:
        """List ids."""
        table = tables.SESSIONS.c
        return [row.session_id for row in self._all(select(table.session_id).where(table.ended_at >= moment))]

    def forget_before(self, moment: dt.datetime) -> None:
        """Delete old rows: none of them can be alive."""
        self._session.execute(delete(tables.SESSIONS).where(tables.SESSIONS.c.renewed_at < moment))

    @staticmethod
    def _session_of(row: Any) -> Session:
        return Session(
            row.session_id,
            ActorKind(row.kind),
            row.subject_id,
            tuple(row.roles),
            row.office,
            row.started_at,
            row.renewed_at,
            row.generation,
            row.ended_at,
            None if row.end_reason is None else EndReason(row.end_reason),
        )

    def save(self, session: Session) -> None:
        """Insert or update."""
        values = {
            "session_id": session.session_id,
            "kind": session.kind.value,
            "subject_id": session.subject_id,
            "roles": list(session.roles),
            "office": session.office,
            "generation": session.generation,
            "started_at": session.started_at,
            "renewed_at": session.renewed_at,
            "ended_at": session.ended_at,
            "end_reason": None if session.end_reason is None else session.end_reason.value,
        }
        self._put(tables.SESSIONS, values)
