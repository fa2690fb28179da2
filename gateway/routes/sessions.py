"""SMS codes and sessions."""

from __future__ import annotations

from gateway.exchange import Exchange, Reply
from gateway.routing import route
from gateway.schemas.accounts import WechatBody
from gateway.schemas.captchas import CaptchaBody, CaptchaReply
from gateway.schemas.sessions import PasswordSessionBody, RefreshBody, SessionBody, SessionReply, StaffSessionBody
from gateway.schemas.sms_codes import SmsCodeBody, SmsCodeReply
from services.common.messages import identity


@route("POST", "/v1/sms-codes", actor="anyone", body=SmsCodeBody, reply=SmsCodeReply, status=201, idempotent=True)
def request_sms_code(exchange: Exchange, body: SmsCodeBody) -> Reply:
    """Send a six-digit code by SMS; it works for five minutes and five tries. A captcha is asked for where codes stay unused."""
    return Reply(SmsCodeReply.of(exchange.order(body.message(exchange.source))))


@route("POST", "/v1/captchas", actor="anyone", body=CaptchaBody, reply=CaptchaReply, status=201, idempotent=True)
def create_captcha(exchange: Exchange, body: CaptchaBody) -> Reply:
    """Ask for a captcha as picture or sound, after something was refused with identity.captcha_needed (验证码)."""
    return Reply(CaptchaReply.of(exchange.order(body.message(exchange.source))))


@route("POST", "/v1/sessions", actor="anyone", body=SessionBody, reply=SessionReply, status=201, idempotent=True)
def sign_in(exchange: Exchange, body: SessionBody) -> Reply:
    """Sign in by mobile and SMS code."""
    return Reply(SessionReply.of(exchange.order(body.message(exchange.source))))


@route(
    "POST",
    "/v1/sessions/password",
    actor="anyone",
    body=PasswordSessionBody,
    reply=SessionReply,
    status=201,
    idempotent=True,
)
def sign_in_with_password(exchange: Exchange, body: PasswordSessionBody) -> Reply:
    """Sign in by login name, mobile or ID number, and password."""
    return Reply(SessionReply.of(exchange.order(body.message(exchange.source))))


@route("POST", "/v1/sessions/wechat", actor="anyone", body=WechatBody, reply=SessionReply, status=201, idempotent=True)
def sign_in_with_wechat(exchange: Exchange, body: WechatBody) -> Reply:
    """Sign in by a code of the WeChat program, once WeChat is bound (微信登录)."""
    message = identity.SignInWithWechat(code=body.code, source=exchange.source)
    return Reply(SessionReply.of(exchange.order(message)))


@route(
    "POST", "/v1/staff-sessions", actor="anyone", body=StaffSessionBody, reply=SessionReply, status=201, idempotent=True
)
def sign_in_staff(exchange: Exchange, body: StaffSessionBody) -> Reply:
    """Sign in as staff by login, password and one-time password."""
    return Reply(SessionReply.of(exchange.order(body.message(exchange.source))))


@route(
    "POST", "/v1/sessions/refresh", actor="anyone", body=RefreshBody, reply=SessionReply, status=201, idempotent=True
)
def refresh_session(exchange: Exchange, body: RefreshBody) -> Reply:
    """Exchange a refresh token for a new pair; a token used twice ends the session."""
    return Reply(SessionReply.of(exchange.order(body.message())))


@route("DELETE", "/v1/sessions/current", actor="signed_in", status=204)
def sign_out(exchange: Exchange) -> Reply:
    """End the session of the access token."""
    exchange.order(identity.SignOut())
    return Reply()


@route("DELETE", "/v1/sessions", actor="signed_in", status=204)
def sign_out_everywhere(exchange: Exchange) -> Reply:
    """End all of one's sessions, on every device (全部退出)."""
    exchange.order(identity.SignOutEverywhere())
    return Reply()
