"""办理时限: how many submissions should have been decided by now; said aloud when there are more than before."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from services.review.application.ports import Clock, Queue

log = logging.getLogger(__name__)


@dataclass
class ClockWatch:
    """One look a sweep; a metric carries the figure, the log the moments it grew."""

    queue: Queue
    now: Clock
    known: int = field(default=0)

    def __call__(self) -> int:
        """Return how many are overdue."""
        found = self.queue.overdue(self.now())
        if found > self.known:
            log.error("submissions overdue", extra={"count": found})
        self.known = found
        return found
