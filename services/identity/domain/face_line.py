"""The line before the face engine (人脸核验排队): who may show a first frame now, and when everybody else comes back.

A check is let in once, with its first frame, and keeps its place until it ends or is silent for as long as a step may take. So
no more frames wait than there are places, and whoever has begun is never turned away for somebody who comes later. Whoever is
turned away has shown nothing yet: no frame and no try is counted, and the place in the line stays while he comes back when told to.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Self

PLACES_PER_ENGINE = 6
"""A frame costs about 0.15 CPU-seconds and a person needs two seconds for the next: six people keep an engine half busy."""

SOONEST = 3
ROUND = 12
"""Seconds until as many checks as there are places have ended, a few of them early."""

LATEST = 60
GRACE = dt.timedelta(seconds=15)
"""Whoever comes back this late still has the place in the line."""


@dataclass(frozen=True)
class Standing:
    """How a check stands: so many have a place at the engine, so many wait longer and still come back."""

    under_way: int
    ahead: int

    def has_room(self, places: int) -> bool:
        """Whether the check may be let in."""
        return self.under_way + self.ahead < places

    def come_back_in(self, places: int) -> int:
        """Seconds after which asking again makes sense: sooner for the first in the line."""
        rounds = (self.under_way + self.ahead - places) // places
        return min(LATEST, SOONEST + ROUND * rounds)


@dataclass(frozen=True)
class Turn:
    """Where one check stands: never asked, waiting since `queued_at`, or let in at `begun_at`; lost at `held_until`."""

    queued_at: dt.datetime | None = None
    held_until: dt.datetime | None = None
    begun_at: dt.datetime | None = None

    def wait(self, now: dt.datetime, seconds: int) -> Self:
        """Turned away, the first time or again."""
        return replace(self, queued_at=self.queued_at or now, held_until=now + dt.timedelta(seconds=seconds) + GRACE)

    def begin(self, at: dt.datetime, held_until: dt.datetime) -> Self:
        """Let in."""
        return replace(self, begun_at=at, held_until=held_until)

    def hold(self, until: dt.datetime) -> Self:
        """Keep the place at the engine for another step."""
        return replace(self, held_until=until)

    def give_back(self, lost: dt.timedelta) -> Self:
        """Leave out time in which the engine kept the check waiting."""
        if self.begun_at is None or self.held_until is None:
            return self
        return replace(self, begun_at=self.begun_at + lost, held_until=self.held_until + lost)


NOT_ASKED = Turn()
