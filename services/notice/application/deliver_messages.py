"""Hands queued messages to the provider: outside any transaction, until it takes them or it is too late."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import DomainError
from services.notice.application.ports import Clock, Outbox, Texting, Works
from services.notice.domain.message import Message, State

log = logging.getLogger(__name__)
BATCH = 50
HELD = dt.timedelta(seconds=60)
"""How long a sweep keeps a message to itself; one that dies leaves it to the next sweep."""


@dataclass(frozen=True)
class Delivered:
    """What one sweep did: templates and waiting times in seconds of what was handed over, and how many are given up."""

    sent: tuple[tuple[str, float], ...]
    failed: int


@dataclass(frozen=True)
class DeliverMessages:
    """One sweep. A crash between hand-over and commit hands over again under the same id, which is one message to the provider."""

    works: Works
    outbox: Outbox
    texting: Texting
    now: Clock
    own_call: Callable[[], Call]

    def __call__(self) -> Delivered:
        """Hand over what is due."""
        with self.works(self.own_call()) as work:
            now = self.now()
            due = work.messages.claim(now, now + HELD, BATCH)
            work.commit()
        ended = [message for message_id in due if (message := self._deliver(message_id)) is not None]
        sent = tuple(
            (one.template, (one.sent_at - one.created_at).total_seconds()) for one in ended if one.sent_at is not None
        )
        return Delivered(sent, sum(one.state is State.FAILED for one in ended))

    def _deliver(self, message_id: str) -> Message | None:
        message = self.outbox.find(message_id)
        if message is None or message.state is not State.QUEUED:
            return None
        if message.is_too_late(self.now()):
            log.warning("message given up", extra={"kind": message.template, "reason": "too_late"})
            return self._keep(message_id, lambda kept: kept.give_up())
        try:
            reference = self.texting.hand_over(message)
        except DomainError as refused:
            told = {"kind": message.template, "code": refused.code, "attempt": message.attempts + 1}
            log.warning("message not taken", extra=told)
            return self._keep(message_id, lambda kept: kept.not_taken(self.now()))
        return self._keep(message_id, lambda kept: kept.sent(reference, self.now()))

    def _keep(self, message_id: str, change: Callable[[Message], None]) -> Message:
        with self.works(self.own_call()) as work:
            message = work.messages.get(message_id)
            change(message)
            work.messages.save(message)
            work.commit()
        return message
