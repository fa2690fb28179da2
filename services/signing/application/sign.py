"""签署提交: takes the hand-drawn signature and the agreement; the worker puts it into the documents."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.signing import Sign, SignatureRequested, TaskReference
from services.signing.application.access import account_of, held
from services.signing.application.ports import Now, Works
from services.signing.application.views import reference
from services.signing.domain.agreement import Agreement


@dataclass(frozen=True)
class SignatureRequest:
    """Accepted once, whoever else signs at that moment: the ordered worker serialises who signs the file when."""

    works: Works
    now: Now

    def __call__(self, message: Sign, call: Call) -> TaskReference:
        """Accept.

        Raises HandwritingInvalid, IntentInvalid, TaskNotFound, IdentityRequired, DocumentUnread, HashMismatch, AlreadySigned,
        EnvelopeEndedAlready.
        """
        drawn = message.handwriting
        agreement = Agreement.drawn(
            message.document_hashes,
            width=drawn.width,
            height=drawn.height,
            strokes=drawn.strokes,
            intent=message.intent,
        )
        with self.works(call) as work:
            envelope, task = held(work.envelopes, message.handle, call.actor)
            envelope.sign(task, agreement, account_of(call.actor), self.now())
            work.envelopes.save(envelope)
            requested = SignatureRequested(envelope_id=envelope.envelope_id, task_id=task.task_id)
            work.emit(requested, aggregate_id=envelope.envelope_id, case_no=envelope.case_no)
            answer = reference(task)
            work.commit(answer)
        return answer
