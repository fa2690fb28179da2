"""Shows an envelope's progress to the services that pass it on."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.signing import EnvelopeView, GetEnvelope
from services.signing.application.ports import Reading
from services.signing.application.views import envelope_view


@dataclass(frozen=True)
class EnvelopeShowing:
    """For contract and review, which have checked who asks."""

    reading: Reading

    def __call__(self, message: GetEnvelope, call: Call) -> EnvelopeView:
        """Return who has signed. Raises Forbidden, EnvelopeNotFound."""
        call.actor.require_service("contract", "review")
        return envelope_view(self.reading.envelope(message.envelope_id))
