"""Ends an envelope before its time: refused by a signer, or recalled because its case ended."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseEnded
from services.common.messages.signing import EnvelopeEnded, Refuse, TaskReference
from services.signing.application.access import require_holder, resolve
from services.signing.application.ports import Clock, Work, Works
from services.signing.application.views import reference
from services.signing.domain.envelope import Envelope, EnvelopeState


@dataclass(frozen=True)
class RefuseSigning:
    """拒签, inside a signing session, with a reason."""

    works: Works
    now: Clock

    def __call__(self, message: Refuse, call: Call) -> TaskReference:
        """End the envelope for everybody."""
        with self.works(call) as work:
            task_id = resolve(message.handle, work.envelopes.task_by_token)
            envelope = work.envelopes.get(work.envelopes.envelope_of_task(task_id))
            task = require_holder(message.handle, call.actor, envelope, task_id)
            envelope.refuse(task, message.reason, self.now())
            ended(work, envelope, self.now, {"task": task_id})
            answer = reference(task)
            work.commit(answer)
        return answer


@dataclass(frozen=True)
class VoidEnvelope:
    """The case is over."""

    works: Works
    now: Clock

    def __call__(self, event: CaseEnded, call: Call) -> None:
        """Recall what is still open; no envelope, or an ended one, is no error."""
        with self.works(call) as work:
            if event.envelope_id:
                envelope = work.envelopes.get(event.envelope_id)
                if envelope.end(EnvelopeState.RECALLED):
                    ended(work, envelope, self.now, {"case_state": event.state})
            work.commit()


def ended(work: Work, envelope: Envelope, now: Clock, facts: dict[str, str]) -> None:
    """Store and tell."""
    work.envelopes.save(envelope)
    work.envelopes.record(envelope.envelope_id, envelope.state.value.lower(), now(), facts)
    work.emit(
        EnvelopeEnded(
            envelope_id=envelope.envelope_id,
            case_no=envelope.case_no,
            version=envelope.version,
            state=envelope.state.value,
        ),
        aggregate_id=envelope.envelope_id,
    )
