"""Hands queued messages to the provider: outside any transaction, channel after channel, until one takes them or it is too late."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import DomainError, Unavailable
from services.notice.application.ports import Clock, Outbox, Texting, Works
from services.notice.application.report_link import report_link
from services.notice.domain.channel import Channel
from services.notice.domain.errors import Throttled, Undeliverable
from services.notice.domain.message import Message, State

log = logging.getLogger(__name__)
BATCH = 50
HELD = dt.timedelta(seconds=60)
"""How long a sweep keeps a message to itself; one that dies leaves it to the next sweep."""


@dataclass(frozen=True)
class Delivered:
    """What one sweep did. A message counts in `sent` with its first hand-over only: template, waiting time in seconds."""

    sent: tuple[tuple[str, float], ...]
    failed: int


@dataclass(frozen=True)
class DeliverMessages:
    """One sweep. A crash between hand-over and commit hands over again under the same id, which is one message to the provider.

    A carrier that does not answer is asked once a sweep: waiting for it again and again would keep the other channels' codes
    and links until they are useless.
    """

    works: Works
    outbox: Outbox
    texting: Texting
    now: Clock
    own_call: Callable[[], Call]

    def __call__(self) -> Delivered:
        """Hand over what is due; what a phone has not confirmed in time goes on to the next channel."""
        with self.works(self.own_call()) as work:
            now = self.now()
            due = work.messages.claim(now, now + HELD, BATCH)
            work.commit()
        sent: list[tuple[str, float]] = []
        failed, silent = 0, set[Channel]()
        for message_id in due:
            before = self.outbox.find(message_id)
            if before is None or (after := self._deliver(before, silent)) is None:
                continue
            if before.sent_at is None and after.sent_at is not None:
                sent.append((after.template, (after.sent_at - after.created_at).total_seconds()))
            failed += after.state in {State.FAILED, State.UNDELIVERED}
        return Delivered(tuple(sent), failed)

    def _deliver(self, message: Message, silent: set[Channel]) -> Message | None:
        if message.state is State.SENT:
            message = self._keep(message.message_id, lambda kept: kept.unconfirmed(self.now()))
        if message.state is not State.QUEUED:
            return None
        if message.is_too_late(self.now()):
            log.warning("message given up", extra={"kind": message.template, "reason": "too_late"})
            return self._keep(message.message_id, lambda kept: kept.give_up(self.now()))
        if message.channel in silent:
            self._keep(message.message_id, lambda kept: kept.put_off(self.now()))
            return None
        return self._hand_over(message, silent)

    def _hand_over(self, message: Message, silent: set[Channel]) -> Message:
        told = {"kind": message.template, "attempt": message.attempts + 1}
        try:
            reference = self.texting.hand_over(message)
        except Undeliverable as refused:
            log.warning("message refused", extra=told | {"code": refused.code})
            return self._keep(message.message_id, lambda kept: kept.move_on(self.now(), State.UNDELIVERED))
        except DomainError as refused:
            log.warning("message not taken", extra=told | {"code": refused.code})
            wait = refused.wait if isinstance(refused, Throttled) else None
            if isinstance(refused, Unavailable):
                silent.add(message.channel)
            return self._keep(message.message_id, lambda kept: kept.not_taken(self.now(), wait))
        return self._taken(message.message_id, reference)

    def _taken(self, message_id: str, reference: str) -> Message:
        with self.works(self.own_call()) as work:
            message, now = work.messages.get(message_id), self.now()
            if message.sent(reference, now):
                work.messages.save(message)
                report_link(work, message, State.SENT, message.channel, reference, now)
            work.commit()
        return message

    def _keep(self, message_id: str, change: Callable[[Message], object]) -> Message:
        with self.works(self.own_call()) as work:
            message = work.messages.get(message_id)
            change(message)
            work.messages.save(message)
            work.commit()
        return message
