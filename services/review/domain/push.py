"""When a filing that the register did not take is pushed again: for ever, ever more slowly, and loudly after a while."""

from __future__ import annotations

import datetime as dt

FIRST_PAUSE = dt.timedelta(seconds=2)
LONGEST_PAUSE = dt.timedelta(minutes=5)
LOUD_AFTER = 6
"""Attempts after which an unacknowledged filing is logged as an error: some two minutes."""
_DOUBLINGS = 10


def next_attempt(attempts: int, now: dt.datetime) -> dt.datetime:
    """Return when to push again after so many attempts that failed."""
    return now + min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(attempts - 1, _DOUBLINGS)))
