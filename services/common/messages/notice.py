"""What notice answers: the embedded outbox that staff can read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.messages.shapes import query
from services.common.values import Mobile


@dataclass(frozen=True, kw_only=True)
class SentMessage:
    """A message as handed over. Text holds no personal data."""

    message_id: str
    template: str
    mobile_masked: str
    text: str
    state: str  # QUEUED SENT FAILED
    sent_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class SentMessages:
    """Newest first."""

    messages: tuple[SentMessage, ...]


@query("notice", "list_outbox", reply=SentMessages)
@dataclass(frozen=True, kw_only=True)
class ListOutbox:
    """Staff with role OPERATOR read the embedded outbox; `mobile` narrows to one phone."""

    mobile: Mobile | None
    limit: int
