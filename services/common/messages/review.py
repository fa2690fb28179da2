"""What review answers and tells: the queue, claims, decisions, filings, the push to the register."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from services.common.messages.contract import ReturnItem
from services.common.messages.shapes import command, event, query
from services.common.values import CaseNo, IdNumber


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


@dataclass(frozen=True, kw_only=True)
class ReasonRule:
    """A reason a reviewer can give. Its words in each language are the gateway's, under `review.rule.` and its id."""

    rule: str
    subject: str  # PARTIES TERMS HOUSE DOCUMENTS MATERIALS APPLICATION
    uses: tuple[str, ...]  # RETURN REJECT REJECT_CANCELLATION
    automatic: bool  # seen by the system itself
    text_needed: bool


@dataclass(frozen=True, kw_only=True)
class ReasonCatalogue:
    """All of them."""

    rules: tuple[ReasonRule, ...]


@query("review", "list_reasons", reply=ReasonCatalogue)
@dataclass(frozen=True, kw_only=True)
class ListReasons:
    """The catalogue of reasons, for reviewers."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """A line of the checklist: a rule, and whether the system found it broken, found it kept, or leaves it to the reviewer."""

    rule: str
    subject: str
    status: str  # FOUND CLEAR TO_CHECK
    details: tuple[str, ...] = ()  # fields, papers or register codes


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A fact of the house that the register now tells otherwise than the contract says."""

    field: str
    contract: str
    register: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """A part of the case that is not what it was when the round before was returned."""

    part: str  # terms, document:sale_contract, paper:ENTERPRISE_PAPERS ...
    change: str  # ADDED REMOVED CHANGED


@dataclass(frozen=True, kw_only=True)
class ReviewRound:
    """An earlier round, and what was decided."""

    round: int
    kind: str
    state: str
    queued_at: dt.datetime
    decided_at: dt.datetime | None
    decided_by: str
    points: tuple[ReturnItem, ...]


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """What a reviewer sees beside the case itself, asked for freshly."""

    submission: ReviewItem
    checks: tuple[Check, ...]
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]
    rounds: tuple[ReviewRound, ...]


@query("review", "get_dossier", reply=Dossier, deadline=10.0)
@dataclass(frozen=True, kw_only=True)
class GetDossier:
    """A submission of the reviewer's office, with everything to be checked."""

    review_id: str


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What the system itself would find wrong: to be mended before it is submitted."""

    findings: tuple[Check, ...]


@query("review", "preview_findings", reply=Findings, deadline=10.0)
@dataclass(frozen=True, kw_only=True)
class PreviewFindings:
    """Asked by a party of the case before it submits: the same rules the reviewer's checklist shows."""

    case_no: CaseNo


@command("review", "retry_push", reply=ReviewReference)
@dataclass(frozen=True, kw_only=True)
class RetryPush:
    """Push a filing the register refused once more, now."""

    review_id: str


@dataclass(frozen=True, kw_only=True)
class RuleCount:
    """How often a reason was given."""

    rule: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """What an office decided in a period. Hours are of the clock, from submission to decision."""

    office: str
    submitted: int
    approved: int
    returned: int
    rejected: int
    withdrawn: int
    late: int  # decided after they were due
    open: int  # still undecided
    overdue: int  # of those
    cancelled: int  # filings cancelled in the period
    return_rate: Decimal  # returned of all decided, four decimals
    median_hours: Decimal
    longest_hours: Decimal
    reasons: tuple[RuleCount, ...]


@query("review", "get_statistics", reply=Statistics)
@dataclass(frozen=True, kw_only=True)
class GetStatistics:
    """The caller's office, decisions of a period: the last moment not included. None: until now, since 30 days before."""

    since: dt.datetime | None = None
    until: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RecusalsKept:
    """How many relatives a reviewer has declared."""

    declared: int


@command("review", "declare_relative", reply=RecusalsKept)
@dataclass(frozen=True, kw_only=True)
class DeclareRelative:
    """回避申报: a relative of the reviewer, whose cases he will not get. Kept as a pseudonym alone."""

    id_number: IdNumber
    withdrawn: bool = False
