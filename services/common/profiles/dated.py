"""Versions with the day from which they hold: the one in force is the newest that has begun.

Decides nothing about time itself: the day is passed in, and `office_day` is the day of the offices, not UTC's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

BEGINNING, NO_END = dt.date(2000, 1, 1), dt.date(9999, 12, 31)
_SHANGHAI = ZoneInfo("Asia/Shanghai")


class Dated(Protocol):
    """Something that holds from a day on."""

    @property
    def valid_from(self) -> dt.date:
        """The first day it holds."""


V = TypeVar("V", bound=Dated)


def in_force(versions: Iterable[V], day: dt.date) -> V | None:
    """Return the newest version that has begun by that day, or None."""
    return max((one for one in versions if one.valid_from <= day), key=lambda one: one.valid_from, default=None)


def office_day(now: dt.datetime) -> dt.date:
    """Return the day at the offices."""
    return now.astimezone(_SHANGHAI).date()


def today() -> dt.date:
    """Return the day at the offices now, for readers that are not told one."""
    return office_day(dt.datetime.now(dt.UTC))
