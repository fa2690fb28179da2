"""撤销合同: one side gives the case up before all have signed."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseReference, RevokeCase
from services.contract.application.keeping import keep
from services.contract.application.ports import Now, Works


@dataclass(frozen=True)
class CaseRevocation:
    """Ends the case; everybody is told and the house is free."""

    works: Works
    now: Now

    def __call__(self, message: RevokeCase, call: Call) -> CaseReference:
        """Revoke. Raises ActBarred (`contract.mutual_consent_required` once signed), NotAllowed, CaseNotFound."""
        with self.works(call) as work:
            case = work.cases.get(message.case_no)
            case.revoke(call.actor.person_id, message.reason, self.now())
            return keep(work, case)
