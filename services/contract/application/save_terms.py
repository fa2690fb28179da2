"""保存: what the parties agree on. A complete save publishes the case to the buyer."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseReference, SaveTerms
from services.contract.application.keeping import day_of, keep, remember
from services.contract.application.ports import Now, Works
from services.contract.domain.errors import InputRefused
from services.contract.domain.lifecycle import Act


@dataclass(frozen=True)
class TermsSaving:
    """Saves the terms of the seller's draft; refused ones are kept for the form, so that nothing typed is lost."""

    works: Works
    now: Now

    def __call__(self, message: SaveTerms, call: Call) -> CaseReference:
        """Save. Raises InputRefused with all faults, StaleVersion, ActBarred, NotAllowed, CaseNotFound."""
        person_id, now = call.actor.person_id, self.now()
        try:
            with self.works(call) as work:
                case = work.cases.get(message.case_no)
                case.find_move(Act.SAVE_TERMS, case.role_of(person_id))
                case.require_revision(message.revision)
                case.save_terms(person_id, message.terms, day_of(now), now)
                return keep(work, case)
        except InputRefused:
            remember(self.works, call, message.case_no, lambda case: case.remember_terms(person_id, message.terms))
            raise
