"""拒签: a signer refuses, which ends the envelope for all."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.signing import Refuse, TaskReference
from services.signing.application.access import account_of, held
from services.signing.application.ending import keep_ended
from services.signing.application.ports import Now, Works
from services.signing.application.views import reference


@dataclass(frozen=True)
class SigningRefusal:
    """Inside a signing session, with a reason the other parties may read."""

    works: Works
    now: Now

    def __call__(self, message: Refuse, call: Call) -> TaskReference:
        """End it. Raises TaskNotFound, IdentityRequired, AlreadySigned, EnvelopeEndedAlready, ReasonInvalid."""
        with self.works(call) as work:
            envelope, task = held(work.envelopes, message.handle, call.actor)
            envelope.refuse(task, message.reason, account_of(call.actor), self.now())
            keep_ended(work, envelope)
            answer = reference(task)
            work.commit(answer)
        return answer
