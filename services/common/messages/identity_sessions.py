"""Part of identity's messages: captchas, sessions, ways to sign in and out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.messages.identity_words import NO_CAPTCHA, CaptchaKind, SolvedCaptcha
from services.common.messages.shapes import Nothing, command, query
from services.common.values import Mobile


@dataclass(frozen=True, kw_only=True)
class SessionReference:
    """A session, as kept with the request: tokens are minted when it is shown, the refresh token for that generation only."""

    session_id: str
    generation: int = 1


@dataclass(frozen=True, kw_only=True)
class Session:
    """What a client holds: a 15-minute access token and a refresh token that changes with each use."""

    session_id: str
    person_id: str
    roles: tuple[str, ...]
    access_token: str
    refresh_token: str
    access_expires_at: dt.datetime


@command("identity", "sign_in", reply=Session)
@dataclass(frozen=True, kw_only=True)
class SignIn:
    """Open a session by mobile and SMS code. `id_tail` (last four of the ID) is asked where several people share the mobile."""

    mobile: Mobile
    code_id: str
    code: str
    id_tail: str | None = None
    source: str = ""  # hash of the caller's address, for limits


@dataclass(frozen=True, kw_only=True)
class CaptchaReference:
    """A captcha, as kept with the request."""

    captcha_id: str


@dataclass(frozen=True, kw_only=True)
class Captcha:
    """Digits as a picture (image/png) or spoken (audio/wav), base64; one try, five minutes."""

    captcha_id: str
    media_type: str
    content: str
    expires_at: dt.datetime


@command("identity", "create_captcha", reply=Captcha, process="worker", deadline=12.0)
@dataclass(frozen=True, kw_only=True)
class CreateCaptcha:
    """Ask for a captcha, after something was refused with `identity.captcha_needed`. Limited per source."""

    kind: CaptchaKind
    language: str  # zh or en, for the sound
    source: str


@command("identity", "sign_in_with_password", reply=Session)
@dataclass(frozen=True, kw_only=True)
class SignInWithPassword:
    """Open a session by login name, mobile or ID number, and the password. `id_tail` as in SignIn."""

    name: str
    password: str
    id_tail: str | None = None
    source: str = ""  # hash of the caller's address, for limits
    captcha: SolvedCaptcha = NO_CAPTCHA  # after three failures


@command("identity", "sign_in_with_wechat", reply=Session, deadline=8.0)
@dataclass(frozen=True, kw_only=True)
class SignInWithWechat:
    """Open a session by the code of a WeChat mini program (wx.login), for somebody who bound WeChat before."""

    code: str
    source: str = ""  # hash of the caller's address, for limits


@command("identity", "bind_wechat", reply=Nothing, deadline=8.0)
@dataclass(frozen=True, kw_only=True)
class BindWechat:
    """Let the caller sign in by WeChat from now on (绑定微信); replaces a former binding."""

    code: str


@command("identity", "unbind_wechat", reply=Nothing)
@dataclass(frozen=True, kw_only=True)
class UnbindWechat:
    """Let the caller no longer sign in by WeChat."""


@command("identity", "set_password", reply=Nothing)
@dataclass(frozen=True, kw_only=True)
class SetPassword:
    """Choose or change the caller's password and login name. Where there is a password: the current one, or a proof (ACCOUNT).

    A changed password ends the caller's other sessions.
    """

    password: str
    login: str | None = None  # None: as it was
    current: str = ""
    proof: str = ""


@command("identity", "sign_in_staff", reply=Session)
@dataclass(frozen=True, kw_only=True)
class SignInStaff:
    """Open a staff session by login, password and one-time password."""

    login: str
    password: str
    totp: str
    source: str = ""  # hash of the caller's address, for limits
    captcha: SolvedCaptcha = NO_CAPTCHA  # after three failures


@command("identity", "refresh_session", reply=Session)
@dataclass(frozen=True, kw_only=True)
class RefreshSession:
    """Exchange a refresh token; one used twice ends the session (it was stolen)."""

    refresh_token: str


@command("identity", "sign_out", reply=Nothing)
@dataclass(frozen=True, kw_only=True)
class SignOut:
    """End the caller's session."""


@command("identity", "sign_out_everywhere", reply=Nothing)
@dataclass(frozen=True, kw_only=True)
class SignOutEverywhere:
    """End all sessions of the caller, this one included."""


@dataclass(frozen=True, kw_only=True)
class EndedSessions:
    """Sessions ended before their time, whose access tokens may still be young. `until`: ask from here next time."""

    session_ids: tuple[str, ...]
    until: dt.datetime


@query("identity", "list_ended_sessions", reply=EndedSessions, deadline=2.0)
@dataclass(frozen=True, kw_only=True)
class ListEndedSessions:
    """Asked by the gateway every two seconds it is in use. `since` None: all whose access tokens may still be good."""

    since: dt.datetime | None = None
