"""Bodies and replies of the office's work: the audit, the outbox of messages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Self

from gateway.schemas.base import number, text
from services.common.messages import identity, notice
from services.common.values import Mobile

CURSOR = r"[A-Za-z0-9_=-]*"


@dataclass(frozen=True, kw_only=True)
class AuditQuery:
    """Which acts of staff: by login, act (a code), subject (a case number or a person's pseudonym), time (RFC 3339)."""

    login: str = text(40, 0, default="")
    act: str = text(60, 0, default="", pattern=r"[a-z_.]*")
    subject: str = text(64, 0, default="", pattern=r"[A-Za-z0-9-]*")
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    cursor: str = text(200, 0, default="", pattern=CURSOR)
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
    """A page of the messages, the newest first."""

    cursor: str = text(200, 0, default="", pattern=CURSOR)
    limit: int = number(1, 200, default=50)

    def message(self) -> notice.ListOutbox:
        """Return the query."""
        return notice.ListOutbox(mobile=None, limit=self.limit, cursor=self.cursor)


@dataclass(frozen=True, kw_only=True)
class OutboxLookUpBody:
    """The messages to one phone. A body, because a number must not stand in an address."""

    mobile: Mobile
    cursor: str = text(200, 0, default="", pattern=CURSOR)
    limit: int = number(1, 200, default=50)

    def message(self) -> notice.ListOutbox:
        """Return the query."""
        return notice.ListOutbox(mobile=self.mobile, limit=self.limit, cursor=self.cursor)


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
    """A page of messages, newest first; `next_cursor` is empty on the last."""

    messages: tuple[SentMessageReply, ...]
    next_cursor: str

    @classmethod
    def of(cls, found: notice.SentMessages) -> Self:
        """Build from the message."""
        return cls(messages=tuple(_message(one) for one in found.messages), next_cursor=found.next_cursor)


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
