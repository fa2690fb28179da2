"""Bodies and replies of consents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from gateway.schemas.base import one_of, text
from services.common.messages import identity


@dataclass(frozen=True, kw_only=True)
class ConsentBody:
    """A text that was read and ticked, named by id, version and hash."""

    purpose: str = one_of("NOTICE", "FACE", "FACE_REVIEW", "SHARING")
    text_id: str = text(64)
    text_version: str = text(32)
    text_hash: str = text(64, 64, pattern=r"[0-9a-f]{64}")
    channel: str = one_of("APP", "WEB", "COUNTER", default="APP")

    def message(self) -> identity.RecordConsent:
        """Return the command."""
        return identity.RecordConsent(
            purpose=self.purpose,
            text_id=self.text_id,
            text_version=self.text_version,
            text_hash=self.text_hash,
            channel=self.channel,
        )


@dataclass(frozen=True, kw_only=True)
class ConsentReply:
    """The recorded consent."""

    consent_id: str

    @classmethod
    def of(cls, consent: identity.ConsentReference) -> Self:
        """Build from the message."""
        return cls(consent_id=consent.consent_id)
