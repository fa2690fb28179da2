"""How one city speaks to one phone: its manner and its words joined."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.values import Mobile
from services.notice.domain.channel import Manner
from services.notice.domain.message import Message
from services.notice.domain.wording import Catalogue, Wording


@dataclass(frozen=True)
class Voice:
    """Writes messages; what has no words for phones is not written."""

    manner: Manner
    catalogue: Catalogue

    def write(
        self,
        wording: Wording,
        mobile: Mobile,
        *,
        message_id: str,
        occasion: str,
        recipient: str,
        now: dt.datetime,
        useless_after: dt.datetime | None = None,
    ) -> Message | None:
        """Return the message to that phone, or None where phones are not told of it."""
        text = self.catalogue.on_phone(wording, self.manner.language)
        if text is None:
            return None
        return Message.queued(
            wording,
            text,
            mobile,
            self.manner,
            message_id=message_id,
            occasion=occasion,
            recipient=recipient,
            now=now,
            useless_after=useless_after,
        )
