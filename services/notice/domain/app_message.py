"""What one person finds inside the app (站内消息): the same occasion once, read or unread. Words are made when it is shown."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.values import CaseNo, PersonId
from services.notice.domain.wording import Wording


@dataclass(frozen=True)
class AppMessage:
    """A message to a person; holds no personal data, only what `wording` allows."""

    message_id: str
    occasion: str
    person_id: PersonId
    case_no: CaseNo | None
    wording: Wording
    created_at: dt.datetime
    read_at: dt.datetime | None = None
