"""One submission under review. Decides who may do what in which state; the case's own state is contract's.

QUEUED -> CLAIMED -> (FIRST_OK -> CLAIMED by a second person ->) APPROVED -> PUSHED -> CANCELLED, or RETURNED, REJECTED;
QUEUED -> WITHDRAWN. A claim that ran out, or was released, counts as none. An application to cancel a filing (备案注销) goes
the same way; it is approved or rejected, never returned.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from services.common.values import CaseNo, PersonId
from services.review.domain import reasons
from services.review.domain.errors import (
    AlreadyClaimed,
    AlreadyDecided,
    ClaimExpired,
    ConflictOfInterest,
    NotApproved,
    NotClaimed,
    NotReturnable,
)
from services.review.domain.reasons import Point
from services.review.domain.rules import Use


class Kind(StrEnum):
    """What is asked for."""

    FILING = "FILING"  # 备案
    CANCELLATION = "CANCELLATION"  # 备案注销


class State(StrEnum):
    """Where a submission stands."""

    QUEUED = "QUEUED"
    CLAIMED = "CLAIMED"
    FIRST_OK = "FIRST_OK"  # 初审通过: waits for a second person
    APPROVED = "APPROVED"
    PUSHED = "PUSHED"
    RETURNED = "RETURNED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"
    CANCELLED = "CANCELLED"  # 已注销: the filing it led to is cancelled


OPEN = frozenset({State.QUEUED, State.CLAIMED, State.FIRST_OK})
"""Still to be decided."""
FILED = frozenset({State.APPROVED, State.PUSHED})
"""Has a live filing."""


@dataclass
class Review:
    """A submission of one round. `title_id`, `envelope_id` and `office` are empty when it was withdrawn before it arrived.

    `claimed_by` stays with a decision: who made it. `due_at`: until when it is to be decided (domain 1.11).
    """

    review_id: str
    case_no: CaseNo
    round: int
    title_id: str
    envelope_id: str
    office: str
    queued_at: dt.datetime
    state: State = State.QUEUED
    claimed_by: str = ""
    claimed_until: dt.datetime | None = None
    decided_at: dt.datetime | None = None
    filing_no: str = ""
    document_sha256: str = ""
    receipt_no: str = ""
    kind: Kind = Kind.FILING
    business_type: str = ""
    first_ok_by: str = ""
    due_at: dt.datetime | None = None

    def holder(self, now: dt.datetime) -> str:
        """Who holds the claim now; empty when nobody does."""
        live = self.state is State.CLAIMED and self.claimed_until is not None and self.claimed_until > now
        return self.claimed_by if live else ""

    def shown_state(self, now: dt.datetime) -> State:
        """Return the state as the queue shows it: a claim that ran out is back in the queue."""
        return self._waiting if self.state is State.CLAIMED and not self.holder(now) else self.state

    def overdue(self, now: dt.datetime) -> bool:
        """Whether it should have been decided by now."""
        return self.state in OPEN and self.due_at is not None and self.due_at <= now

    def claim(self, reviewer: str, minutes: int, now: dt.datetime) -> bool:
        """Take it, take it over, or extend one's own claim; whether the reviewer is a new one.

        Raises AlreadyDecided, AlreadyClaimed, ConflictOfInterest for the one who gave the first of two approvals.
        """
        self._require_open()
        if reviewer == self.first_ok_by:
            raise ConflictOfInterest(why="SAME_REVIEWER")
        if self.holder(now) not in {"", reviewer}:
            raise AlreadyClaimed
        changed = self.claimed_by != reviewer
        self.state, self.claimed_by = State.CLAIMED, reviewer
        self.claimed_until = now + dt.timedelta(minutes=minutes)
        return changed

    def release(self, reviewer: str, now: dt.datetime) -> None:
        """Give one's claim back. Raises AlreadyDecided, NotClaimed, ClaimExpired."""
        self.require_claim(reviewer, now)
        self._wait()

    def withdraw(self, now: dt.datetime) -> None:
        """Take it back for the seller; a repeat changes nothing. Raises AlreadyClaimed, AlreadyDecided."""
        if self.state is State.WITHDRAWN:
            return
        self._require_open()
        if self.holder(now) or self.first_ok_by:
            raise AlreadyClaimed
        self.state, self.decided_at = State.WITHDRAWN, now

    def supersede(self, now: dt.datetime) -> None:
        """End this round, whoever is looking at it: a later one has arrived."""
        if self.state in OPEN:
            self.state, self.decided_at = State.WITHDRAWN, now

    def require_claim(self, reviewer: str, now: dt.datetime) -> None:
        """Raise AlreadyDecided, NotClaimed or ClaimExpired unless this reviewer holds the claim."""
        self._require_open()
        if self.claimed_by != reviewer or self.state is not State.CLAIMED:
            raise NotClaimed
        if not self.holder(now):
            raise ClaimExpired

    def pass_first(self, reviewer: str, now: dt.datetime) -> None:
        """初审通过: from here on somebody else's. Raises AlreadyDecided, NotClaimed, ClaimExpired."""
        self.require_claim(reviewer, now)
        self.first_ok_by = reviewer
        self._wait()

    def approve(self, reviewer: str, filing_no: str, now: dt.datetime) -> None:
        """审核通过 under this filing number."""
        self.require_claim(reviewer, now)
        self.state, self.filing_no, self.decided_at = State.APPROVED, filing_no, now

    def return_with(self, reviewer: str, points: tuple[Point, ...], now: dt.datetime) -> tuple[Point, ...]:
        """退回; returns the points as kept. Raises ReasonRequired, ReasonUnknown, ReasonUnfit, NotReturnable."""
        self.require_claim(reviewer, now)
        if self.kind is Kind.CANCELLATION:
            raise NotReturnable
        kept = reasons.checked_points(points)
        self.state, self.decided_at = State.RETURNED, now
        return kept

    def reject(self, reviewer: str, point: Point, now: dt.datetime) -> Point:
        """不予备案, 不予注销; returns the reason as kept. Raises ReasonRequired, ReasonUnknown, ReasonUnfit."""
        self.require_claim(reviewer, now)
        kept = reasons.checked_rejection(point, Use.REJECT if self.kind is Kind.FILING else Use.REJECT_CANCELLATION)
        self.state, self.decided_at = State.REJECTED, now
        return kept

    def seal(self, filing_no: str, document_sha256: str) -> bool:
        """Note the sealed document, from which on the filing is to be pushed; whether that is new. Raises NotApproved."""
        if self.state not in {State.APPROVED, State.PUSHED} or self.filing_no != filing_no:
            raise NotApproved(state=self.state.value)
        if self.document_sha256:
            return False
        self.document_sha256 = document_sha256
        return True

    def cancel(self) -> None:
        """备案注销: its filing lives no more. Raises NotApproved where it has none."""
        if self.state not in FILED:
            raise NotApproved(state=self.state.value)
        self.state = State.CANCELLED

    def acknowledge(self, receipt_no: str) -> bool:
        """Note that the register has taken the filing; whether that is new. Raises NotApproved."""
        if self.state is State.PUSHED:
            return False
        if self.state is not State.APPROVED or not self.document_sha256:
            raise NotApproved(state=self.state.value)
        self.state, self.receipt_no = State.PUSHED, receipt_no
        return True

    @property
    def _waiting(self) -> State:
        return State.FIRST_OK if self.first_ok_by else State.QUEUED

    def _wait(self) -> None:
        self.state, self.claimed_by, self.claimed_until = self._waiting, "", None

    def _require_open(self) -> None:
        if self.state not in OPEN:
            raise AlreadyDecided(state=self.state.value)


def refuse_party(
    reviewer: PersonId | None, parties: tuple[PersonId, ...], relatives: tuple[PersonId, ...] = ()
) -> None:
    """Raise ConflictOfInterest when the reviewer is a party, or one of them is a relative he declared (回避).

    None: an account without a person behind it.
    """
    if reviewer is not None and reviewer in parties:
        raise ConflictOfInterest(why="PARTY")
    if set(relatives) & set(parties):
        raise ConflictOfInterest(why="RELATIVE")
