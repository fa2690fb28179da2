"""The port `BankCards`: off, the embedded table of made-up cards, or a provider that asks the banks over signed HTTP.

Decides how a provider's result maps to the bank's word; whatever it does not know is no answer, never a yes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import select

from services.common.kit.errors import Unavailable
from services.common.kit.outside import Partner
from services.common.messages.identity import Assurance
from services.common.values import IdNumber, Mobile, PersonId, PersonName
from services.identity.adapters import tables
from services.identity.adapters.people import Shelf
from services.identity.application.ports import Registers
from services.identity.domain.bank_card import BankAnswer, BankWord, CardNumber, KnownCard

UNAVAILABLE = "identity.bank_card_unavailable"
_RESULTS = {
    "MATCH": BankWord.MATCH,
    "MISMATCH": BankWord.MISMATCH,
    "CARD_UNSUPPORTED": BankWord.UNSUPPORTED,
    "CARD_UNUSABLE": BankWord.UNUSABLE,
    "TOO_MANY": BankWord.TOO_MANY,
}


class KnownCardShelf(Shelf):
    """The port `KnownCards` in PostgreSQL, as keyed hashes alone."""

    def find(self, card: CardNumber) -> KnownCard | None:
        """Look up."""
        table = tables.BANK_CARDS
        row = self._one(select(table).where(table.c.card_index == self._vault.index("card", card.value)))
        return None if row is None else KnownCard(row.person_id, row.name_index, row.mobile_index)

    def put(self, card: CardNumber, person_id: PersonId, name: PersonName, mobile: Mobile) -> None:
        """Insert or update."""
        values = {
            "card_index": self._vault.index("card", card.value),
            "person_id": str(person_id),
            "name_index": self._vault.index("card-name", str(name)),
            "mobile_index": self._vault.index("mobile", str(mobile)),
        }
        self._put(tables.BANK_CARDS, values)

    def fits(self, known: KnownCard, person_id: PersonId, name: PersonName, mobile: Mobile) -> bool:
        """Compare all three."""
        told = (str(person_id), self._vault.index("card-name", str(name)), self._vault.index("mobile", str(mobile)))
        return told == (known.person_id, known.name_index, known.mobile_index)


class NoBankCards:
    """Nobody to ask: the way is not offered."""

    offered = False

    def match(
        self, request_id: str, name: PersonName, id_number: IdNumber, card: CardNumber, mobile: Mobile
    ) -> BankAnswer:
        """Raise Unavailable."""
        del request_id, name, id_number, card, mobile
        raise Unavailable(UNAVAILABLE)


class EmbeddedBankCards:
    """The table: demonstrations and tests. Vouches for nothing beyond itself."""

    offered = True

    def __init__(
        self, read: Callable[[], AbstractContextManager[Registers]], person_id_of: Callable[[IdNumber], PersonId]
    ) -> None:
        self._read, self._person_id_of = read, person_id_of

    def match(
        self, request_id: str, name: PersonName, id_number: IdNumber, card: CardNumber, mobile: Mobile
    ) -> BankAnswer:
        """Look the card up; an unknown one is of a bank that does not take part."""
        del request_id
        with self._read() as registers:
            known = registers.bank_cards.find(card)
            if known is None:
                return BankAnswer(BankWord.UNSUPPORTED, Assurance.BASIC)
            fits = registers.bank_cards.fits(known, self._person_id_of(id_number), name, mobile)
        return BankAnswer(BankWord.MATCH if fits else BankWord.MISMATCH, Assurance.BASIC)


class HttpBankCards:
    """Asks `POST /bank-card-checks` with {request_id, name, id_number, card_number, mobile}; answered {result}."""

    offered = True

    def __init__(self, partner: Partner) -> None:
        self._partner = partner

    def match(
        self, request_id: str, name: PersonName, id_number: IdNumber, card: CardNumber, mobile: Mobile
    ) -> BankAnswer:
        """Return the bank's word. Raises Unavailable also for NO_ANSWER and results not agreed on."""
        asked = {
            "request_id": request_id,
            "name": str(name),
            "id_number": str(id_number),
            "card_number": card.value,
            "mobile": str(mobile),
        }
        word = _RESULTS.get(str(self._partner.ask("/bank-card-checks", asked).get("result")))
        if word is None:
            raise Unavailable(UNAVAILABLE)
        return BankAnswer(word, Assurance.AUTHORITATIVE)
