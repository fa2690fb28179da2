"""The desk's queue and what is done with a submission in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.messages.contract import ReturnItem
from services.common.messages.shapes import command, query
from services.common.values import CaseNo


@dataclass(frozen=True, kw_only=True)
class ReviewItem:
    """A submission in the queue."""

    review_id: str
    case_no: CaseNo
    state: str  # QUEUED CLAIMED FIRST_OK APPROVED PUSHED RETURNED REJECTED WITHDRAWN CANCELLED
    round: int
    queued_at: dt.datetime
    claimed_by: str
    claimed_until: dt.datetime | None
    filing_no: str
    kind: str = "FILING"  # or CANCELLATION
    business_type: str = ""
    due_at: dt.datetime | None = None  # until when it is to be decided
    overdue: bool = False
    first_ok_by: str = ""  # who gave the first of two approvals
    push_refused: str = ""  # why the register did not take the filing, a code


@dataclass(frozen=True, kw_only=True)
class StateCount:
    """How many of the office's submissions stand there."""

    state: str
    count: int


@dataclass(frozen=True, kw_only=True)
class ReviewQueue:
    """A page of the office's queue, oldest first; `counts` and `overdue` are of all that the filters but the state let through."""

    items: tuple[ReviewItem, ...]
    next_cursor: str
    counts: tuple[StateCount, ...] = ()
    overdue: int = 0


@query("review", "list_queue", reply=ReviewQueue)
@dataclass(frozen=True, kw_only=True)
class ListQueue:
    """The reviewer's office only. An empty filter lets everything through; an empty state what is still to be decided."""

    state: str
    cursor: str
    limit: int
    kind: str = ""
    business_type: str = ""
    city: str = ""
    submitted_from: dt.datetime | None = None
    submitted_until: dt.datetime | None = None  # the moment itself not included
    mine: bool = False  # claimed by the caller
    overdue: bool = False


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


@command("review", "release_claim", reply=ReviewReference)
@dataclass(frozen=True, kw_only=True)
class ReleaseClaim:
    """Give one's claim back to the queue."""

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
    """审核通过: re-checks the house, gives the filing number (备案编号). The first of two approvals gives none.

    An approved cancellation ends the filing.
    """

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
    """不予备案, 不予注销: with the catalogue's rule, reason and remedies."""

    review_id: str
    reason: str
    remedies: str
    rule: str = ""


@command("review", "retry_push", reply=ReviewReference)
@dataclass(frozen=True, kw_only=True)
class RetryPush:
    """Push a filing the register refused once more, now."""

    review_id: str
