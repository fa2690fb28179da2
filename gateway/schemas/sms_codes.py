"""Bodies and replies of SMS codes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Self

from gateway.schemas.base import text
from services.common.messages import identity
from services.common.messages.identity import CodePurpose
from services.common.values import Mobile


@dataclass(frozen=True, kw_only=True)
class SmsCodeBody:
    """Ask for a six-digit code by SMS."""

    mobile: Mobile
    purpose: CodePurpose
    captcha_id: str = text(64, 0, default="")
    captcha_answer: str = text(16, 0, default="")

    def message(self, source: str) -> identity.RequestSmsCode:
        """Return the command."""
        return identity.RequestSmsCode(
            mobile=self.mobile,
            purpose=self.purpose,
            source=source,
            captcha=identity.SolvedCaptcha(captcha_id=self.captcha_id, answer=self.captcha_answer),
        )


@dataclass(frozen=True, kw_only=True)
class SmsCodeReply:
    """The code's id, to be sent with the code."""

    code_id: str
    expires_at: dt.datetime

    @classmethod
    def of(cls, sent: identity.SmsCodeSent) -> Self:
        """Build from the message."""
        return cls(code_id=sent.code_id, expires_at=sent.expires_at)
