"""One message to one phone. Decides its states, the next channel, and how often a hand-over is tried; words are `wording`."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

from services.common.values import Mobile
from services.notice.domain.channel import Channel, Manner
from services.notice.domain.wording import Wording

MOST_ATTEMPTS = 8
FIRST_PAUSE = dt.timedelta(seconds=2)
CONFIRMED_WITHIN = dt.timedelta(seconds=45)
"""A phone that has not confirmed a message on a better channel by then gets it on the next (a link must arrive in 150 s)."""


_REFERENCE = re.compile(r"[A-Za-z0-9._:@/+=-]{1,128}")
_MOBILE = re.compile(r"(?<!\d)(86)?1[3-9]\d{9}(?!\d)")


def public_reference(reference: str) -> str:
    """Return a provider's id of a message as it may be told to others: its hash where it looks like text or holds a number."""
    if _REFERENCE.fullmatch(reference) and not _MOBILE.search(reference):
        return reference
    return f"sha256:{hashlib.sha256(reference.encode()).hexdigest()}"


class State(StrEnum):
    """QUEUED until a provider took it (SENT); then its receipt. FAILED when none took it, UNDELIVERED when no phone did."""

    QUEUED = "QUEUED"
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    UNDELIVERED = "UNDELIVERED"
    FAILED = "FAILED"


@dataclass
class Message:
    """A message counts once per `occasion`, `recipient` and phone, however often its event arrives and on however many channels.

    `useless_after`: when handing it over no longer helps anybody (a code that has expired).
    """

    message_id: str
    occasion: str
    recipient: str
    mobile: Mobile
    template: str
    text: str
    parameters: tuple[tuple[str, str], ...]
    language: str
    created_at: dt.datetime
    channel: Channel
    urgent: bool = False
    fallback: tuple[Channel, ...] = ()
    useless_after: dt.datetime | None = None
    state: State = State.QUEUED
    attempts: int = 0
    next_attempt_at: dt.datetime | None = None
    sent_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    reference: str = ""

    @classmethod
    def queued(
        cls,
        wording: Wording,
        text: str,
        mobile: Mobile,
        manner: Manner,
        *,
        message_id: str,
        occasion: str,
        recipient: str,
        now: dt.datetime,
        useless_after: dt.datetime | None = None,
    ) -> Message:
        """Return a message to be handed over at once, or after the quiet hours when it can wait."""
        waits = manner.quiet is not None and not wording.urgent
        return cls(
            message_id=message_id,
            occasion=occasion,
            recipient=recipient,
            mobile=mobile,
            template=wording.template,
            text=text,
            parameters=wording.parameters,
            language=manner.language,
            created_at=now,
            channel=manner.channels[0],
            urgent=wording.urgent,
            fallback=manner.channels[1:],
            useless_after=useless_after,
            next_attempt_at=manner.quiet.release(now) if waits and manner.quiet else now,
        )

    def is_too_late(self, now: dt.datetime) -> bool:
        """Whether handing it over no longer helps anybody."""
        return self.useless_after is not None and self.useless_after <= now

    def sent(self, reference: str, now: dt.datetime) -> bool:
        """Note that a provider took it under this reference; whether that changed anything, which a repeat does not.

        On a channel with another behind it, the sweep looks again when the phone should have confirmed.
        """
        if self.state is not State.QUEUED:
            return False
        self.state, self.reference, self.sent_at = State.SENT, reference, now
        self.next_attempt_at = now + CONFIRMED_WITHIN if self.fallback else None
        return True

    def not_taken(self, now: dt.datetime, wait: dt.timedelta | None = None) -> None:
        """Note a hand-over that failed: try again later, ever more slowly, then on the next channel, and give up in the end.

        `wait`: how long the provider asked to be left alone.
        """
        if self.state is not State.QUEUED:
            return
        self.attempts += 1
        self.next_attempt_at = now + max(wait or dt.timedelta(), FIRST_PAUSE * (1 << (self.attempts - 1)))
        if self.attempts >= MOST_ATTEMPTS:
            self.move_on(now, State.FAILED)

    def receipt(self, reference: str, delivered: bool, now: dt.datetime) -> bool:
        """Take a provider's receipt; whether it changed anything. One for a channel left behind, or a second one, does not."""
        if self.state is not State.SENT or reference != self.reference:
            return False
        if delivered:
            self._end(State.DELIVERED, now)
        else:
            self.move_on(now, State.UNDELIVERED)
        return True

    def unconfirmed(self, now: dt.datetime) -> bool:
        """Go on to the next channel when the phone has not confirmed in time; whether it does."""
        over = self.state is State.SENT and self.sent_at is not None and self.sent_at + CONFIRMED_WITHIN <= now
        if over and self.fallback:
            self.move_on(now, State.SENT)
            return True
        return False

    def move_on(self, now: dt.datetime, else_: State) -> None:
        """Queue it on the next channel; with none left it ends as `else_`.

        The reference stays that of the channel left behind until the next one has taken it: so a receipt of the one is told
        from a receipt that overtakes our note of the other.
        """
        if self.fallback and not self.is_too_late(now):
            self.channel, *left = self.fallback
            self.fallback, self.state, self.attempts = tuple(left), State.QUEUED, 0
            self.next_attempt_at = now
        else:
            self._end(else_, now)

    def put_off(self, now: dt.datetime) -> None:
        """Wait a moment without having been tried: the channel's carrier is silent just now."""
        if self.state is State.QUEUED:
            self.next_attempt_at = now + FIRST_PAUSE

    def give_up(self, now: dt.datetime) -> None:
        """Hand it over no more."""
        self._end(State.FAILED, now)

    def _end(self, state: State, now: dt.datetime) -> None:
        self.state, self.next_attempt_at, self.ended_at = state, None, now
