"""Replies of one's own messages in the app, and what a carrier is answered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Self

from gateway.schemas.base import number, one_of, text
from services.common.messages import notice
from services.common.values import CaseNo


@dataclass(frozen=True, kw_only=True)
class MessagesQuery:
    """A page of one's messages; `unread=true` leaves out what was read."""

    cursor: str = text(64, 0, default="", pattern=r"[0-9a-f]{0,64}")
    unread: str = one_of("true", "false", default="false")
    limit: int = number(1, 100, default=20)

    def message(self) -> notice.ListAppMessages:
        """Return the question."""
        return notice.ListAppMessages(cursor=self.cursor, unread=self.unread == "true", limit=self.limit)


@dataclass(frozen=True, kw_only=True)
class AppMessageReply:
    """A message; `text` in the language asked for."""

    message_id: str
    template: str
    case_no: CaseNo | None
    text: str
    created_at: dt.datetime
    read_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class MessagesReply:
    """Newest first; `unread` counts all one has."""

    messages: tuple[AppMessageReply, ...]
    unread: int
    next_cursor: str

    @classmethod
    def of(cls, page: notice.AppMessagePage, language: str) -> Self:
        """Build from the message, in that language."""
        shown = tuple(
            AppMessageReply(
                message_id=one.message_id,
                template=one.template,
                case_no=one.case_no,
                text=one.text_en if language == "en" else one.text_zh,
                created_at=one.created_at,
                read_at=one.read_at,
            )
            for one in page.messages
        )
        return cls(messages=shown, unread=page.unread, next_cursor=page.next_cursor)


@dataclass(frozen=True, kw_only=True)
class ReadReply:
    """When it was marked as read."""

    read_at: dt.datetime

    @classmethod
    def of(cls, read: notice.MessagesRead) -> Self:
        """Build from the message."""
        return cls(read_at=read.read_at)


@dataclass(frozen=True, kw_only=True)
class ReceiptsReply:
    """How many receipts were taken."""

    taken: int

    @classmethod
    def of(cls, answer: notice.ReceiptsTaken) -> Self:
        """Build from the message."""
        return cls(taken=answer.taken)
