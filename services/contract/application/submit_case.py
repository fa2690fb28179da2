"""提交合同: the signed contract goes to the authority."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseReference, SubmitCase
from services.contract.application.keeping import keep
from services.contract.application.ports import Now, Works


@dataclass(frozen=True)
class CaseSubmission:
    """Submits, also again after a return."""

    works: Works
    now: Now

    def __call__(self, message: SubmitCase, call: Call) -> CaseReference:
        """Submit. Raises ActBarred `contract.not_all_signed`, PapersMissing, NotAllowed, CaseNotFound."""
        with self.works(call) as work:
            case = work.cases.get(message.case_no)
            case.submit(call.actor.person_id, self.now())
            return keep(work, case)
