"""When repeated failures close a door for a while. Decides from moments alone; who counts them is the application's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class LockRule:
    """`failures` within `window` lock for `duration`, counted from the last of them (GB/T 22239 8.1.4.1, login failure handling)."""

    failures: int
    window: dt.timedelta = dt.timedelta(minutes=15)
    duration: dt.timedelta = dt.timedelta(minutes=15)

    @property
    def memory(self) -> dt.timedelta:
        """How long a failure can still matter."""
        return self.window + self.duration


ACCOUNT = LockRule(5)
SOURCE = LockRule(30)
"""An address stands for many people (an office's hall, a mobile network), so it is locked much later than one account."""

FAMILIAR = dt.timedelta(days=30)
"""How long an address stays one from which an account is entered."""


def locked_until(rule: LockRule, failed_at: Sequence[dt.datetime], now: dt.datetime) -> dt.datetime | None:
    """Return the end of the lock these failures caused, None when the door is open. Order does not matter."""
    moments = sorted(failed_at)
    ends = [
        last + rule.duration
        for first, last in zip(moments, moments[rule.failures - 1 :], strict=False)
        if last - first <= rule.window and last + rule.duration > now
    ]
    return max(ends, default=None)
