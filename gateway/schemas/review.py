"""Bodies and replies of the review: queue, claims, dossier, decisions, pushes, figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from gateway.schemas.base import Say, items, number, one_of, text
from services.common.kit.errors import InvalidValue
from services.common.messages import contract, review
from services.common.values import CaseNo, IdNumber

STATES = ("QUEUED", "CLAIMED", "FIRST_OK", "APPROVED", "PUSHED", "RETURNED", "REJECTED", "WITHDRAWN", "CANCELLED")
RULE = r"[A-Z_]*"


def words_of(rule: str, say: Say) -> str:
    """Return what a rule says in the caller's language."""
    return say(f"review.rule.{rule.lower()}") if rule else ""


@dataclass(frozen=True, kw_only=True)
class QueueQuery:
    """Which submissions; page by page, oldest first. `state` empty: all still to be decided. Times as RFC 3339."""

    state: str = one_of("", *STATES, default="QUEUED")
    kind: str = one_of("", "FILING", "CANCELLATION", default="")
    business_type: str = text(40, 0, default="", pattern=r"[a-z0-9_-]*")
    city: str = text(20, 0, default="", pattern=r"[a-z]*")
    submitted_from: dt.datetime | None = None
    submitted_until: dt.datetime | None = None
    mine: str = one_of("", "true", "false", default="")
    overdue: str = one_of("", "true", "false", default="")
    cursor: str = text(200, 0, default="", pattern=r"[A-Za-z0-9_=.:-]*")
    limit: int = number(1, 100, default=20)

    def message(self) -> review.ListQueue:
        """Return the query."""
        return review.ListQueue(
            state=self.state,
            kind=self.kind,
            business_type=self.business_type,
            city=self.city,
            submitted_from=self.submitted_from,
            submitted_until=self.submitted_until,
            mine=self.mine == "true",
            overdue=self.overdue == "true",
            cursor=self.cursor,
            limit=self.limit,
        )


@dataclass(frozen=True, kw_only=True)
class ReviewItemReply:
    """A submission; `due_at` until when it is to be decided, `push_refused` why the register did not take its filing."""

    review_id: str
    case_no: CaseNo
    number: str
    kind: str
    business_type: str
    state: str
    round: int
    queued_at: dt.datetime
    due_at: dt.datetime | None
    overdue: bool
    claimed_by: str
    claimed_until: dt.datetime | None
    first_ok_by: str
    filing_no: str
    push_refused: str

    @classmethod
    def of(cls, one: review.ReviewItem) -> Self:
        """Build from the message."""
        return cls(
            review_id=one.review_id,
            case_no=one.case_no,
            number=one.case_no.number,
            kind=one.kind,
            business_type=one.business_type,
            state=one.state,
            round=one.round,
            queued_at=one.queued_at,
            due_at=one.due_at,
            overdue=one.overdue,
            claimed_by=one.claimed_by,
            claimed_until=one.claimed_until,
            first_ok_by=one.first_ok_by,
            filing_no=one.filing_no,
            push_refused=one.push_refused,
        )


@dataclass(frozen=True, kw_only=True)
class StateCountReply:
    """How many stand there."""

    state: str
    count: int


@dataclass(frozen=True, kw_only=True)
class QueueReply:
    """A page of the queue; `next_cursor` is empty on the last. `counts` are of all the filters but `state` let through."""

    items: tuple[ReviewItemReply, ...]
    next_cursor: str
    counts: tuple[StateCountReply, ...]
    overdue: int

    @classmethod
    def of(cls, page: review.ReviewQueue) -> Self:
        """Build from the message."""
        return cls(
            items=tuple(ReviewItemReply.of(one) for one in page.items),
            next_cursor=page.next_cursor,
            counts=tuple(StateCountReply(state=one.state, count=one.count) for one in page.counts),
            overdue=page.overdue,
        )


@dataclass(frozen=True, kw_only=True)
class ClaimBody:
    """Take a submission for 30 minutes."""

    review_id: str = text(64)

    def message(self) -> review.Claim:
        """Return the command."""
        return review.Claim(review_id=self.review_id)


@dataclass(frozen=True, kw_only=True)
class PushBody:
    """Push a filing the register refused once more."""

    review_id: str = text(64)

    def message(self) -> review.RetryPush:
        """Return the command."""
        return review.RetryPush(review_id=self.review_id)


@dataclass(frozen=True, kw_only=True)
class RecusalBody:
    """回避申报: a relative of one's own, or the withdrawal of such a declaration."""

    id_number: IdNumber
    withdrawn: bool = False

    def message(self) -> review.DeclareRelative:
        """Return the command."""
        return review.DeclareRelative(id_number=self.id_number, withdrawn=self.withdrawn)


@dataclass(frozen=True, kw_only=True)
class RecusalReply:
    """How many relatives one has declared."""

    declared: int


@dataclass(frozen=True, kw_only=True)
class ReturnItemBody:
    """A point to mend: what it is about, the rule of the catalogue, and where the rule asks for it a text."""

    item: str = text(100)
    rule: str = text(40, 0, default="", pattern=RULE)
    reason: str = text(500, 0, default="")


@dataclass(frozen=True, kw_only=True)
class DecisionBody:
    """APPROVE; RETURN with the complete list of items; REJECT with rule, reason and remedies."""

    review_id: str = text(64)
    decision: str = one_of("APPROVE", "RETURN", "REJECT")
    items: tuple[ReturnItemBody, ...] = items(50, default=())
    rule: str = text(40, 0, default="", pattern=RULE)
    reason: str = text(1000, 0, default="")
    remedies: str = text(1000, 0, default="")

    def message(self) -> review.Approve | review.ReturnCase | review.Reject:
        """Return the command of the decision. Raises InvalidValue where a part belongs to another decision.

        Missing reasons are the service's to refuse (`review.reason_required`).
        """
        self._refuse_strangers()
        if self.decision == "RETURN":
            points = tuple(contract.ReturnItem(item=one.item, reason=one.reason, rule=one.rule) for one in self.items)
            return review.ReturnCase(review_id=self.review_id, items=points)
        if self.decision == "REJECT":
            return review.Reject(review_id=self.review_id, rule=self.rule, reason=self.reason, remedies=self.remedies)
        return review.Approve(review_id=self.review_id)

    def _refuse_strangers(self) -> None:
        given = {
            "items": bool(self.items),
            "rule": bool(self.rule),
            "reason": bool(self.reason.strip()),
            "remedies": bool(self.remedies.strip()),
        }
        known = {"APPROVE": set[str](), "RETURN": {"items"}, "REJECT": {"rule", "reason", "remedies"}}[self.decision]
        lines = [f"{name}: field.unknown" for name, there in given.items() if there and name not in known]
        if lines:
            raise InvalidValue("message.invalid", fields=lines)


@dataclass(frozen=True, kw_only=True)
class ReviewReferenceReply:
    """Where a submission stands after an act."""

    review_id: str
    state: str
    filing_no: str

    @classmethod
    def of(cls, one: review.ReviewReference) -> Self:
        """Build from the message."""
        return cls(review_id=one.review_id, state=one.state, filing_no=one.filing_no)


@dataclass(frozen=True, kw_only=True)
class StatisticsQuery:
    """The period: from, and until without that moment, RFC 3339. By default the last 30 days."""

    since: dt.datetime | None = None
    until: dt.datetime | None = None

    def message(self) -> review.GetStatistics:
        """Return the query."""
        return review.GetStatistics(since=self.since, until=self.until)


@dataclass(frozen=True, kw_only=True)
class RuleCountReply:
    """How often a reason was given."""

    rule: str
    words: str
    count: int


@dataclass(frozen=True, kw_only=True)
class StatisticsReply:
    """What one's office decided in a period; hours of the clock from submission to decision."""

    office: str
    submitted: int
    approved: int
    returned: int
    rejected: int
    withdrawn: int
    late: int
    open: int
    overdue: int
    cancelled: int
    return_rate: Decimal
    median_hours: Decimal
    longest_hours: Decimal
    reasons: tuple[RuleCountReply, ...]

    @classmethod
    def of(cls, found: review.Statistics, say: Say) -> Self:
        """Build from the message."""
        return cls(
            office=found.office,
            submitted=found.submitted,
            approved=found.approved,
            returned=found.returned,
            rejected=found.rejected,
            withdrawn=found.withdrawn,
            late=found.late,
            open=found.open,
            overdue=found.overdue,
            cancelled=found.cancelled,
            return_rate=found.return_rate,
            median_hours=found.median_hours,
            longest_hours=found.longest_hours,
            reasons=tuple(
                RuleCountReply(rule=one.rule, words=words_of(one.rule, say), count=one.count) for one in found.reasons
            ),
        )
