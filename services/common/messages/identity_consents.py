"""Part of identity's messages: consents given and taken back."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.messages.shapes import Nothing, command


@dataclass(frozen=True, kw_only=True)
class ConsentReference:
    """A recorded consent."""

    consent_id: str


@command("identity", "record_consent", reply=ConsentReference)
@dataclass(frozen=True, kw_only=True)
class RecordConsent:
    """Record that the caller ticked a text of that version (同意). Purposes: NOTICE, FACE, SHARING."""

    purpose: str
    text_id: str
    text_version: str
    text_hash: str
    channel: str


@command("identity", "withdraw_consent", reply=Nothing)
@dataclass(frozen=True, kw_only=True)
class WithdrawConsent:
    """Take back the caller's consent to a purpose (撤回同意). FACE also deletes the portrait's template."""

    purpose: str
