"""Keeps in the evidence that a signer's link was handed over, and what the phone confirmed; also after the envelope's end."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.notice import LinkReported
from services.signing.application.ports import Now, Works
from services.signing.domain.parts import LinkReport


@dataclass(frozen=True)
class LinkNoting:
    """An act of the chain like any other. Heard twice, it is there once."""

    works: Works
    now: Now

    def __call__(self, event: LinkReported, call: Call) -> None:
        """Append it. Raises TaskNotFound for a task there never was."""
        report = LinkReport(
            event.state, event.message_id, event.carrier_message_id, event.channel_code, event.happened_at
        )
        with self.works(call) as work:
            envelope = work.envelopes.get(work.envelopes.envelope_of_task(event.task_id))
            known = work.envelopes.evidence(envelope.envelope_id)
            if envelope.note_link(envelope.task(event.task_id), report, known, self.now()):
                work.envelopes.save(envelope)
            work.commit()
