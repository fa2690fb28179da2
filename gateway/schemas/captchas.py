"""Bodies and replies of captchas."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Self

from gateway.schemas.base import one_of
from services.common.messages import identity


@dataclass(frozen=True, kw_only=True)
class CaptchaBody:
    """Ask for a captcha, to be seen or to be heard."""

    kind: str = one_of("IMAGE", "SOUND", default="IMAGE")
    language: str = one_of("zh", "en", default="zh")

    def message(self, source: str) -> identity.CreateCaptcha:
        """Return the command."""
        return identity.CreateCaptcha(kind=identity.CaptchaKind(self.kind), language=self.language, source=source)


@dataclass(frozen=True, kw_only=True)
class CaptchaReply:
    """Digits as a picture or spoken: `content` is base64 of `media_type`. One try, five minutes."""

    captcha_id: str
    media_type: str
    content: str
    expires_at: dt.datetime

    @classmethod
    def of(cls, captcha: identity.Captcha) -> Self:
        """Build from the message."""
        return cls(
            captcha_id=captcha.captcha_id,
            media_type=captcha.media_type,
            content=captcha.content,
            expires_at=captcha.expires_at,
        )
