"""Issue an SMS code (发送验证码). Says the same whether or not the mobile has an account."""

from __future__ import annotations

import datetime as dt

from services.common.kit.calls import Call
from services.common.kit.errors import InvalidValue
from services.common.messages.identity import RequestSmsCode, SmsCodeIssued, SmsCodeSent
from services.identity.application.captchas import MAX_SOURCE, use_captcha
from services.identity.application.means import Means
from services.identity.application.ports import Registers
from services.identity.domain.sms_code import DAY, HOUR, SmsCode, draw_digits


def request_sms_code(means: Means, message: RequestSmsCode, call: Call) -> SmsCodeSent:
    """Keep a code and tell notice to send it.

    Raises TooSoon at a limit of the phone or the address, before a captcha is used up; CaptchaNeeded, CaptchaWrong where
    phone or address left several codes unused. Registers of accounts are not looked at.
    """
    if not 0 < len(message.source) <= MAX_SOURCE:
        raise InvalidValue("identity.source_missing", field="source")
    now = means.now()
    with means.read() as registers:
        doubtful = _require_room(means, registers, message, now)
    if doubtful:
        use_captcha(means, call, message.captcha, message.source)
    with means.works(call) as work:
        _require_room(means, work, message, now)
        digits = draw_digits(means.randbelow)
        code = SmsCode(means.new_id(), message.mobile, message.purpose, message.source, digits, now)
        work.codes.save(code)
        work.emit(SmsCodeIssued(code_id=code.code_id), aggregate_id=code.code_id)
        answer = SmsCodeSent(code_id=code.code_id, expires_at=code.expires_at)
        work.commit(answer)
    return answer


def _require_room(means: Means, registers: Registers, message: RequestSmsCode, now: dt.datetime) -> bool:
    """Raise TooSoon where one more would be too many; return whether a captcha is due."""
    limits = means.rules.code_limits
    to_mobile = registers.codes.issued_to(message.mobile, now - DAY)
    from_source = registers.codes.issued_for_source(message.source, now - HOUR)
    limits.refuse_excess(message.purpose, to_mobile, from_source, now)
    return limits.is_doubtful(to_mobile, from_source, now)
