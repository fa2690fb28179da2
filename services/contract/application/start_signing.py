"""发起签署: the house and the buyers are asked for once more, then the documents are frozen."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseReference, StartSigning
from services.contract.application.keeping import keep
from services.contract.application.ports import CaseReader, Now, Register, Works
from services.contract.application.screening import BuyerScreening
from services.contract.domain.lifecycle import Act


@dataclass(frozen=True)
class SigningStart:
    """Asks the register before the transaction; what it says decides the row of the table."""

    works: Works
    reader: CaseReader
    register: Register
    screen: BuyerScreening
    now: Now

    def __call__(self, message: StartSigning, call: Call) -> CaseReference:
        """Start.

        The answer's state is FREEZING, FROZEN (house barred), BUYER_DRAFT (the register describes house or notes otherwise
        by now: generate again) or CONFIRMING (the main seller is asked first). Raises StaleVersion, ActBarred (with
        AcknowledgementMissing and PapersMissing), PartyBarred, NotAllowed, CaseNotFound, Unavailable.
        """
        person_id = call.actor.person_id
        seen = self.reader.get(message.case_no)
        seen.find_move(Act.START_SIGNING, seen.role_of(person_id))
        self.screen(message.case_no.city, [(one.name, one.id_number) for one in seen.buyers], call, typed=False)
        house = self.register.get_title(seen.title.title_id, call, except_case=message.case_no)
        with self.works(call) as work:
            case = work.cases.get(message.case_no)
            case.start_signing(person_id, message.version, house, self.now())
            return keep(work, case)
