"""确认合同: for one version, by each who must."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseReference, ConfirmContract
from services.contract.application.keeping import keep, reference
from services.contract.application.ports import Now, Works


@dataclass(frozen=True)
class ContractConfirming:
    """Carries the version, not the revision, so that people can confirm at the same time."""

    works: Works
    now: Now

    def __call__(self, message: ConfirmContract, call: Call) -> CaseReference:
        """Confirm; a second time changes nothing. Raises StaleVersion, ActBarred, CaseNotFound."""
        with self.works(call) as work:
            case = work.cases.get(message.case_no)
            changed = case.confirm(call.actor.person_id, message.version, self.now())
            return keep(work, case) if changed else reference(case)
