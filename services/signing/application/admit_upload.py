"""Admits a file that somebody wants verified: counts it, and says where the gateway may put it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.signing import AdmitUpload, UploadTicket
from services.signing.application.ports import Now, Works
from services.signing.domain.uploads import WINDOW, Upload, refuse_if_exhausted

TICKET_BYTES = 24
FOLDER = "incoming"


@dataclass(frozen=True)
class UploadAdmitting:
    """Counted before a byte is kept: the public cannot fill the store, nor keep the engines from their work."""

    works: Works
    now: Now
    per_hour: int

    def __call__(self, message: AdmitUpload, call: Call) -> UploadTicket:
        """Return ticket and place. Raises TooManyVerifications."""
        now, ticket = self.now(), secrets.token_hex(TICKET_BYTES)
        answer = UploadTicket(ticket=ticket, key=f"{FOLDER}/{ticket}")
        with self.works(call) as work:
            refuse_if_exhausted(work.envelopes.admitted_since(message.source, now - WINDOW), self.per_hour, now)
            work.envelopes.admit(Upload(ticket, message.source, answer.key, now))
            work.commit(answer)
        return answer
