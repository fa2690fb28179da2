"""Part of identity's messages: SMS codes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.messages.identity_words import NO_CAPTCHA, CodePurpose, SolvedCaptcha
from services.common.messages.shapes import command, event, query
from services.common.values import Mobile


@dataclass(frozen=True, kw_only=True)
class SmsCodeSent:
    """A code is on its way."""

    code_id: str
    expires_at: dt.datetime


@command("identity", "request_sms_code", reply=SmsCodeSent)
@dataclass(frozen=True, kw_only=True)
class RequestSmsCode:
    """Ask for a code to that mobile (six digits, 5 minutes, 5 tries). Limited per mobile and source."""

    mobile: Mobile
    purpose: CodePurpose
    source: str  # hash of the caller's address, for limits
    captcha: SolvedCaptcha = NO_CAPTCHA  # where phone or address asked for codes nobody used


@dataclass(frozen=True, kw_only=True)
class SmsCode:
    """The code itself, for notice alone."""

    mobile: Mobile
    code: str
    purpose: CodePurpose
    expires_at: dt.datetime


@query("identity", "get_sms_code", reply=SmsCode)
@dataclass(frozen=True, kw_only=True)
class GetSmsCode:
    """Asked by notice when it is about to send."""

    code_id: str


@event("identity.sms_code_issued")
@dataclass(frozen=True, kw_only=True)
class SmsCodeIssued:
    """A code waits to be sent."""

    code_id: str
