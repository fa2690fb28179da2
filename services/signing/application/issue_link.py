"""Makes the link that notice sends to a signer: random, kept only as a hash, useless without the signer's own identity."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.signing import Invitation, IssueLink
from services.common.values import Mobile
from services.signing.application.access import token_hash
from services.signing.application.ports import Now, Works

TOKEN_BYTES = 32


@dataclass(frozen=True)
class LinkIssuing:
    """A new token each time; the former stops working."""

    works: Works
    now: Now

    def __call__(self, message: IssueLink, call: Call) -> Invitation:
        """Return number and token.

        Raises Forbidden to all but notice, TaskNotFound, EnvelopeEndedAlready, AlreadySigned.
        """
        call.actor.require_service("notice")
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with self.works(call) as work:
            envelope = work.envelopes.get(work.envelopes.envelope_of_task(message.task_id))
            task = envelope.task(message.task_id)
            envelope.notify(task, token_hash(token), self.now())
            work.envelopes.save(envelope)
            work.commit()
        return Invitation(
            task_id=task.task_id,
            case_no=envelope.case_no,
            mobile=Mobile(task.mobile),
            token=token,
            expires_at=envelope.expires_at,
        )
