"""发起签署: the house is asked for once more, then the documents are frozen."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseReference, StartSigning
from services.contract.application.keeping import keep
from services.contract.application.ports import CaseReader, Now, Register, Works


@dataclass(frozen=True)
class SigningStart:
    """Asks the register before the transaction; what it says decides the row of the table."""

    works: Works
    reader: CaseReader
    register: Register
    now: Now

    def __call__(self, message: StartSigning, call: Call) -> CaseReference:
        """Start; the answer's state is FREEZING, FROZEN (house barred) or CONFIRMING (the main seller is asked first).

        Raises StaleVersion, ActBarred, NotAllowed, CaseNotFound, Unavailable.
        """
        person_id = call.actor.person_id
        seen = self.reader.get(message.case_no)
        seen.role_of(person_id)
        house = self.register.get_title(seen.title.title_id, call, except_case=message.case_no)
        with self.works(call) as work:
            case = work.cases.get(message.case_no)
            case.start_signing(person_id, message.version, house, self.now())
            return keep(work, case)
