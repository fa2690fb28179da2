"""An envelope is open: every signer gets the link to his own task."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import DomainError, Kind
from services.common.messages.signing import EnvelopeOpened
from services.common.values import CaseNo
from services.notice.application.ports import Cities, Clock, Neighbours, NewId, Outbox, Works
from services.notice.domain import wording
from services.notice.domain.message import Message

log = logging.getLogger(__name__)
OVER = frozenset({Kind.NOT_FOUND, Kind.CONFLICT})


@dataclass(frozen=True)
class Inviting:
    """Writes the invitation to one task, with a fresh link."""

    neighbours: Neighbours
    cities: Cities
    public_url: str
    now: Clock
    new_id: NewId

    def message(self, task_id: str, case_no: CaseNo, occasion: str, call: Call) -> Message | None:
        """Return the message, not yet kept; None where the city sends none. Raises what signing refuses with, Unavailable."""
        issued = self.neighbours.invitation(task_id, call)
        return self.cities.voice(case_no.city).write(
            wording.invitation(issued.case_no, f"{self.public_url}/s/{issued.token}", issued.expires_at),
            issued.mobile,
            message_id=self.new_id(),
            occasion=occasion,
            recipient=task_id,
            now=self.now(),
            useless_after=issued.expires_at,
        )


@dataclass(frozen=True)
class InviteSigners:
    """Two signers with one phone get two messages. A task already written to gets no new link: that would end the one sent."""

    works: Works
    outbox: Outbox
    inviting: Inviting

    def __call__(self, event: EnvelopeOpened, call: Call) -> None:
        """Queue an invitation per task. Raises Unavailable while signing does not answer; then none is queued yet."""
        waiting = [task for task in event.task_ids if not self.outbox.knows(event.envelope_id, task)]
        messages = [message for task in waiting if (message := self._invitation(event, task, call)) is not None]
        with self.works(call) as work:
            for message in messages:
                work.messages.add(message)
            work.commit()

    def _invitation(self, event: EnvelopeOpened, task_id: str, call: Call) -> Message | None:
        try:
            return self.inviting.message(task_id, event.case_no, event.envelope_id, call)
        except DomainError as refused:
            if refused.kind not in OVER:
                raise
            log.info("signer not invited", extra={"case_no": str(event.case_no), "code": refused.code})
            return None
