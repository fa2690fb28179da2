"""One submission under review. Decides who may do what in which state; the case's own state is contract's.

QUEUED -> CLAIMED -> APPROVED -> PUSHED, or RETURNED, REJECTED; QUEUED -> WITHDRAWN. An expired claim counts as none.
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
)


class State(StrEnum):
    """Where a submission stands."""

    QUEUED = "QUEUED"
    CLAIMED = "CLAIMED"
    APPROVED = "APPROVED"
    PUSHED = "PUSHED"
    RETURNED = "RETURNED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"


OPEN = frozenset({State.QUEUED, State.CLAIMED})


@dataclass
class Review:
    """A submission of one round. `title_id`, `envelope_id` and `office` are empty when it was withdrawn before it arrived."""

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

    def holder(self, now: dt.datetime) -> str:
        """Who holds the claim now; empty when nobody does."""
        live = self.state is State.CLAIMED and self.claimed_until is not None and self.claimed_until > now
        return self.claimed_by if live else ""

    def shown_state(self, now: dt.datetime) -> State:
        """Return the state as the queue shows it: a claim that ran out is back in the queue."""
        return State.QUEUED if self.state is State.CLAIMED and not self.holder(now) else self.state

    def claim(self, reviewer: str, minutes: int, now: dt.datetime) -> bool:
        """Take it, take it over, or extend one's own claim; whether the reviewer is a new one.

        Raises AlreadyDecided, AlreadyClaimed.
        """
        self._require_open()
        if self.holder(now) not in {"", reviewer}:
            raise AlreadyClaimed
        changed = self.claimed_by != reviewer
        self.state, self.claimed_by = State.CLAIMED, reviewer
        self.claimed_until = now + dt.timedelta(minutes=minutes)
        return changed

    def withdraw(self, now: dt.datetime) -> None:
        """Take it back for the seller; a repeat changes nothing. Raises AlreadyClaimed, AlreadyDecided."""
        if self.state is State.WITHDRAWN:
            return
        self._require_open()
        if self.holder(now):
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

    def approve(self, reviewer: str, filing_no: str, now: dt.datetime) -> None:
        """审核通过 under this filing number."""
        self.require_claim(reviewer, now)
        self.state, self.filing_no, self.decided_at = State.APPROVED, filing_no, now

    def return_with(
        self, reviewer: str, items: tuple[tuple[str, str], ...], now: dt.datetime
    ) -> tuple[tuple[str, str], ...]:
        """退回; returns the items as kept. Raises ReasonRequired, ReasonUnfit."""
        self.require_claim(reviewer, now)
        kept = reasons.checked_items(items)
        self.state, self.decided_at = State.RETURNED, now
        return kept

    def reject(self, reviewer: str, reason: str, remedies: str, now: dt.datetime) -> tuple[str, str]:
        """不予备案; returns reason and remedies as kept. Raises ReasonRequired, ReasonUnfit."""
        self.require_claim(reviewer, now)
        kept = reasons.checked(reason, "reason"), reasons.checked(remedies, "remedies")
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

    def acknowledge(self, receipt_no: str) -> bool:
        """Note that the register has taken the filing; whether that is new. Raises NotApproved."""
        if self.state is State.PUSHED:
            return False
        if self.state is not State.APPROVED or not self.document_sha256:
            raise NotApproved(state=self.state.value)
        self.state, self.receipt_no = State.PUSHED, receipt_no
        return True

    def _require_open(self) -> None:
        if self.state not in OPEN:
            raise AlreadyDecided(state=self.state.value)


def refuse_party(reviewer: PersonId | None, parties: tuple[PersonId, ...]) -> None:
    """Raise ConflictOfInterest when the reviewer is one of the parties. None: an account without a person behind it."""
    if reviewer is not None and reviewer in parties:
        raise ConflictOfInterest
