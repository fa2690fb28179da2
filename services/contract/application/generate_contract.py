"""生成电子合同: the buyer fixes a version to be confirmed."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseReference, GenerateContract
from services.contract.application.keeping import day_of, keep
from services.contract.application.ports import Now, Works
from services.contract.domain.lifecycle import Act


@dataclass(frozen=True)
class ContractGenerating:
    """Makes the next version of the text."""

    works: Works
    now: Now

    def __call__(self, message: GenerateContract, call: Call) -> CaseReference:
        """Generate. Raises ActBarred `contract.buyers_side_incomplete`, InputRefused (a date has passed), StaleVersion."""
        person_id, now = call.actor.person_id, self.now()
        with self.works(call) as work:
            case = work.cases.get(message.case_no)
            case.find_move(Act.GENERATE, case.role_of(person_id))
            case.require_revision(message.revision)
            case.generate(person_id, day_of(now), now)
            return keep(work, case)
