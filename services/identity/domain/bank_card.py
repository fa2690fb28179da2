"""The bank card (银行卡) as a proof of identity: what a card number may be, and what a bank can answer.

Numbers are used for one question and kept nowhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from stdnum import luhn

from services.common.kit.errors import InvalidValue
from services.common.messages.identity import Assurance
from services.common.values import normalise

_DIGITS = re.compile(r"^[0-9]{13,19}$")
"""ISO/IEC 7812-1: at most 19 digits, the last a check digit (Luhn)."""


@dataclass(frozen=True)
class CardNumber:
    """A card's number."""

    value: str = field(repr=False)

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what people type, blanks and hyphens included. Raises InvalidValue `identity.bank_card_invalid`."""
        digits = normalise(text).replace(" ", "").replace("-", "")
        if not _DIGITS.match(digits) or not luhn.is_valid(digits):
            raise InvalidValue("identity.bank_card_invalid", field="card_number")
        return cls(digits)


class BankWord(StrEnum):
    """What the bank says about name, ID number, card and mobile belonging together."""

    MATCH = "MATCH"
    MISMATCH = "MISMATCH"
    UNSUPPORTED = "UNSUPPORTED"
    """Not a card this can be asked for: a credit card, an enterprise's, a bank that does not take part."""
    UNUSABLE = "UNUSABLE"
    """Lost, frozen, closed."""
    TOO_MANY = "TOO_MANY"
    """The bank's own limit for the card is reached today."""


@dataclass(frozen=True)
class BankAnswer:
    """The word, and how far it can be trusted."""

    word: BankWord
    assurance: Assurance


@dataclass(frozen=True)
class KnownCard:
    """A card of the embedded table: who holds it and which mobile is reserved, as keyed hashes."""

    person_id: str
    name_index: str
    mobile_index: str
