"""Removes files that were admitted for verification and never verified: a sender gave up, or a process died in between."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.signing.application.ports import Now, Objects, Reading, Works
from services.signing.domain.uploads import KEPT, WINDOW

BATCH = 500


@dataclass(frozen=True)
class UploadRemoval:
    """Run now and then by the worker; running it twice at once is harmless."""

    works: Works
    reading: Reading
    objects: Objects
    now: Now

    def __call__(self, call: Call) -> int:
        """Remove files past their time, at most `BATCH`; return how many. Who sent them is forgotten with the hour."""
        now = self.now()
        due = self.reading.uploads_before(now - KEPT, BATCH)
        for one in due:
            self.objects.delete(one.key)
        with self.works(call) as work:
            work.envelopes.removed([one.ticket for one in due], now - WINDOW)
            work.commit()
        return len(due)
