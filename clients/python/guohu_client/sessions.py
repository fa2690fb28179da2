"""Getting in: SMS codes, registering, the ways to sign in, ticking texts, signing out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .client import NOBODY, Client


@dataclass(frozen=True)
class Session:
    """Whose session it is. The tokens are in the client; an app keeps them where the system keeps secrets."""

    session_id: str
    subject: str
    roles: tuple[str, ...]
    access_expires_at: str


@dataclass(frozen=True)
class Sessions:
    """The ways in of one client."""

    client: Client

    def send_code(self, mobile: str, purpose: str, *, captcha_id: str = "", captcha_answer: str = "") -> str:
        """Have a code sent by SMS for REGISTER, SIGN_IN, BANK_CARD, …; returns its id.

        Refused as `identity.captcha_needed`: operation `create_captcha` draws or speaks one.
        """
        body = {"mobile": mobile, "purpose": purpose}
        body |= {"captcha_id": captcha_id, "captcha_answer": captcha_answer} if captcha_id else {}
        return str(self.client.read("request_sms_code", body=body, headers=NOBODY)["code_id"])

    def register(self, name: str, id_number: str, mobile: str, *, code_id: str, code: str) -> str:
        """注册; returns the person's id. Somebody registered already gets the account there is."""
        body = {"name": name, "id_number": id_number, "mobile": mobile, "code_id": code_id, "code": code}
        return str(self.client.read("register", body=body)["person_id"])

    def by_code(self, mobile: str, *, code_id: str, code: str, id_tail: str = "") -> Session:
        """Sign in by mobile and SMS code; `id_tail`: last four of the ID number, where several people share the mobile."""
        body = {"mobile": mobile, "code_id": code_id, "code": code} | ({"id_tail": id_tail} if id_tail else {})
        return self._enter("sign_in", body)

    def by_password(self, name: str, password: str) -> Session:
        """Sign in by login name, mobile or ID number, and the password."""
        return self._enter("sign_in_with_password", {"name": name, "password": password})

    def by_wechat(self, code: str) -> Session:
        """Sign in by a code of `wx.login`, once WeChat is bound."""
        return self._enter("sign_in_with_wechat", {"code": code})

    def as_staff(self, login: str, password: str, totp: str) -> Session:
        """Sign in as staff; a one-time password works once."""
        return self._enter("sign_in_staff", {"login": login, "password": password, "totp": totp})

    def tick(self, text: Mapping[str, Any], purpose: str) -> None:
        """Record that a text was shown and ticked (勾选同意): which, in which version. Never for a box ticked beforehand."""
        body = {
            "purpose": purpose,
            "text_id": text["text_id"],
            "text_version": text["version"],
            "text_hash": text["sha256"],
        }
        self.client.do("record_consent", body=body)

    def sign_out(self, *, everywhere: bool = False) -> None:
        """End this session, or all of the person's."""
        self.client.do("sign_out_everywhere" if everywhere else "sign_out")
        self.client.token = self.client.refresh_token = ""

    def _enter(self, operation: str, body: Mapping[str, Any]) -> Session:
        told = self.client.read(operation, body=body, headers=NOBODY)
        self.client.hold(told)
        return Session(
            session_id=told["session_id"],
            subject=told["subject"],
            roles=tuple(told["roles"]),
            access_expires_at=told["access_expires_at"],
        )
