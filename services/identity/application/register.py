"""Open an account (注册): an adult's name and ID number, on a phone just proven, checked with an authority."""

from __future__ import annotations

import datetime as dt

from services.common.kit.calls import Call
from services.common.messages.identity import AccountReference, CodePurpose, Register
from services.common.values import PersonId
from services.identity.application.code_trial import CodeTrial
from services.identity.application.means import Means
from services.identity.application.ports import NameVerdict, Work
from services.identity.domain.account import NameCheck, open_account, require_adult
from services.identity.domain.errors import IdNumberBlocked, IdNumberTaken, NameNumberMismatch
from services.identity.domain.sms_code import SmsCode


def register(means: Means, message: Register, call: Call) -> AccountReference:
    """Create the account and spend the code.

    Raises UnderAge; TooSoon, SmsCodeWrong, SmsCodeExpired, SmsCodeUsedUp; then, for a proven phone only, IdNumberTaken,
    IdNumberBlocked, NameNumberMismatch, NameMismatch, MobileShared. The code survives those, so that the person can mend
    the entry; a taken number or a wrong name costs one of its five tries, or one phone could ask for everybody's. The
    authority is asked with no transaction open; where it knows nothing, the account waits for a clerk (IN_REVIEW).
    """
    now = means.now()
    require_adult(message.id_number, now)
    person_id = means.person_id_of(message.id_number)
    with means.works(call) as work:
        _require_free(work, message, person_id, now)
    verdict = means.authority.check_name(_question(call, means), message.name, message.id_number)
    with means.works(call) as work:
        trial, code = _require_free(work, message, person_id, now)
        if verdict is NameVerdict.MISMATCH:
            code.count_failure()
            raise trial.refused(code, NameNumberMismatch())
        seen = work.counter_checks.latest(person_id)
        account = open_account(
            person_id,
            message.name,
            message.id_number,
            message.mobile,
            name_seen_on_card=seen.name if seen else None,
            name_check=NameCheck.MATCHED if verdict is NameVerdict.MATCH else NameCheck.IN_REVIEW,
            others_with_mobile=work.accounts.with_mobile(message.mobile),
            shared_mobile=means.rules.shared_mobile,
            now=now,
        )
        work.accounts.add(account)
        trial.succeeded(code)
        answer = AccountReference(person_id=person_id)
        work.commit(answer)
    return answer


def _require_free(work: Work, message: Register, person_id: PersonId, now: dt.datetime) -> tuple[CodeTrial, SmsCode]:
    trial = CodeTrial(work, message.mobile, "", now)
    code = trial.require_right(message.code_id, CodePurpose.REGISTER, message.code)
    if work.accounts.find(person_id) is not None:
        code.count_failure()
        raise trial.refused(code, IdNumberTaken())
    if work.blocklist.has(person_id):
        code.count_failure()
        raise trial.refused(code, IdNumberBlocked())
    return trial, code


def _question(call: Call, means: Means) -> str:
    """The authority's name for this question: the same when the request is repeated, so that it is billed once."""
    return call.request_id or means.new_id()
