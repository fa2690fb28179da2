"""解除: both sides give a signed contract up."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseReference, RescindCase
from services.contract.application.keeping import keep, reference
from services.contract.application.ports import Now, Works


@dataclass(frozen=True)
class CaseRescission:
    """Records one side's agreement; the other side's ends the case."""

    works: Works
    now: Now

    def __call__(self, message: RescindCase, call: Call) -> CaseReference:
        """Agree; a second time changes nothing. Raises ActBarred, NotAllowed, CaseNotFound."""
        with self.works(call) as work:
            case = work.cases.get(message.case_no)
            changed = case.rescind(call.actor.person_id, call.actor.session, self.now())
            return keep(work, case) if changed else reference(case)
