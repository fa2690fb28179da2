"""Somebody wants a signer's link sent again: a fresh link, in one message more."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import DomainError
from services.common.messages.signing import InvitationRequested
from services.notice.application.invite_signers import OVER, Inviting
from services.notice.application.ports import Outbox, Works

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ResendInvitation:
    """One message a wish; how often one may wish is signing's rule. Heard twice, the link sent is not replaced."""

    works: Works
    outbox: Outbox
    inviting: Inviting

    def __call__(self, event: InvitationRequested, call: Call) -> None:
        """Queue the message; none for a task that was signed or ended meanwhile. Raises Unavailable: to be tried again."""
        if self.outbox.knows(event.invitation_id, event.task_id):
            return
        try:
            message = self.inviting.message(event.task_id, event.case_no, event.invitation_id, call)
        except DomainError as refused:
            if refused.kind not in OVER:
                raise
            log.info("signer not invited", extra={"case_no": str(event.case_no), "code": refused.code})
            return
        if message is None:
            return
        with self.works(call) as work:
            work.messages.add(message)
            work.commit()
