"""Spends an identity proof on a task and opens its signing session."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import NotAuthenticated
from services.common.messages.signing import IdentifySigner, TaskReference
from services.signing.application.access import account_of, held
from services.signing.application.ports import Now, Proofs, Rules, Works
from services.signing.application.views import reference
from services.signing.domain.errors import NotSigner


@dataclass(frozen=True)
class SignerIdentifying:
    """The proof must name the task and its person; it is spent in the same transaction (decision 1)."""

    works: Works
    proofs: Proofs
    rules: Rules
    now: Now

    def __call__(self, message: IdentifySigner, call: Call) -> TaskReference:
        """Open the session.

        Raises NotAuthenticated (also `proof.wrong_purpose`: made for another task), TaskNotFound, NotSigner, AlreadySigned,
        EnvelopeEndedAlready, Conflict `proof.already_spent`.
        """
        proof = self.proofs.check(message.proof)
        with self.works(call) as work:
            envelope, task = held(work.envelopes, message.handle, call.actor)
            if proof.identification.person_id != task.person_id:
                raise NotSigner
            if proof.subject != task.task_id:
                raise NotAuthenticated("proof.wrong_purpose")
            lasts = self.rules.session(envelope.case_no)
            envelope.identify(task, proof.identification, account_of(call.actor), lasts, self.now())
            work.spend(proof.identification.proof_id, proof.expires_at)
            work.envelopes.save(envelope)
            answer = reference(task)
            work.commit(answer)
        return answer
