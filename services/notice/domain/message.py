"""One message to one phone. Decides its states and how often a hand-over is tried; the words are `templates`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from services.common.values import Mobile
from services.notice.domain.templates import Wording

MOST_ATTEMPTS = 8
FIRST_PAUSE = dt.timedelta(seconds=2)


class State(StrEnum):
    """QUEUED until a provider took it; FAILED when none did after `MOST_ATTEMPTS`, or when it was too late."""

    QUEUED = "QUEUED"
    SENT = "SENT"
    FAILED = "FAILED"


@dataclass
class Message:
    """A message counts once per `occasion`, `recipient` and phone, however often its event arrives.

    `useless_after`: when handing it over no longer helps anybody (a code that has expired).
    """

    message_id: str
    occasion: str
    recipient: str
    mobile: Mobile
    template: str
    text: str
    created_at: dt.datetime
    useless_after: dt.datetime | None = None
    state: State = State.QUEUED
    attempts: int = 0
    next_attempt_at: dt.datetime | None = None
    sent_at: dt.datetime | None = None
    reference: str = ""

    @classmethod
    def queued(
        cls,
        wording: Wording,
        mobile: Mobile,
        *,
        message_id: str,
        occasion: str,
        recipient: str,
        now: dt.datetime,
        useless_after: dt.datetime | None = None,
    ) -> Message:
        """Return a message to be handed over at once."""
        return cls(
            message_id=message_id,
            occasion=occasion,
            recipient=recipient,
            mobile=mobile,
            template=wording.template,
            text=wording.text,
            created_at=now,
            useless_after=useless_after,
            next_attempt_at=now,
        )

    def is_too_late(self, now: dt.datetime) -> bool:
        """Whether handing it over no longer helps anybody."""
        return self.useless_after is not None and self.useless_after <= now

    def sent(self, reference: str, now: dt.datetime) -> None:
        """Note that a provider took it under this reference; a repeat changes nothing."""
        if self.state is State.QUEUED:
            self.state, self.reference, self.sent_at, self.next_attempt_at = State.SENT, reference, now, None

    def not_taken(self, now: dt.datetime) -> None:
        """Note a hand-over that failed: try again later, ever more slowly, and give up in the end."""
        if self.state is not State.QUEUED:
            return
        self.attempts += 1
        self.next_attempt_at = now + FIRST_PAUSE * (1 << (self.attempts - 1))
        if self.attempts >= MOST_ATTEMPTS:
            self.give_up()

    def give_up(self) -> None:
        """Hand it over no more."""
        self.state, self.next_attempt_at = State.FAILED, None
