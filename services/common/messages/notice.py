"""What notice answers: the embedded outbox that staff can read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.messages.shapes import command, event, query
from services.common.values import CaseNo, Mobile


@dataclass(frozen=True, kw_only=True)
class SentMessage:
    """A message as handed over. Text holds no personal data."""

    message_id: str
    template: str
    mobile_masked: str
    text: str
    state: str  # QUEUED SENT DELIVERED UNDELIVERED FAILED
    channel: str = "SMS"
    sent_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class SentMessages:
    """A page, newest first; `next_cursor` is empty on the last."""

    messages: tuple[SentMessage, ...]
    next_cursor: str = ""


@query("notice", "list_outbox", reply=SentMessages)
@dataclass(frozen=True, kw_only=True)
class ListOutbox:
    """Staff with role OPERATOR read the embedded outbox; `mobile` narrows to one phone."""

    mobile: Mobile | None
    limit: int
    cursor: str = ""


@dataclass(frozen=True, kw_only=True)
class AppMessageView:
    """A message inside the app, in both languages."""

    message_id: str
    template: str
    case_no: CaseNo | None
    text_zh: str
    text_en: str
    created_at: dt.datetime
    read_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class AppMessagePage:
    """Newest first; `unread` counts all of them. `next_cursor` is empty on the last page."""

    messages: tuple[AppMessageView, ...]
    unread: int
    next_cursor: str


@query("notice", "list_app_messages", reply=AppMessagePage)
@dataclass(frozen=True, kw_only=True)
class ListAppMessages:
    """The caller's own messages. `unread`: only those."""

    cursor: str
    unread: bool
    limit: int


@dataclass(frozen=True, kw_only=True)
class MessagesRead:
    """When they were marked."""

    read_at: dt.datetime


@command("notice", "mark_messages_read", reply=MessagesRead)
@dataclass(frozen=True, kw_only=True)
class MarkMessagesRead:
    """Mark one of the caller's messages as read, all of them where `message_id` is empty."""

    message_id: str


@dataclass(frozen=True, kw_only=True)
class SignedReport:
    """A provider's report of receipts as it arrived: the body and the signature's parts (headers X-Key-Id and so on)."""

    path: str
    body: str
    key_id: str
    timestamp: str
    nonce: str
    signature: str


@dataclass(frozen=True, kw_only=True)
class ReceiptsTaken:
    """How many receipts the report held, and how many messages they changed."""

    taken: int
    changed: int


@command("notice", "take_receipts", reply=ReceiptsTaken)
@dataclass(frozen=True, kw_only=True)
class TakeReceipts:
    """What became of messages at the phones, brought by a provider; believed only with its signature."""

    report: SignedReport


@event("notice.link_reported")
@dataclass(frozen=True, kw_only=True)
class LinkReported:
    """What became of a signer's link on its way: handed over to a carrier, then what the phone confirmed.

    `carrier_message_id`: as the carrier calls the message. Neither number nor words.
    """

    task_id: str
    message_id: str
    carrier_message_id: str
    channel_code: str
    state: str  # SENT DELIVERED UNDELIVERED
    happened_at: dt.datetime
