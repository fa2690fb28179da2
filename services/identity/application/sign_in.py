"""Open a citizen's session (登录) by mobile and SMS code."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.messages.identity import CodePurpose, SessionReference, SignIn
from services.identity.application.code_trial import CodeTrial
from services.identity.application.means import Means
from services.identity.application.open_session import open_session
from services.identity.domain.account import choose_account
from services.identity.domain.errors import AccountMissing, SmsCodeWrong


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
        # held from here on: an account won back, erased or moved to another phone meanwhile must not be entered by this one
        held = work.accounts.find(account.person_id)
        if held is None or held.mobile != message.mobile:
            raise AccountMissing
        trial.succeeded(code)
        return open_session(means, work, account.person_id)
