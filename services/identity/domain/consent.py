"""The consent record (同意记录): what a person agreed to, in which words, and until when (个人信息保护法 14, 15, 29)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from services.common.kit.errors import InvalidValue
from services.common.values import PersonId

_CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}$")
_SHA256 = re.compile(r"^[0-9a-f]{64}$")


class ConsentPurpose(StrEnum):
    """What is agreed to; each is asked for by itself (个人信息保护法 29: separate consent for sensitive data)."""

    NOTICE = "NOTICE"
    FACE = "FACE"
    FACE_REVIEW = "FACE_REVIEW"  # keep a doubtful check's pictures until a clerk has decided, three days at most
    SHARING = "SHARING"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a purpose. Raises InvalidValue `identity.consent_purpose_unknown`."""
        try:
            return cls(text)
        except ValueError as wrong:
            raise InvalidValue("identity.consent_purpose_unknown", field="purpose") from wrong


@dataclass(frozen=True)
class ConsentText:
    """The words agreed to: which text, which version, and the SHA-256 of what was shown."""

    text_id: str
    text_version: str
    text_hash: str

    def __post_init__(self) -> None:
        """Refuse what identifies no text."""
        if not _CODE.match(self.text_id) or not _CODE.match(self.text_version):
            raise InvalidValue("identity.consent_text_invalid", field="text_id")
        if not _SHA256.match(self.text_hash):
            raise InvalidValue("identity.consent_text_invalid", field="text_hash")


@dataclass(frozen=True)
class Consent:
    """One consent. Withdrawing it does not undo what was done while it held."""

    consent_id: str
    person_id: PersonId
    purpose: ConsentPurpose
    text: ConsentText
    channel: str
    given_at: dt.datetime
    withdrawn_at: dt.datetime | None = None

    def __post_init__(self) -> None:
        """Refuse a channel that is no code word."""
        if not _CODE.match(self.channel):
            raise InvalidValue("identity.consent_channel_invalid", field="channel")

    def withdrawn(self, now: dt.datetime) -> Consent:
        """Return the same record, ended."""
        return replace(self, withdrawn_at=now)
