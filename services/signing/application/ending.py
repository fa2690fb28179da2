"""How an envelope that has ended is kept and told of; the caller commits."""

from __future__ import annotations

from services.common.messages.signing import EnvelopeEnded
from services.signing.application.ports import Work
from services.signing.domain.envelope import Envelope


def keep_ended(work: Work, envelope: Envelope) -> None:
    """Save and tell."""
    work.envelopes.save(envelope)
    ended = EnvelopeEnded(
        envelope_id=envelope.envelope_id,
        case_no=envelope.case_no,
        version=envelope.version,
        state=envelope.state.value,
    )
    work.emit(ended, aggregate_id=envelope.envelope_id)
