"""The ways a message takes to a phone, and what becomes of it there. Decision 7: 5G 消息 first where a city has it, SMS behind it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Channel(StrEnum):
    """RCS is 5G 消息. What is shown inside the app is no channel: it is kept for everybody told anything."""

    RCS = "RCS"
    SMS = "SMS"


@dataclass(frozen=True)
class QuietHours:
    """Hours of a day in Shanghai in which nothing that can wait is sent; from and until may enclose midnight."""

    begin: dt.time
    until: dt.time

    def release(self, now: dt.datetime) -> dt.datetime:
        """Return when something written now may go out: now, or the end of the quiet hours (UTC)."""
        local = now.astimezone(SHANGHAI)
        clock = local.time().replace(tzinfo=None)
        if self.begin <= self.until:
            inside, next_day = self.begin <= clock < self.until, False
        else:
            inside, next_day = clock >= self.begin or clock < self.until, clock >= self.begin
        if not inside:
            return now
        day = local.date() + dt.timedelta(days=next_day)
        return dt.datetime.combine(day, self.until, SHANGHAI).astimezone(dt.UTC)


@dataclass(frozen=True)
class Manner:
    """How a city writes to people: its channels in order, language of the phone texts, quiet hours, and how much a day."""

    channels: tuple[Channel, ...] = (Channel.SMS,)
    language: str = "zh"
    quiet: QuietHours | None = None
    most_a_day: int = 20
    """Texts that can wait, to one phone within 24 hours; what is over it is read in the app only."""


PLAIN = Manner()
"""Where no city is known yet: codes, and changes of an account."""
