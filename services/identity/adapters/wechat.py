"""The port `WechatCodes`: off, or over WeChat's documented `GET /sns/jscode2session`.

Decides which of WeChat's `errcode` are the code's fault (40029, 40163), which the person's (40226), which ours or
theirs. The session key WeChat sends along is dropped: nothing here needs it.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

from services.common.kit.errors import Conflict, InvalidValue, Unavailable
from services.common.kit.outside import Outside

_CODE = re.compile(r"^[A-Za-z0-9_-]{8,128}$")
_OPENID = re.compile(r"^[A-Za-z0-9_-]{16,64}$")
INVALID_CODE, USED_CODE, RISKY_USER = 40029, 40163, 40226


class WechatOff:
    """The embedded deployment has no WeChat program."""

    def openid(self, code: str) -> str:
        """Refuse. Raises Conflict `identity.wechat_off`."""
        del code
        raise Conflict("identity.wechat_off")


class WechatHttp:
    """Asks WeChat."""

    def __init__(self, outside: Outside, app_id: str, secret: str) -> None:
        self._outside, self._app_id, self._secret = outside, app_id, secret

    def openid(self, code: str) -> str:
        """Exchange the code. Raises InvalidValue, Conflict `identity.wechat_refused`, Unavailable."""
        if not _CODE.match(code):
            raise InvalidValue("identity.wechat_code_wrong", field="code")
        asked = {"appid": self._app_id, "secret": self._secret, "js_code": code, "grant_type": "authorization_code"}
        answer = self._outside.send("GET", f"/sns/jscode2session?{urlencode(asked)}")
        fault = answer.body.get("errcode", 0)
        if fault in (INVALID_CODE, USED_CODE):
            raise InvalidValue("identity.wechat_code_wrong", field="code")
        if fault == RISKY_USER:
            raise Conflict("identity.wechat_refused")
        openid = answer.body.get("openid")
        if fault or answer.status != 200 or not isinstance(openid, str) or not _OPENID.match(openid):
            raise Unavailable("identity.wechat_unavailable")
        return openid
