"""Spends an identity proof on a task and opens its signing session."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import NotAuthenticated
from services.common.messages.signing import IdentifySigner, TaskReference
from services.signing.application.access import require_holder, resolve
from services.signing.application.ports import Clock, Proofs, Works
from services.signing.application.views import reference


@dataclass(frozen=True)
class Identify:
    """The proof must name the task and its person; it is spent in the same transaction (decision 1)."""

    works: Works
    proofs: Proofs
    now: Clock
    session: dt.timedelta

    def __call__(self, message: IdentifySigner, call: Call) -> TaskReference:
        """Open the session."""
        proof = self.proofs.read(message.proof)
        with self.works(call) as work:
            task_id = resolve(message.handle, work.envelopes.task_by_token)
            envelope = work.envelopes.get(work.envelopes.envelope_of_task(task_id))
            task = require_holder(message.handle, call.actor, envelope, task_id)
            envelope.identify(task, proof.person_id, proof.method, self.now(), self.session)
            if proof.subject != task_id:  # the same person's, but for another task of theirs
                raise NotAuthenticated("proof.wrong_purpose")
            work.spend(proof.token_id, proof.expires_at)
            work.envelopes.save(envelope)
            facts = {"task": task_id, "method": proof.method, "assurance": proof.assurance, "proof": proof.token_id}
            work.envelopes.record(envelope.envelope_id, "identified", self.now(), facts)
            answer = reference(task)
            work.commit(answer)
        return answer
