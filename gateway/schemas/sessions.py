"""Bodies and replies of sessions, people's and staff's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Self

from gateway.schemas.base import text
from services.common.messages import identity
from services.common.values import Mobile

BEARER = "Bearer"


@dataclass(frozen=True, kw_only=True)
class SessionBody:
    """Sign in by mobile and SMS code; `id_tail` where several people share the mobile."""

    mobile: Mobile
    code_id: str = text(64)
    code: str = text(6, 6, pattern=r"[0-9]{6}")
    id_tail: str | None = text(4, 4, default=None, pattern=r"[0-9]{3}[0-9Xx]")

    def message(self, source: str) -> identity.SignIn:
        """Return the command."""
        tail = self.id_tail.upper() if self.id_tail else None
        return identity.SignIn(mobile=self.mobile, code_id=self.code_id, code=self.code, id_tail=tail, source=source)


@dataclass(frozen=True, kw_only=True)
class PasswordSessionBody:
    """Sign in by login name, mobile or ID number, and the password; `id_tail` where several people share the mobile."""

    name: str = text(40)
    password: str = text(200)
    id_tail: str | None = text(4, 4, default=None, pattern=r"[0-9]{3}[0-9Xx]")
    captcha_id: str = text(64, 0, default="")
    captcha_answer: str = text(16, 0, default="")

    def message(self, source: str) -> identity.SignInWithPassword:
        """Return the command."""
        tail = self.id_tail.upper() if self.id_tail else None
        return identity.SignInWithPassword(
            name=self.name,
            password=self.password,
            id_tail=tail,
            source=source,
            captcha=identity.SolvedCaptcha(captcha_id=self.captcha_id, answer=self.captcha_answer),
        )


@dataclass(frozen=True, kw_only=True)
class StaffSessionBody:
    """Sign in as staff: login, password and one-time password."""

    login: str = text(64)
    password: str = text(256)
    totp: str = text(6, 6, pattern=r"[0-9]{6}")
    captcha_id: str = text(64, 0, default="")
    captcha_answer: str = text(16, 0, default="")

    def message(self, source: str) -> identity.SignInStaff:
        """Return the command."""
        return identity.SignInStaff(
            login=self.login,
            password=self.password,
            totp=self.totp,
            source=source,
            captcha=identity.SolvedCaptcha(captcha_id=self.captcha_id, answer=self.captcha_answer),
        )


@dataclass(frozen=True, kw_only=True)
class RefreshBody:
    """Exchange a refresh token; each works once."""

    refresh_token: str = text(2000)

    def message(self) -> identity.RefreshSession:
        """Return the command."""
        return identity.RefreshSession(refresh_token=self.refresh_token)


@dataclass(frozen=True, kw_only=True)
class SessionReply:
    """A session: an access token for 15 minutes, a refresh token that changes with each use."""

    session_id: str
    subject: str
    roles: tuple[str, ...]
    token_type: str
    access_token: str
    refresh_token: str
    access_expires_at: dt.datetime

    @classmethod
    def of(cls, session: identity.Session) -> Self:
        """Build from the message."""
        return cls(
            session_id=session.session_id,
            subject=session.person_id,
            roles=session.roles,
            token_type=BEARER,
            access_token=session.access_token,
            refresh_token=session.refresh_token,
            access_expires_at=session.access_expires_at,
        )
