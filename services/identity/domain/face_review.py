"""A doubtful face check before human eyes (人工复核): what is kept for it, until when, and who may decide.

Decides states and deadlines. Kept are two pictures alone: the check's neutral live frame, of a face that passed the
challenge, and the card portrait its person hands in again. They exist only with the separate consent FACE_REVIEW, and go
with the decision or the deadline, whichever is first; a later state holds none. What a clerk sees is judged by the clerk.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from services.common.kit.errors import InvalidValue
from services.common.messages.identity import ProofPurpose
from services.common.values import PersonId
from services.identity.domain.face_errors import FaceReviewNotRead, FaceReviewOfOneself, FaceReviewOver
from services.identity.domain.face_verdict import FaceVerdict

OFFER = dt.timedelta(minutes=30)
"""How long the person may ask for the review; the live frame waits no longer."""

QUEUE = dt.timedelta(hours=72)
"""How long the office has: three days, after which the pictures go unseen and the person chooses another way."""

COLLECT = dt.timedelta(hours=24)
"""How long an approval waits to be collected as a proof; as long as a clerk's check at the counter holds."""


class ReviewState(StrEnum):
    """HELD while the check runs; WITHDRAWN with the consent; USED once the proof was collected."""

    HELD = "HELD"
    OFFERED = "OFFERED"
    QUEUED = "QUEUED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    LAPSED = "LAPSED"
    WITHDRAWN = "WITHDRAWN"
    USED = "USED"


OPEN = frozenset({ReviewState.HELD, ReviewState.OFFERED, ReviewState.QUEUED})


class RefusalReason(StrEnum):
    """Why a clerk refuses; told to the person as words."""

    OTHER_PERSON = "identity.face_review_other_person"
    NOT_JUDGEABLE = "identity.face_review_not_judgeable"
    NOT_LIVE = "identity.face_review_not_live"

    @classmethod
    def read(cls, word: str) -> Self:
        """Read the last word of a code, as in OTHER_PERSON. Raises InvalidValue."""
        try:
            return cls[word]
        except KeyError as wrong:
            raise InvalidValue("identity.face_review_reason_unknown", field="reason") from wrong


@dataclass
class FaceReview:
    """The aggregate; one a check. `frame` and `card` are JPEGs, biometric, encrypted at rest under a key of their own."""

    check_id: str
    person_id: PersonId
    purpose: ProofPurpose
    state: ReviewState
    deadline: dt.datetime
    frame: bytes | None = field(repr=False)
    card: bytes | None = field(default=None, repr=False)
    office: str = ""
    score: int | None = None
    signals: tuple[str, ...] = ()
    queued_at: dt.datetime | None = None
    decided_by: str = ""
    decided_at: dt.datetime | None = None
    refusal: RefusalReason | None = None

    @classmethod
    def hold(cls, check_id: str, person_id: PersonId, purpose: ProofPurpose, frame: bytes, until: dt.datetime) -> Self:
        """Keep the live frame while its check runs."""
        return cls(check_id, person_id, purpose, ReviewState.HELD, until, frame)

    def offer(self, verdict: FaceVerdict, now: dt.datetime) -> None:
        """The check ended in doubt: its person may ask for a review."""
        self._require(now, ReviewState.HELD)
        self.score, self.signals = verdict.score, tuple(str(one) for one in verdict.signals)
        self.state, self.deadline = ReviewState.OFFERED, now + OFFER

    def ask(self, office: str, card: bytes, now: dt.datetime) -> None:
        """Put it into an office's queue. Raises FaceReviewOver."""
        self._require(now, ReviewState.OFFERED)
        self.office, self.card, self.queued_at = office, card, now
        self.state, self.deadline = ReviewState.QUEUED, now + QUEUE

    def require_readable(self, clerk: PersonId | None, now: dt.datetime) -> None:
        """Raise FaceReviewOver, or FaceReviewOfOneself."""
        self._require(now, ReviewState.QUEUED)
        if clerk == self.person_id:
            raise FaceReviewOfOneself

    def decide(
        self, staff_id: str, refusal: RefusalReason | None, now: dt.datetime, *, clerk: PersonId | None, read: bool
    ) -> None:
        """Approve, or refuse for a reason. Only who has seen the pictures decides; afterwards nobody sees them any more."""
        self.require_readable(clerk, now)
        if not read:
            raise FaceReviewNotRead
        self.decided_by, self.decided_at, self.refusal = staff_id, now, refusal
        if refusal is None:
            self._forget(ReviewState.APPROVED, now + COLLECT)
        else:
            self._forget(ReviewState.REFUSED, now)

    def collect(self, now: dt.datetime) -> bool:
        """Use the approval up; whether there was one still good."""
        if self.state is not ReviewState.APPROVED or now >= self.deadline:
            return False
        self.state = ReviewState.USED
        return True

    def lapse(self) -> None:
        """The deadline passed."""
        if self.state in OPEN or self.state is ReviewState.APPROVED:
            self._forget(ReviewState.LAPSED, self.deadline)

    def withdraw(self, now: dt.datetime) -> None:
        """The consent is gone, and the pictures with it. What was decided stays decided."""
        if self.state in OPEN:
            self._forget(ReviewState.WITHDRAWN, now)

    def revoke(self, now: dt.datetime) -> None:
        """The account went to somebody else: not even an approval is good any more."""
        if self.state in OPEN or self.state is ReviewState.APPROVED:
            self._forget(ReviewState.WITHDRAWN, now)

    def _forget(self, state: ReviewState, deadline: dt.datetime) -> None:
        self.frame = self.card = None
        self.state, self.deadline = state, deadline

    def _require(self, now: dt.datetime, state: ReviewState) -> None:
        if self.state is not state or now >= self.deadline:
            raise FaceReviewOver
