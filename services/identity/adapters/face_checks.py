"""The register of face checks in PostgreSQL, with the fingerprints of frames that counted."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, func, select, tuple_

from services.common.values import PersonId
from services.identity.adapters import tables
from services.identity.adapters.entries import HeldShelf
from services.identity.adapters.face_record import from_row, to_values
from services.identity.domain.face_challenge import Fingerprint
from services.identity.domain.face_check import FaceCheck
from services.identity.domain.face_check_parts import CheckState
from services.identity.domain.face_line import Standing

_CHECKS = tables.FACE_CHECKS.c
FAILED = (CheckState.REJECTED.value, CheckState.REVIEW.value, CheckState.EXPIRED.value)
"""A doubtful result is a used try too, or somebody alike could try until it passes."""


class FaceCheckShelf(HeldShelf):
    """The port `FaceChecks`."""

    def hold_person(self, person_id: PersonId) -> None:
        """Take the person's lock until the commit."""
        self._hold(f"face:{person_id}")

    def find(self, check_id: str) -> FaceCheck | None:
        """Look the check up."""
        row = self._one(select(tables.FACE_CHECKS).where(_CHECKS.check_id == check_id))
        return None if row is None else from_row(row, self._vault.cipher)

    def running_of(self, person_id: PersonId) -> Sequence[FaceCheck]:
        """List the person's running checks."""
        query = select(tables.FACE_CHECKS).where(
            _CHECKS.person_id == str(person_id), _CHECKS.state == CheckState.RUNNING.value
        )
        return [from_row(row, self._vault.cipher) for row in self._all(query, hold=True)]

    def overdue(self, now: dt.datetime, limit: int) -> Sequence[FaceCheck]:
        """List some challenges whose time is over, leaving out those another process has in hand."""
        query = (
            select(tables.FACE_CHECKS)
            .where(_CHECKS.state == CheckState.RUNNING.value, _CHECKS.expires_at < now)
            .order_by(_CHECKS.expires_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [from_row(row, self._vault.cipher) for row in self._session.execute(query).all()]

    def hold_line(self) -> None:
        """Take the lock of the line until the commit."""
        self._hold("face line")

    def standing(self, check: FaceCheck, now: dt.datetime) -> Standing:
        """Count who is under way and who waits longer."""
        mine = (check.turn.queued_at or now, check.check_id)
        earlier = tuple_(_CHECKS.queued_at, _CHECKS.check_id) < mine
        return Standing(
            self._counted(_CHECKS.begun_at.is_not(None), now), self._counted(_CHECKS.begun_at.is_(None) & earlier, now)
        )

    def _counted(self, those: ColumnElement[bool], now: dt.datetime) -> int:
        alive = (_CHECKS.state == CheckState.RUNNING.value) & (_CHECKS.held_until > now)
        query = select(func.count()).select_from(tables.FACE_CHECKS).where(alive, those)
        return int(self._session.execute(query).scalar_one())

    def failed_at(self, person_id: PersonId, since: dt.datetime) -> Sequence[dt.datetime]:
        """List ends of checks that used up a try."""
        query = select(_CHECKS.ended_at).where(
            _CHECKS.person_id == str(person_id), _CHECKS.state.in_(FAILED), _CHECKS.frames > 0, _CHECKS.ended_at > since
        )
        return [row.ended_at for row in self._all(query)]

    def save(self, check: FaceCheck) -> None:
        """Insert or update."""
        self._put(tables.FACE_CHECKS, to_values(check, self._vault.cipher))

    def remember(self, person_id: PersonId, frame: Fingerprint, now: dt.datetime) -> None:
        """Keep a fingerprint."""
        self._put(tables.FRAMES, {"person_id": str(person_id), "seen_at": now, **dataclasses.asdict(frame)})

    def remembered(self, person_id: PersonId, since: dt.datetime) -> Sequence[Fingerprint]:
        """List fingerprints."""
        table = tables.FRAMES.c
        rows = self._all(select(tables.FRAMES).where(table.person_id == str(person_id), table.seen_at > since))
        return [Fingerprint(row.sha256, row.dhash, row.face_dhash) for row in rows]

    def forget_frames(self, before: dt.datetime) -> None:
        """Delete old fingerprints."""
        self._session.execute(delete(tables.FRAMES).where(tables.FRAMES.c.seen_at < before))
