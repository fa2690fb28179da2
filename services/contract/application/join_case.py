"""我是买家 → 签订合同: the caller becomes the main buyer."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseReference, JoinCase
from services.common.messages.identity import ProofPurpose
from services.common.profiles import Profiles
from services.contract.application.keeping import keep
from services.contract.application.notices import require_current_notice
from services.contract.application.ports import Now, People, Proofs, Works
from services.contract.application.screening import BuyerScreening
from services.contract.application.search_by_triple import Triple, TripleSearch


@dataclass(frozen=True)
class CaseJoining:
    """Checks the triple again: a case number alone opens nothing. The proof is spent only when the case is joined."""

    works: Works
    profiles: Profiles
    proofs: Proofs
    people: People
    search: TripleSearch
    screen: BuyerScreening
    now: Now

    def __call__(self, message: JoinCase, call: Call) -> CaseReference:
        """Join.

        Raises CaseNotFound (any part of the triple wrong, or already joined), ActBarred (not ready, `contract.same_party`),
        PartyBarred (失信被执行人, 购房资格), Unavailable.
        """
        person_id, no = call.actor.person_id, message.case_no
        require_current_notice(self.profiles.get(no.city), message.notice_version)
        proof = self.proofs.check(message.proof, ProofPurpose.JOIN_CASE, person_id)
        self.search(Triple.of(no.city, no.number, message), person_id, "", call)
        account = self.people.get_person(person_id, call)
        self.screen(no.city, [(account.name, account.id_number)], call, typed=False)
        with self.works(call) as work:
            case = work.cases.get(no)
            case.join(account, self.now())
            work.spend(proof.token_id, proof.expires_at)
            return keep(work, case)
