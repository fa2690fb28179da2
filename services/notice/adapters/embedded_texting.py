"""The embedded provider: nobody's phone rings; operators read the message in the outbox. Refused in production (`config`)."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from services.notice.domain.message import Message

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class EmbeddedTexting:
    """Takes everything: its phone book is the outbox itself, where the message stands already."""

    def hand_over(self, message: Message) -> str:
        """Return the outbox's own reference."""
        log.info("message in the embedded outbox", extra={"kind": message.template})
        return f"outbox:{message.message_id}"
