"""签署提交: takes the hand-drawn signature and the agreement; the worker puts it into the documents."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.signing import Sign, SignatureRequested, TaskReference
from services.signing.application.access import require_holder, resolve
from services.signing.application.ports import Clock, Works
from services.signing.application.views import reference
from services.signing.domain import handwriting


@dataclass(frozen=True)
class RequestSignature:
    """What is agreed to is the hash of the frozen documents the signer opened."""

    works: Works
    now: Clock

    def __call__(self, message: Sign, call: Call) -> TaskReference:
        """Accept once; the ordered worker serialises who signs the file when."""
        drawn = message.handwriting
        handwriting.check(drawn.width, drawn.height, drawn.strokes)
        ink = json.dumps({"width": drawn.width, "height": drawn.height, "strokes": drawn.strokes})
        with self.works(call) as work:
            task_id = resolve(message.handle, work.envelopes.task_by_token)
            envelope = work.envelopes.get(work.envelopes.envelope_of_task(task_id))
            task = require_holder(message.handle, call.actor, envelope, task_id)
            envelope.sign(task, message.document_hashes, ink, self.now())
            work.envelopes.save(envelope)
            facts = {
                "task": task_id,
                "intent": message.intent[:40],
                "handwriting_sha256": hashlib.sha256(ink.encode()).hexdigest(),
            }
            facts |= {f"agreed:{one.kind}": one.base_sha256 for one in envelope.documents}
            work.envelopes.record(envelope.envelope_id, "signature_requested", self.now(), facts)
            work.emit(
                SignatureRequested(envelope_id=envelope.envelope_id, task_id=task_id),
                aggregate_id=envelope.envelope_id,
                case_no=envelope.case_no,
            )
            answer = reference(task)
            work.commit(answer)
        return answer
