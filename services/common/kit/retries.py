"""What becomes of an event that was not handled: tried again after a pause, or given up.

Decides the pauses and the end. A handler that fails has so many attempts; one that found somebody away (a neighbour, the database, the
store, an authority) has done nothing wrong, uses up none, and is tried for a day. Leaves rows and clocks to the inbox.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.kit.errors import Unavailable

ATTEMPTS = 10
PATIENCE = dt.timedelta(hours=24)
"""How long somebody may be away. An outage longer than that is a person's to decide about: the event is dead, and can be replayed."""
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 60.0
OWN_FAULTS = frozenset({"engine.died", "engine.too_slow", "event.too_slow"})
"""Unavailable by kind, but it may be this very event that hangs or kills what works on it: these count."""


@dataclass(frozen=True)
class Verdict:
    """`attempts` is what stands against the event from now on; `pause` (seconds) is before any jitter, and without meaning once dead."""

    dead: bool
    attempts: int
    pause: float


@dataclass(frozen=True)
class Limits:
    """How often a failing handler is tried, and how long one is that finds somebody away."""

    attempts: int = ATTEMPTS
    patience: dt.timedelta = PATIENCE

    def judge(self, wrong: Exception, attempt: int, waited: dt.timedelta) -> Verdict:
        """Judge the attempt of that number, on an event received `waited` ago."""
        if is_away(wrong):
            pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, waited.total_seconds() / 2))  # grows as doubling would
            return Verdict(dead=waited >= self.patience, attempts=attempt - 1, pause=pause)
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt)
        return Verdict(dead=attempt >= self.attempts, attempts=attempt, pause=pause)


def is_away(wrong: Exception) -> bool:
    """Whether somebody could not be reached, as against a fault that would come again."""
    return isinstance(wrong, Unavailable) and wrong.code not in OWN_FAULTS
