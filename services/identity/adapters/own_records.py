"""What is kept about a person besides the account, as plain dated lines, from PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from services.common.messages.identity import OwnRecord
from services.common.values import PersonId
from services.identity.adapters import tables
from services.identity.adapters.people import Shelf


class OwnRecordShelf(Shelf):
    """The port `OwnRecords`."""

    def of(self, person_id: PersonId) -> Sequence[OwnRecord]:
        """List them, oldest first."""
        who = str(person_id)
        found = [
            *self._consents(who),
            *self._counter_checks(who),
            *self._checks(who),
            *self._reviews(who),
            *self._sessions(who),
        ]
        return sorted(found, key=lambda one: (one.at, one.kind, one.what))

    def _consents(self, who: str) -> list[OwnRecord]:
        table = tables.CONSENTS.c
        rows = self._all(select(tables.CONSENTS).where(table.person_id == who))
        return [
            OwnRecord(
                kind="CONSENT",
                what=f"{row.purpose} {row.text_id} {row.text_version}",
                at=row.given_at,
                until=row.withdrawn_at,
            )
            for row in rows
        ]

    def _counter_checks(self, who: str) -> list[OwnRecord]:
        table = tables.COUNTER_CHECKS.c
        rows = self._all(select(tables.COUNTER_CHECKS).where(table.person_id == who))
        return [
            OwnRecord(kind="COUNTER_CHECK", what=row.office, at=row.checked_at, until=row.valid_until) for row in rows
        ]

    def _checks(self, who: str) -> list[OwnRecord]:
        table = tables.FACE_CHECKS.c
        rows = self._all(select(tables.FACE_CHECKS).where(table.person_id == who))
        return [
            OwnRecord(
                kind="IDENTITY_CHECK",
                what=" ".join(filter(None, (row.purpose, row.state, row.method))),
                at=row.started_at,
                until=row.ended_at,
            )
            for row in rows
        ]

    def _reviews(self, who: str) -> list[OwnRecord]:
        table = tables.FACE_REVIEWS.c
        rows = self._all(
            select(table.state, table.office, table.queued_at, table.decided_at).where(table.person_id == who)
        )
        return [
            OwnRecord(kind="FACE_REVIEW", what=f"{row.state} {row.office}", at=row.queued_at, until=row.decided_at)
            for row in rows
            if row.queued_at is not None
        ]

    def _sessions(self, who: str) -> list[OwnRecord]:
        table = tables.SESSIONS.c
        rows = self._all(select(tables.SESSIONS).where(table.subject_id == who))
        return [
            OwnRecord(kind="SESSION", what=row.end_reason or "OPEN", at=row.started_at, until=row.ended_at)
            for row in rows
        ]
