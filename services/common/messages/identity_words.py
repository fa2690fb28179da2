"""Words and parts that several of identity's messages use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CodePurpose(StrEnum):
    """What an SMS code is good for."""

    REGISTER = "REGISTER"
    SIGN_IN = "SIGN_IN"
    RECOVER = "RECOVER"
    CHANGE_MOBILE = "CHANGE_MOBILE"
    BANK_CARD = "BANK_CARD"


class ProofPurpose(StrEnum):
    """The act an identity proof is spent on; it decides the service that accepts it."""

    OPEN_CASE = "OPEN_CASE"
    JOIN_CASE = "JOIN_CASE"
    SIGN = "SIGN"
    CANCEL_FILING = "CANCEL_FILING"  # 备案注销
    ACCOUNT = "ACCOUNT"  # a new password or mobile; identity itself spends it


class ProofMethod(StrEnum):
    """How a person was recognised."""

    FACE = "FACE"
    COUNTER = "COUNTER"
    BANK_CARD = "BANK_CARD"


class Assurance(StrEnum):
    """How far a proof can be trusted: `BASIC` compares with a card shown to us, `AUTHORITATIVE` with an office's own check."""

    BASIC = "BASIC"
    AUTHORITATIVE = "AUTHORITATIVE"


@dataclass(frozen=True, kw_only=True)
class SolvedCaptcha:
    """What a person read or heard."""

    captcha_id: str = ""
    answer: str = ""


NO_CAPTCHA = SolvedCaptcha()
"""Where none was asked for."""


class CaptchaKind(StrEnum):
    """To be seen or to be heard."""

    IMAGE = "IMAGE"
    SOUND = "SOUND"
