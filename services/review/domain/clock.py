"""办理时限: until when a submission is to be decided. Counts working days; which days those are is the calendar's.

The day of submission does not count (民法典 201), the last day counts to its end. While the parties mend a returned case the
clock stands still: a new round has what the earlier ones left of the days, and one at least.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TypeAlias

from services.review.domain.filing_number import SHANGHAI, day_of

IsWorkday: TypeAlias = Callable[[dt.date], bool]
DAY = dt.timedelta(days=1)


def due_at(queued_at: dt.datetime, days: int, is_workday: IsWorkday) -> dt.datetime:
    """Return the end of the last of so many working days after the day of submission."""
    day, left = day_of(queued_at), days
    while left > 0:
        day += DAY
        left -= is_workday(day)
    return dt.datetime.combine(day + DAY, dt.time(), SHANGHAI).astimezone(dt.UTC)


def days_left(days: int, earlier: Iterable[tuple[dt.datetime, dt.datetime]], is_workday: IsWorkday) -> int:
    """Return what the earlier rounds, each from its submission to its decision, left of the days; one at least."""
    return max(1, days - sum(_worked(begun, ended, is_workday) for begun, ended in earlier))


def _worked(begun: dt.datetime, ended: dt.datetime, is_workday: IsWorkday) -> int:
    first, last = day_of(begun), day_of(ended)
    return sum(is_workday(first + DAY * one) for one in range(1, (last - first).days + 1))
