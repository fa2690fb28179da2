"""What review answers and tells: the queue, claims, decisions, filings, the push to the register."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.messages.contract import ReturnItem
from services.common.messages.shapes import command, event, query
from services.common.values import CaseNo


@dataclass(frozen=True, kw_only=True)
class ReviewItem:
    """A submission in the queue."""

    review_id: str
    case_no: CaseNo
    state: str  # QUEUED CLAIMED APPROVED PUSHED RETURNED REJECTED WITHDRAWN
    round: int
    queued_at: dt.datetime
    claimed_by: str
    claimed_until: dt.datetime | None
    filing_no: str


@dataclass(frozen=True, kw_only=True)
class ReviewQueue:
    """A page of the office's queue, oldest first."""

    items: tuple[ReviewItem, ...]
    next_cursor: str


@query("review", "list_queue", reply=ReviewQueue)
@dataclass(frozen=True, kw_only=True)
class ListQueue:
    """The reviewer's office only."""

    state: str
    cursor: str
    limit: int


@dataclass(frozen=True, kw_only=True)
class ReviewReference:
    """A review as kept with a request."""

    review_id: str
    state: str
    filing_no: str


@command("review", "claim", reply=ReviewReference)
@dataclass(frozen=True, kw_only=True)
class Claim:
    """Take a submission for 30 minutes."""

    review_id: str


@command("review", "withdraw", reply=ReviewReference)
@dataclass(frozen=True, kw_only=True)
class WithdrawFromReview:
    """Asked by contract for the seller: refused once claimed."""

    case_no: CaseNo
    round: int


@command("review", "approve", reply=ReviewReference, deadline=10.0)
@dataclass(frozen=True, kw_only=True)
class Approve:
    """审核通过: re-checks the house, gives the filing number (备案编号)."""

    review_id: str


@command("review", "return_case", reply=ReviewReference)
@dataclass(frozen=True, kw_only=True)
class ReturnCase:
    """退回 with the complete list of items and reasons."""

    review_id: str
    items: tuple[ReturnItem, ...]


@command("review", "reject", reply=ReviewReference)
@dataclass(frozen=True, kw_only=True)
class Reject:
    """不予备案, with reason and remedies."""

    review_id: str
    reason: str
    remedies: str


@event("review.claimed")
@dataclass(frozen=True, kw_only=True)
class ReviewClaimed:
    """A reviewer works on it."""

    case_no: CaseNo
    review_id: str


@event("review.approved")
@dataclass(frozen=True, kw_only=True)
class ReviewApproved:
    """Approved; signing seals."""

    case_no: CaseNo
    review_id: str
    envelope_id: str
    filing_no: str
    approved_at: dt.datetime


@event("review.returned")
@dataclass(frozen=True, kw_only=True)
class ReviewReturned:
    """Returned with items (texts by the reviewer about the documents, no personal data)."""

    case_no: CaseNo
    review_id: str
    items: tuple[ReturnItem, ...]


@event("review.rejected")
@dataclass(frozen=True, kw_only=True)
class ReviewRejected:
    """Rejected, with reason and remedies."""

    case_no: CaseNo
    review_id: str
    reason: str
    remedies: str = ""


@event("review.filing_pushed")
@dataclass(frozen=True, kw_only=True)
class FilingPushed:
    """The register has acknowledged the filing."""

    case_no: CaseNo
    filing_no: str
    receipt_no: str
