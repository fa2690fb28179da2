"""SMS codes and sessions."""

from __future__ import annotations

from gateway.exchange import Exchange, Reply
from gateway.routing import route
from gateway.schemas.people import RefreshBody, SessionBody, SessionReply, SmsCodeBody, SmsCodeReply, StaffSessionBody
from services.common.messages import identity


@route("POST", "/v1/sms-codes", actor="anyone", body=SmsCodeBody, reply=SmsCodeReply, status=201, idempotent=True)
def request_sms_code(exchange: Exchange, body: SmsCodeBody) -> Reply:
    """Send a six-digit code by SMS; it works for five minutes and five tries."""
    return Reply(SmsCodeReply.of(exchange.order(body.message(exchange.source))))


@route("POST", "/v1/sessions", actor="anyone", body=SessionBody, reply=SessionReply, status=201, idempotent=True)
def sign_in(exchange: Exchange, body: SessionBody) -> Reply:
    """Sign in by mobile and SMS code."""
    return Reply(SessionReply.of(exchange.order(body.message(exchange.source))))


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
