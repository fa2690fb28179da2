"""Open a citizen's session (登录) by mobile and SMS code."""

from __future__ import annotations

from services.common.kit.calls import ActorKind, Call
from services.common.messages.identity import CodePurpose, SessionReference, SignIn
from services.identity.application.code_trial import CodeTrial
from services.identity.application.means import Means
from services.identity.domain.account import choose_account
from services.identity.domain.errors import SmsCodeWrong
from services.identity.domain.session import Session


def sign_in(means: Means, message: SignIn, call: Call) -> SessionReference:
    """Spend the code and open a session.

    Raises TooSoon (locked), SmsCodeWrong, SmsCodeExpired, SmsCodeUsedUp, AccountMissing, IdTailNeeded, IdTailAmbiguous.
    A wrong tail counts like wrong digits; a missing one costs nothing.
    """
    now = means.now()
    with means.works(call) as work:
        trial = CodeTrial(work, message.mobile, message.source, now)
        code = trial.require_right(message.code_id, CodePurpose.SIGN_IN, message.code)
        try:
            account = choose_account(work.accounts.with_mobile(message.mobile), message.id_tail)
        except SmsCodeWrong as wrong:
            code.count_failure()
            raise trial.refused(code, wrong) from wrong
        trial.succeeded(code)
        session = Session(means.new_id(), ActorKind.PERSON, str(account.person_id), (), "", now, now)
        work.sessions.save(session)
        answer = SessionReference(session_id=session.session_id, generation=session.generation)
        work.commit(answer)
    return answer
