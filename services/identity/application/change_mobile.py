"""Give the caller another mobile (变更手机号), by a code sent to it and an identity proof for the account."""

from __future__ import annotations

from dataclasses import replace

from services.common.kit.calls import Call
from services.common.messages.identity import ChangeKind, ChangeMobile, CodePurpose
from services.common.messages.shapes import Nothing
from services.identity.application.code_trial import CodeTrial
from services.identity.application.end_sessions import end_sessions
from services.identity.application.means import Means
from services.identity.application.set_password import account_proof
from services.identity.application.tell_change import tell_change
from services.identity.domain.account import require_sharing
from services.identity.domain.errors import PersonUnknown
from services.identity.domain.session import EndReason


def change_mobile(means: Means, message: ChangeMobile, call: Call) -> Nothing:
    """Keep it, tell the old one, end the caller's other sessions.

    Raises NotAuthenticated, NotYours for the proof; the code's refusals; MobileShared; PersonUnknown.
    """
    person_id, now = call.actor.person_id, means.now()
    proof = account_proof(means, message.proof, person_id)
    with means.works(call) as work:
        trial = CodeTrial(work, message.mobile, "", now)
        code = trial.require_right(message.code_id, CodePurpose.CHANGE_MOBILE, message.code)
        account = work.accounts.find(person_id)
        if account is None:
            raise PersonUnknown
        others = [one for one in work.accounts.with_mobile(message.mobile) if one.person_id != person_id]
        require_sharing(others, means.rules.shared_mobile)
        work.spend(proof.proof_id, proof.expires_at)
        trial.succeeded(code)
        work.accounts.save(replace(account, mobile=message.mobile, mobile_shared=bool(others)))
        tell_change(means, work, account, ChangeKind.MOBILE_CHANGED)
        end_sessions(work, str(person_id), EndReason.MOBILE_CHANGED, now, but=call.actor.session)
        work.commit(Nothing())
    return Nothing()
