"""Issue an SMS code (发送验证码). Says the same whether or not the mobile has an account."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.kit.errors import InvalidValue
from services.common.messages.identity import RequestSmsCode, SmsCodeIssued, SmsCodeSent
from services.identity.application.means import Means
from services.identity.domain.sms_code import DAY, HOUR, SmsCode, draw_digits

MAX_SOURCE = 128


def request_sms_code(means: Means, message: RequestSmsCode, call: Call) -> SmsCodeSent:
    """Keep a code and tell notice to send it. Raises TooSoon at a limit of the phone or the address."""
    if not 0 < len(message.source) <= MAX_SOURCE:
        raise InvalidValue("identity.source_missing", field="source")
    now = means.now()
    with means.works(call) as work:
        to_mobile = work.codes.issued_to(message.mobile, now - DAY)
        from_source = work.codes.issued_for_source(message.source, now - HOUR)
        means.rules.code_limits.refuse_excess(message.purpose, to_mobile, from_source, now)
        digits = draw_digits(means.randbelow)
        code = SmsCode(means.new_id(), message.mobile, message.purpose, message.source, digits, now)
        work.codes.save(code)
        work.emit(SmsCodeIssued(code_id=code.code_id), aggregate_id=code.code_id)
        answer = SmsCodeSent(code_id=code.code_id, expires_at=code.expires_at)
        work.commit(answer)
    return answer
