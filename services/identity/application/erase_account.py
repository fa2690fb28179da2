"""Erase the caller's account (注销账户). What binds others, or the law keeps, stays where it is and is named in the answer."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.messages.identity import AccountErased, ChangeKind, EraseAccount, Erasure
from services.common.values import PersonId
from services.identity.application.end_sessions import end_sessions
from services.identity.application.means import Means
from services.identity.application.ports import Work
from services.identity.application.set_password import account_proof
from services.identity.application.tell_change import tell_change
from services.identity.domain.consent import ConsentPurpose
from services.identity.domain.erasure import ERASED, kept_after
from services.identity.domain.errors import PersonUnknown
from services.identity.domain.face_check import SUPERSEDED
from services.identity.domain.session import EndReason


def erase_account(means: Means, message: EraseAccount, call: Call) -> Erasure:
    """Erase, tell the phone, tell the services.

    Contract and signing are asked with no transaction open. A case opened in that instant is not lost: it holds its own
    copy of the party, and the same number registered again makes the same pseudonym and finds it.
    Raises NotAuthenticated, NotYours for the proof; ErasureBarred with what is under way; Unavailable; PersonUnknown.
    """
    person_id, now = call.actor.person_id, means.now()
    proof = account_proof(means, message.proof, person_id)
    ties = means.commitments.ties_of(person_id, call)
    ties.require_none()
    with means.works(call) as work:
        account = work.accounts.find(person_id)
        if account is None:
            raise PersonUnknown
        work.spend(proof.proof_id, proof.expires_at)
        _take_back(work, person_id, means)
        work.erasures.erase(person_id)
        tell_change(means, work, account, ChangeKind.ACCOUNT_ERASED)
        work.emit(AccountErased(person_id=person_id), aggregate_id=str(person_id))
        kept = kept_after(ties, now, blocked=work.blocklist.has(person_id))
        answer = Erasure(erased_at=now, erased=ERASED, kept=kept)
        work.commit(answer)
    return answer


def _take_back(work: Work, person_id: PersonId, means: Means) -> None:
    """Withdraw every consent, end running checks and all sessions; the failures counted against the account go too."""
    now = means.now()
    work.face_checks.hold_person(person_id)
    for purpose in ConsentPurpose:
        for consent in work.consents.live(person_id, purpose):
            work.consents.save(consent.withdrawn(now))
    for check in work.face_checks.running_of(person_id):
        check.expire(now, SUPERSEDED)
        work.face_checks.save(check)
    work.failures.clear(f"account:{person_id}")
    work.familiar.forget(f"account:{person_id}")
    end_sessions(work, str(person_id), EndReason.ERASED, now)
