"""Taking an uploaded file away."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import MaterialReference, RemoveMaterial
from services.contract.application.accept_upload import material_reference
from services.contract.application.ports import Now, Works


@dataclass(frozen=True)
class MaterialRemoval:
    """The row stays as removed; the bytes are deleted by the sweep, so that no crash leaves them behind."""

    works: Works
    now: Now

    def __call__(self, message: RemoveMaterial, call: Call) -> MaterialReference:
        """Remove. Raises CaseNotFound (also for a file that is gone), NotAllowed, ActBarred."""
        person_id = call.actor.person_id
        with self.works(call) as work:
            case = work.cases.get(message.case_no)
            case.role_of(person_id)
            gone = case.detach(person_id, message.file_id)
            work.materials.remove(message.case_no, gone, person_id, self.now())
            answer = material_reference(message.case_no, gone)
            work.commit(answer)
        return answer
