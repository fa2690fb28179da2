"""What review tells: every decision, and what the register has acknowledged."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.messages.contract import ReturnItem
from services.common.messages.shapes import event
from services.common.values import CaseNo


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
    rule: str = ""


@event("review.filing_pushed")
@dataclass(frozen=True, kw_only=True)
class FilingPushed:
    """The register has acknowledged the filing."""

    case_no: CaseNo
    filing_no: str
    receipt_no: str


@event("review.filing_cancelled")
@dataclass(frozen=True, kw_only=True)
class FilingCancelled:
    """备案注销: the filing lives no more; the register is told until it has acknowledged."""

    case_no: CaseNo
    review_id: str
    filing_no: str
    cancelled_at: dt.datetime


@event("review.cancellation_refused")
@dataclass(frozen=True, kw_only=True)
class CancellationRefused:
    """不予注销: the filing stays."""

    case_no: CaseNo
    review_id: str
    rule: str
    reason: str
    remedies: str
