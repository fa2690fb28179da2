"""Has a signer's link sent again: asked for by the signer, or by a main party who waits for a co-signer.

The mobile stays the one the version's documents were drawn with. Who has another phone by now needs no link: signed in, the task
stands under 我的签署.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Actor, Call
from services.common.messages.signing import InvitationRequested, InvitationWish, RequestInvitation
from services.signing.application.access import account_of
from services.signing.application.ports import NewId, Now, Works
from services.signing.domain.envelope import Envelope
from services.signing.domain.errors import TaskNotFound
from services.signing.domain.parts import Task


@dataclass(frozen=True)
class InvitationRequest:
    """Counts the wish at once, so that whoever asks hears of the limit; notice sends the link a moment later."""

    works: Works
    now: Now
    new_id: NewId

    def __call__(self, message: RequestInvitation, call: Call) -> InvitationWish:
        """Return when it may be asked for again.

        Raises TaskNotFound, EnvelopeEndedAlready, AlreadySigned, ResendTooSoon, ResendLimit; then the former link still works.
        """
        with self.works(call) as work:
            envelope = work.envelopes.get(work.envelopes.envelope_of_task(message.handle))
            task = envelope.task(message.handle)
            _require_near(envelope, task, call.actor)
            answer = InvitationWish(task_id=task.task_id, again_at=envelope.wish_link(task, self.now()))
            work.envelopes.save(envelope)
            told = InvitationRequested(
                invitation_id=self.new_id(),
                envelope_id=envelope.envelope_id,
                case_no=envelope.case_no,
                task_id=task.task_id,
            )
            work.emit(told, aggregate_id=envelope.envelope_id, case_no=envelope.case_no)
            work.commit(answer)
        return answer


def _require_near(envelope: Envelope, task: Task, actor: Actor) -> None:
    account = account_of(actor)
    main = {str(one.person_id) for one in envelope.tasks if one.is_main}
    if account == "" or account not in main | {str(task.person_id)}:
        raise TaskNotFound
