"""Open an account (注册): an adult's name and ID number, on a phone just proven."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.messages.identity import AccountReference, CodePurpose, Register
from services.identity.application.code_trial import CodeTrial
from services.identity.application.means import Means
from services.identity.domain.account import open_account, require_adult
from services.identity.domain.errors import IdNumberTaken


def register(means: Means, message: Register, call: Call) -> AccountReference:
    """Create the account and spend the code.

    Raises UnderAge; TooSoon, SmsCodeWrong, SmsCodeExpired, SmsCodeUsedUp; then, for a proven phone only, IdNumberTaken,
    NameMismatch, MobileShared. The code survives those, so that the person can mend the entry; a number already taken
    costs one of its five tries, or one phone could ask for everybody's.
    """
    now = means.now()
    require_adult(message.id_number, now)
    person_id = means.person_id_of(message.id_number)
    with means.works(call) as work:
        trial = CodeTrial(work, message.mobile, "", now)
        code = trial.require_right(message.code_id, CodePurpose.REGISTER, message.code)
        if work.accounts.find(person_id) is not None:
            code.count_failure()
            raise trial.refused(code, IdNumberTaken())
        seen = work.counter_checks.latest(person_id)
        account = open_account(
            person_id,
            message.name,
            message.id_number,
            message.mobile,
            name_seen_on_card=seen.name if seen else None,
            others_with_mobile=work.accounts.with_mobile(message.mobile),
            shared_mobile=means.rules.shared_mobile,
            now=now,
        )
        work.accounts.add(account)
        trial.succeeded(code)
        answer = AccountReference(person_id=person_id)
        work.commit(answer)
    return answer
