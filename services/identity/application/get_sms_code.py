"""Give notice the digits it is about to send."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.messages.identity import GetSmsCode, SmsCode
from services.identity.application.means import Means
from services.identity.domain.errors import SmsCodeGone


def get_sms_code(means: Means, message: GetSmsCode, call: Call) -> SmsCode:
    """Return the code, for service notice alone. Raises SmsCodeGone when it is spent, used up or expired."""
    call.actor.require_service("notice")
    with means.read() as registers:
        code = registers.codes.find(message.code_id)
    if code is None:
        raise SmsCodeGone
    return SmsCode(mobile=code.mobile, code=code.to_send(means.now()), purpose=code.purpose, expires_at=code.expires_at)
