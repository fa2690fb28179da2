"""Ends envelopes that were not signed in time, so that the parties can start again."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.signing.application.ending import keep_ended
from services.signing.application.ports import Now, Reading, Works

BATCH = 200


@dataclass(frozen=True)
class EnvelopeExpiry:
    """Run now and then by the worker; running it twice at once is harmless."""

    works: Works
    reading: Reading
    now: Now

    def __call__(self, call: Call) -> int:
        """Expire what is due, at most `BATCH` envelopes; return how many."""
        now, expired = self.now(), 0
        for envelope_id in self.reading.overdue(now, BATCH):
            with self.works(call) as work:
                envelope = work.envelopes.get(envelope_id)
                if envelope.expire(now):
                    keep_ended(work, envelope)
                    work.commit()
                    expired += 1
        return expired
