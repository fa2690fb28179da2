"""创建合同: the owner of a house opens a case."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import NotFound
from services.common.messages.contract import CaseReference, OpenCase
from services.common.messages.identity import ProofPurpose
from services.common.profiles import Profiles
from services.contract.application.keeping import day_of, reference, tell
from services.contract.application.notices import require_current_notice
from services.contract.application.ports import Now, People, Proofs, Register, Works
from services.contract.domain.case import Case, require_sellable


@dataclass(frozen=True)
class CaseOpening:
    """Asks register and account first, then spends the proof and inserts the case in one transaction."""

    works: Works
    profiles: Profiles
    proofs: Proofs
    register: Register
    people: People
    now: Now

    def __call__(self, message: OpenCase, call: Call) -> CaseReference:
        """Open the case.

        Raises NotFound (unknown city or title), InvalidValue `contract.notice_not_accepted`, NotAuthenticated (proof),
        Forbidden `contract.seller_not_owner`, HouseBarred, HouseTaken, Conflict `proof.already_spent`, Unavailable.
        """
        person_id = call.actor.person_id
        profile = self.profiles.get(message.city)
        require_current_notice(profile, message.notice_version)
        proof = self.proofs.check(message.proof, ProofPurpose.OPEN_CASE, person_id)
        title = self.register.get_title(message.title_id, call)
        account = self.people.get_person(person_id, call)
        if title.city != message.city:
            raise NotFound("contract.title_not_found")
        require_sellable(title, account, profile.case_type)
        now = self.now()
        with self.works(call) as work:
            work.spend(proof.token_id, proof.expires_at)
            number = work.cases.next_number(message.city, day_of(now))
            case = Case.open(number, profile.case_type, title, account, now)
            work.cases.add(case)
            tell(work, case)
            answer = reference(case)
            work.commit(answer)
            return answer
