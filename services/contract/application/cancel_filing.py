"""备案注销: a side applies to have the filing cancelled, or takes that back."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import ApplyCancellation, CaseReference, Side, TakeBackCancellation
from services.common.messages.identity import ProofPurpose
from services.common.messages.property import Title
from services.contract.application.keeping import keep, reference
from services.contract.application.ports import CaseReader, Now, Proofs, Register, Works
from services.contract.domain.case import Case
from services.contract.domain.errors import AlreadyTransferred


@dataclass(frozen=True)
class CancellationApplying:
    """The register is asked freshly whether the house is still the sellers': a title that has passed on is not undone here."""

    works: Works
    reader: CaseReader
    proofs: Proofs
    register: Register
    now: Now

    def __call__(self, message: ApplyCancellation, call: Call) -> CaseReference:
        """Apply for the caller's side; a second time changes nothing and spends nothing.

        Raises ActBarred, NotAllowed, CaseNotFound, NotAuthenticated, CancelNeedsBoth, AlreadyTransferred, Unavailable.
        """
        person_id = call.actor.person_id
        seen = self.reader.get(message.case_no)
        seen.require_cancellable(person_id)
        proof = self.proofs.check(message.proof, ProofPurpose.CANCEL_FILING, person_id)
        if _passed_on(seen, self.register.get_title(seen.title.title_id, call, message.case_no)):
            raise AlreadyTransferred
        with self.works(call) as work:
            case = work.cases.get(message.case_no)
            if not case.apply_cancel(person_id, message.ground, message.judgment, proof.token_id, self.now()):
                return reference(case)
            work.spend(proof.token_id, proof.expires_at)
            return keep(work, case)


@dataclass(frozen=True)
class CancellationTakingBack:
    """Possible while the other side has not applied."""

    works: Works
    now: Now

    def __call__(self, message: TakeBackCancellation, call: Call) -> CaseReference:
        """Take it back; a second time changes nothing. Raises ActBarred, NotAllowed, CaseNotFound."""
        with self.works(call) as work:
            case = work.cases.get(message.case_no)
            changed = case.take_back_cancel(call.actor.person_id, self.now())
            return keep(work, case) if changed else reference(case)


def _passed_on(case: Case, title: Title) -> bool:
    sellers = {one.person_id for one in case.parties if one.side is Side.SELLER}
    people = (one.person_id for one in title.owners)
    return sellers != {*people, *(one.representative_id for one in title.enterprise_owners)}
