"""The acts before signing: saving, joining, generating, confirming, editing again."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from services.common.kit.errors import InvalidValue
from services.common.messages.contract import Holding, PartyInput, Side, Terms
from services.common.messages.identity import Person
from services.common.values import PersonId
from services.contract.domain.acknowledgements import Acknowledged, AcknowledgementMissing, concerned
from services.contract.domain.core import CaseCore, Confirmed, Drawing
from services.contract.domain.errors import ActBarred, CaseNotFound
from services.contract.domain.lifecycle import Act, By
from services.contract.domain.parties import Party, main_party
from services.contract.domain.sellers import owner_of
from services.contract.domain.shared_mobiles import noted
from services.contract.domain.terms import TermsCheck


class Drafting(CaseCore):
    """A case whose text is being made."""

    def save_sellers(self, by: PersonId, sellers: tuple[Party, ...], now: dt.datetime) -> None:
        """Keep the checked sellers; publishes when the seller's side is complete."""
        role = self.role_of(by)
        self.find_move(Act.SAVE_SELLERS, role)
        self.sellers, self.sellers_saved = sellers, True
        self.typed = replace(self.typed, sellers=())
        self.shared_mobiles = noted(self.shared_mobiles, self.parties, now)
        self.move(Act.SAVE_SELLERS, role, now)

    def save_terms(self, by: PersonId, terms: Terms, today: dt.date, now: dt.datetime) -> None:
        """Check and keep the terms; publishes when the seller's side is complete. Raises InputRefused."""
        role = self.role_of(by)
        self.find_move(Act.SAVE_TERMS, role)
        self.terms = TermsCheck(self.title, self.rules, today).accept(terms)
        self.typed = replace(self.typed, terms=None)
        self.move(Act.SAVE_TERMS, role, now)

    def remember_terms(self, by: PersonId, terms: Terms) -> None:
        """Keep refused terms for the form; the case itself does not change. Raises ActBarred, NotAllowed."""
        self.find_move(Act.SAVE_TERMS, self.role_of(by))
        self.typed = replace(self.typed, terms=terms)

    def remember_side(
        self, by: PersonId, side: Side, parties: tuple[PartyInput, ...], holding: Holding | None = None
    ) -> None:
        """Keep a refused side for the form; the case itself does not change. Raises ActBarred, NotAllowed."""
        act = Act.SAVE_SELLERS if side is Side.SELLER else Act.SAVE_BUYERS
        self.find_move(act, self.role_of(by))
        if side is Side.SELLER:
            self.typed = replace(self.typed, sellers=parties)
        else:
            self.typed = replace(self.typed, buyers=parties, holding=holding)

    def join(self, account: Person, now: dt.datetime) -> None:
        """Make the caller the main buyer. Raises ActBarred `contract.same_party` for an owner of the house."""
        if self.party(account.person_id) is not None or owner_of(self.title, account.person_id) is not None:
            raise ActBarred("contract.same_party")
        self.find_move(Act.JOIN, By.OUTSIDER)
        self.buyers, self.buyers_saved = (main_party(Side.BUYER, account),), False
        self.move(Act.JOIN, By.OUTSIDER, now)

    def save_buyers(
        self, by: PersonId, buyers: tuple[Party, ...], now: dt.datetime, holding: Holding | None = None
    ) -> None:
        """Keep the checked buyers and how they will hold the title."""
        role = self.role_of(by)
        self.find_move(Act.SAVE_BUYERS, role)
        self.buyers, self.buyers_saved, self.holding = buyers, True, holding
        self.typed = replace(self.typed, buyers=(), holding=None)
        self.shared_mobiles = noted(self.shared_mobiles, self.parties, now)
        self.move(Act.SAVE_BUYERS, role, now)

    def generate(self, by: PersonId, today: dt.date, now: dt.datetime) -> None:
        """Fix a new version to be confirmed. Raises InputRefused when a date of the terms has passed since."""
        role = self.role_of(by)
        self.find_move(Act.GENERATE, role)
        if self.terms is not None:
            TermsCheck(self.title, self.rules, today).accept(self.terms)
        self.version += 1
        self.drawing = Drawing(generated_at=now)
        self.move(Act.GENERATE, role, now)

    def confirm(self, by: PersonId, version: int, now: dt.datetime) -> bool:
        """Confirm that version; False when this person already has. Raises StaleVersion, AcknowledgementMissing."""
        role = self.role_of(by)
        self.require_version(version)
        self.find_move(Act.CONFIRM, role)
        if self.confirmed_at(by) is not None:
            return False
        self._require_acknowledged(by)
        self.drawing.confirmed = (*self.drawing.confirmed, Confirmed(person_id=by, at=now))
        self.move(Act.CONFIRM, role, now)
        return True

    def acknowledge(self, by: PersonId, reason: str, text: tuple[str, str], now: dt.datetime) -> bool:
        """Note that this person has read the text (id and version) about a note; False when he already has.

        Raises InvalidValue `contract.nothing_to_acknowledge` for a note the register does not make, or not for his side.
        """
        role = self.role_of(by)
        self.find_move(Act.ACKNOWLEDGE, role)
        if reason not in self.title.warnings or self._party_of(by).side not in concerned(reason):
            raise InvalidValue("contract.nothing_to_acknowledge", field="reason")
        if reason not in self.to_acknowledge(self._party_of(by)):
            return False
        text_id, version = text
        one = Acknowledged(person_id=by, reason=reason, text_id=text_id, text_version=version, at=now)
        self.acknowledged = (*self.acknowledged, one)
        self.move(Act.ACKNOWLEDGE, role, now)
        return True

    def _party_of(self, by: PersonId) -> Party:
        party = self.party(by)
        if party is None:
            raise CaseNotFound
        return party

    def _require_acknowledged(self, by: PersonId) -> None:
        party = self._party_of(by)
        if missing := self.to_acknowledge(party):
            raise AcknowledgementMissing(missing, [party.role.value])

    def reopen(self, by: PersonId, now: dt.datetime) -> None:
        """Go back to the caller's draft; what was generated is void, and so are its confirmations."""
        self.move(Act.REOPEN, self.role_of(by), now)
        self.drawing = Drawing()
