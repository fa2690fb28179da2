"""The register of reviews in PostgreSQL. Each review's pictures are sealed under a random key of their own.

That key is a sealed field: deleting it makes every copy of the pictures, in a backup too, unreadable. Lists never open
pictures. Who looked at them, and when, is written beside and outlives them.
"""

from __future__ import annotations

import base64
import datetime as dt
import os
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, insert, select, tuple_

from services.common.kit.cursors import Place
from services.common.messages.identity import ProofPurpose
from services.common.values import PersonId
from services.identity.adapters import tables
from services.identity.adapters.entries import HeldShelf
from services.identity.domain.face_review import OPEN, FaceReview, RefusalReason, ReviewState

_TABLE = tables.FACE_REVIEWS.c
_READS = tables.FACE_REVIEW_READS.c
KEY, NONCE = 32, 12
PICTURES = ("frame", "card")


class FaceReviewShelf(HeldShelf):
    """The port `FaceReviews`."""

    def find(self, check_id: str) -> FaceReview | None:
        """Look it up, pictures opened."""
        row = self._one(select(tables.FACE_REVIEWS).where(_TABLE.check_id == check_id))
        return None if row is None else self._review(row, pictures=True)

    def queue(self, office: str, now: dt.datetime, limit: int, after: Place | None = None) -> Sequence[FaceReview]:
        """List what waits after that place, without pictures."""
        query = select(tables.FACE_REVIEWS).where(
            _TABLE.office == office, _TABLE.state == ReviewState.QUEUED.value, _TABLE.deadline > now
        )
        if after is not None:
            query = query.where(tuple_(_TABLE.queued_at, _TABLE.check_id) > after)
        rows = self._session.execute(query.order_by(_TABLE.queued_at, _TABLE.check_id).limit(limit)).all()
        return [self._review(row, pictures=False) for row in rows]

    def open_of(self, person_id: PersonId) -> Sequence[FaceReview]:
        """List those of a person that hold pictures or an approval."""
        states = [*(one.value for one in OPEN), ReviewState.APPROVED.value]
        query = select(tables.FACE_REVIEWS).where(_TABLE.person_id == str(person_id), _TABLE.state.in_(states))
        return [self._review(row, pictures=True) for row in self._all(query, hold=True)]

    def overdue(self, now: dt.datetime, limit: int) -> Sequence[FaceReview]:
        """List some whose time is over, leaving out those another process has in hand."""
        waiting = [*(one.value for one in OPEN), ReviewState.APPROVED.value]
        query = select(tables.FACE_REVIEWS).where(_TABLE.state.in_(waiting), _TABLE.deadline <= now)
        held = query.order_by(_TABLE.deadline).limit(limit).with_for_update(skip_locked=True)
        return [self._review(row, pictures=False) for row in self._session.execute(held).all()]

    def save(self, review: FaceReview) -> None:
        """Insert or update; without pictures their key goes too."""
        self._put(tables.FACE_REVIEWS, self._values(review))

    def drop(self, check_id: str) -> None:
        """Delete it."""
        self._session.execute(delete(tables.FACE_REVIEWS).where(_TABLE.check_id == check_id))

    def note_read(self, check_id: str, staff_id: str, office: str, now: dt.datetime) -> None:
        """Insert."""
        values = {"check_id": check_id, "staff_id": staff_id, "office": office, "read_at": now}
        self._session.execute(insert(tables.FACE_REVIEW_READS).values(values))

    def readers(self, check_id: str) -> Sequence[str]:
        """List ids of staff."""
        rows = self._session.execute(select(_READS.staff_id).where(_READS.check_id == check_id)).all()
        return [row.staff_id for row in rows]

    def _values(self, review: FaceReview) -> dict[str, Any]:
        key = os.urandom(KEY) if review.frame is not None or review.card is not None else None
        return {
            "check_id": review.check_id,
            "person_id": str(review.person_id),
            "purpose": review.purpose.value,
            "state": review.state.value,
            "deadline": review.deadline,
            "office": review.office,
            "score": review.score,
            "signals": list(review.signals),
            "queued_at": review.queued_at,
            "decided_by": review.decided_by,
            "decided_at": review.decided_at,
            "refusal": None if review.refusal is None else review.refusal.name,
            "key_sealed": None if key is None else self._vault.cipher.seal_bytes(key),
            **{f"{name}_box": _boxed(key, review.check_id, name, getattr(review, name)) for name in PICTURES},
        }

    def _review(self, row: Any, *, pictures: bool) -> FaceReview:
        key = self._vault.cipher.open_bytes(row.key_sealed) if pictures and row.key_sealed is not None else None
        frame, card = (_opened(key, row.check_id, name, getattr(row, f"{name}_box")) for name in PICTURES)
        return FaceReview(
            row.check_id,
            PersonId(row.person_id),
            ProofPurpose(row.purpose),
            ReviewState(row.state),
            row.deadline,
            frame,
            card,
            row.office,
            row.score,
            tuple(row.signals),
            row.queued_at,
            row.decided_by,
            row.decided_at,
            None if row.refusal is None else RefusalReason[row.refusal],
        )


def _boxed(key: bytes | None, check_id: str, name: str, picture: bytes | None) -> str | None:
    if key is None or picture is None:
        return None
    nonce = os.urandom(NONCE)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, picture, f"{check_id}:{name}".encode())).decode()


def _opened(key: bytes | None, check_id: str, name: str, box: str | None) -> bytes | None:
    if key is None or box is None:
        return None
    raw = base64.b64decode(box)
    return AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], f"{check_id}:{name}".encode())
