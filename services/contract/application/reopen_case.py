"""Editing again what was published or generated."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseReference, ReopenCase
from services.contract.application.keeping import keep
from services.contract.application.ports import Now, Works
from services.contract.domain.lifecycle import Act


@dataclass(frozen=True)
class CaseReopening:
    """Brings the caller's side back to its draft; confirmations are void."""

    works: Works
    now: Now

    def __call__(self, message: ReopenCase, call: Call) -> CaseReference:
        """Reopen. Raises StaleVersion, ActBarred, NotAllowed, CaseNotFound."""
        person_id = call.actor.person_id
        with self.works(call) as work:
            case = work.cases.get(message.case_no)
            case.find_move(Act.REOPEN, case.role_of(person_id))
            case.require_revision(message.revision)
            case.reopen(person_id, self.now())
            return keep(work, case)
