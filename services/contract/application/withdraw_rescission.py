"""Taking back one's agreement to 解除, while the other side has not agreed."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseReference, WithdrawRescission
from services.contract.application.keeping import keep, reference
from services.contract.application.ports import Now, Works


@dataclass(frozen=True)
class RescissionWithdrawal:
    """The contract stands again as before; everybody is told."""

    works: Works
    now: Now

    def __call__(self, message: WithdrawRescission, call: Call) -> CaseReference:
        """Withdraw; without an agreement nothing changes. Raises ActBarred, NotAllowed, CaseNotFound."""
        with self.works(call) as work:
            case = work.cases.get(message.case_no)
            changed = case.withdraw_rescission(call.actor.person_id, self.now())
            return keep(work, case) if changed else reference(case)
