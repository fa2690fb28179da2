"""Bodies and replies of the office's work: the review queue, claims, decisions, the outbox of messages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Self

from gateway.schemas.base import items, number, one_of, text
from services.common.kit.errors import InvalidValue
from services.common.messages import contract, identity, notice, review
from services.common.values import CaseNo, Mobile


@dataclass(frozen=True, kw_only=True)
class QueueQuery:
    """Which submissions; page by page, oldest first."""

    state: str = one_of("", "QUEUED", "CLAIMED", "APPROVED", "RETURNED", "REJECTED", "WITHDRAWN", default="QUEUED")
    cursor: str = text(200, 0, default="", pattern=r"[A-Za-z0-9_=.:-]*")
    limit: int = number(1, 100, default=20)

    def message(self) -> review.ListQueue:
        """Return the query."""
        return review.ListQueue(state=self.state, cursor=self.cursor, limit=self.limit)


@dataclass(frozen=True, kw_only=True)
class ReviewItemReply:
    """A submission."""

    review_id: str
    case_no: CaseNo
    number: str
    state: str
    round: int
    queued_at: dt.datetime
    claimed_by: str
    claimed_until: dt.datetime | None
    filing_no: str


@dataclass(frozen=True, kw_only=True)
class QueueReply:
    """A page of the queue; `next_cursor` is empty on the last."""

    items: tuple[ReviewItemReply, ...]
    next_cursor: str

    @classmethod
    def of(cls, page: review.ReviewQueue) -> Self:
        """Build from the message."""
        return cls(items=tuple(_item(one) for one in page.items), next_cursor=page.next_cursor)


def _item(one: review.ReviewItem) -> ReviewItemReply:
    return ReviewItemReply(
        review_id=one.review_id,
        case_no=one.case_no,
        number=one.case_no.number,
        state=one.state,
        round=one.round,
        queued_at=one.queued_at,
        claimed_by=one.claimed_by,
        claimed_until=one.claimed_until,
        filing_no=one.filing_no,
    )


@dataclass(frozen=True, kw_only=True)
class ClaimBody:
    """Take a submission for 30 minutes."""

    review_id: str = text(64)

    def message(self) -> review.Claim:
        """Return the command."""
        return review.Claim(review_id=self.review_id)


@dataclass(frozen=True, kw_only=True)
class ReturnItemBody:
    """A point to mend."""

    item: str = text(100)
    reason: str = text(500, 2)


@dataclass(frozen=True, kw_only=True)
class DecisionBody:
    """APPROVE; RETURN with the complete list of items; REJECT with reason and remedies."""

    review_id: str = text(64)
    decision: str = one_of("APPROVE", "RETURN", "REJECT")
    items: tuple[ReturnItemBody, ...] = items(50, default=())
    reason: str = text(1000, 0, default="")
    remedies: str = text(1000, 0, default="")

    def message(self) -> review.Approve | review.ReturnCase | review.Reject:
        """Return the command of the decision. Raises InvalidValue where its parts are missing or belong to another."""
        self._require_parts()
        if self.decision == "RETURN":
            points = tuple(contract.ReturnItem(item=one.item, reason=one.reason) for one in self.items)
            return review.ReturnCase(review_id=self.review_id, items=points)
        if self.decision == "REJECT":
            return review.Reject(review_id=self.review_id, reason=self.reason, remedies=self.remedies)
        return review.Approve(review_id=self.review_id)

    def _require_parts(self) -> None:
        given = {
            "items": bool(self.items),
            "reason": bool(self.reason.strip()),
            "remedies": bool(self.remedies.strip()),
        }
        needed = {"APPROVE": set[str](), "RETURN": {"items"}, "REJECT": {"reason", "remedies"}}[self.decision]
        lines = [f"{name}: field.required" for name in sorted(needed) if not given[name]]
        lines += [f"{name}: field.unknown" for name, there in given.items() if there and name not in needed]
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
class AuditQuery:
    """Which acts of staff: by login, act (a code), subject (a case number or a person's pseudonym), time (RFC 3339)."""

    login: str = text(40, 0, default="")
    act: str = text(60, 0, default="", pattern=r"[a-z_.]*")
    subject: str = text(64, 0, default="", pattern=r"[A-Za-z0-9-]*")
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    cursor: str = text(200, 0, default="", pattern=r"[A-Za-z0-9_=-]*")
    limit: int = number(1, 100, default=50)

    def message(self) -> identity.ListStaffActs:
        """Return the query."""
        return identity.ListStaffActs(
            login=self.login,
            act=self.act,
            subject=self.subject,
            since=self.since,
            until=self.until,
            cursor=self.cursor,
            limit=self.limit,
        )


@dataclass(frozen=True, kw_only=True)
class StaffActReply:
    """One look at a person's data, or one act on it."""

    act_id: str
    staff_id: str
    login: str
    act: str
    subject: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class AuditReply:
    """A page of the audit; `next_cursor` is empty on the last."""

    acts: tuple[StaffActReply, ...]
    next_cursor: str

    @classmethod
    def of(cls, page: identity.StaffActs) -> Self:
        """Build from the message."""
        return cls(acts=tuple(_act(one) for one in page.acts), next_cursor=page.next_cursor)


def _act(one: identity.StaffAct) -> StaffActReply:
    return StaffActReply(
        act_id=one.act_id, staff_id=one.staff_id, login=one.login, act=one.act, subject=one.subject, at=one.at
    )


@dataclass(frozen=True, kw_only=True)
class OutboxQuery:
    """How many of the newest messages."""

    limit: int = number(1, 200, default=50)

    def message(self) -> notice.ListOutbox:
        """Return the query."""
        return notice.ListOutbox(mobile=None, limit=self.limit)


@dataclass(frozen=True, kw_only=True)
class OutboxLookUpBody:
    """The messages to one phone. A body, because a number must not stand in an address."""

    mobile: Mobile
    limit: int = number(1, 200, default=50)

    def message(self) -> notice.ListOutbox:
        """Return the query."""
        return notice.ListOutbox(mobile=self.mobile, limit=self.limit)


@dataclass(frozen=True, kw_only=True)
class SentMessageReply:
    """A message as handed over."""

    message_id: str
    template: str
    mobile_masked: str
    text: str
    state: str
    channel: str
    sent_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class OutboxReply:
    """Messages, newest first."""

    messages: tuple[SentMessageReply, ...]

    @classmethod
    def of(cls, found: notice.SentMessages) -> Self:
        """Build from the message."""
        return cls(messages=tuple(_message(one) for one in found.messages))


def _message(one: notice.SentMessage) -> SentMessageReply:
    return SentMessageReply(
        message_id=one.message_id,
        template=one.template,
        mobile_masked=one.mobile_masked,
        text=one.text,
        state=one.state,
        channel=one.channel,
        sent_at=one.sent_at,
    )
