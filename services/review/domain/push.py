"""When a filing that the register did not take is pushed again: for ever, ever more slowly, and loudly after a while."""

from __future__ import annotations

import datetime as dt

FIRST_PAUSE = dt.timedelta(seconds=2)
LONGEST_PAUSE = dt.timedelta(minutes=5)
REFUSED_PAUSE = dt.timedelta(hours=1)
"""A refusal is for people to mend; it is tried again by itself all the same."""
LOUD_AFTER = 6
"""Attempts after which an unacknowledged filing is logged as an error: some two minutes."""
_DOUBLINGS = 10


def next_attempt(attempts: int, now: dt.datetime, *, refused: bool = False) -> dt.datetime:
    """Return when to push again after so many attempts that failed, the last of them refused or without an answer."""
    if refused:
        return now + REFUSED_PAUSE
    return now + min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(attempts - 1, _DOUBLINGS)))
