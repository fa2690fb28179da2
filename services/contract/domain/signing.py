"""The acts from starting the signing to the last signature, and what happens when an envelope ends without it.

Events arrive twice and late: every method says whether it changed anything, and a fact about another envelope changes nothing.
"""

from __future__ import annotations

import datetime as dt

from services.common.messages.contract import FrozenDocument
from services.common.messages.property import Title
from services.common.values import PersonId
from services.contract.domain.acknowledgements import AcknowledgementMissing
from services.contract.domain.core import CaseCore, Confirmed, Drawing
from services.contract.domain.errors import ActBarred, NotYet
from services.contract.domain.lifecycle import Act, By, Guard, State
from services.contract.domain.papers import require_papers
from services.contract.domain.sellers import registered_sellers

REFUSED = "REFUSED"
OWNERS_CHANGED = "OWNERS_CHANGED"
"""Our own reason to freeze: the register now names other owners than the case was opened with."""


class Signing(CaseCore):
    """A case on its way to all signatures."""

    def start_signing(self, by: PersonId, version: int, house: Title, now: dt.datetime) -> None:
        """Freeze the text for drawing, unless the register or somebody's word stands in the way.

        A barred house freezes the case. One that is described otherwise by now takes the case back to the buyer, for the
        text no longer says what the register says. An unasked main seller is asked first. Raises AcknowledgementMissing,
        PapersMissing where it would begin without.
        """
        role = self.role_of(by)
        self.require_version(version)
        if self.drawing.refused_by:
            raise ActBarred(
                self.drawing.refused_by,
                act=Act.START_SIGNING.value,
                state=self.state.value,
                character=self.drawing.refused_character,
                codepoint=codepoint(self.drawing.refused_character),
            )
        barred = house.barred_by or self._changed_owners(house)
        changed, asks = self._differs(house), self._asks_first(by)
        told = {
            Guard.HOUSE_BARRED.value: bool(barred),
            Guard.REGISTER_CHANGED.value: changed,
            Guard.MAIN_SELLER_TO_BE_ASKED.value: asks,
        }
        self.find_move(Act.START_SIGNING, role, **told)
        self.frozen_by = barred
        if not barred and changed:
            self.title, self.drawing = house, Drawing()
        elif not barred and asks:
            self.drawing.seller_asked = True
        elif not barred:
            self._require_all_acknowledged()
            require_papers(house.papers_needed, self.brought)
            if self.confirmed_at(by) is None:
                started = Confirmed(person_id=by, at=now, by_start=True)
                self.drawing.confirmed = (*self.drawing.confirmed, started)
        self.move(Act.START_SIGNING, role, now, **told)

    def _require_all_acknowledged(self) -> None:
        missing = [(reason, one.role.value) for one in self.parties for reason in self.to_acknowledge(one)]
        if missing:
            raise AcknowledgementMissing((reason for reason, _ in missing), (role for _, role in missing))

    def _differs(self, house: Title) -> bool:
        """Whether the register says anything else of house and notes than the text of this case does."""
        return _described(house) != _described(self.title)

    def _asks_first(self, by: PersonId) -> bool:
        """Whether somebody whose start would have counted has neither started nor confirmed (decision 11)."""
        excused = self.rules.confirmation.start_counts_for
        waiting = [one for one in self.parties if one.role in excused and self.confirmed_at(one.person_id) is None]
        return any(one.person_id != by for one in waiting)

    def _changed_owners(self, house: Title) -> tuple[str, ...]:
        return () if _owners(house) == _owners(self.title) else (OWNERS_CHANGED,)

    def documents_drawn(self, version: int, code: str, documents: tuple[FrozenDocument, ...], now: dt.datetime) -> bool:
        """Keep what was drawn and tell signing; False when this version is no longer waiting for it."""
        if self.state is not State.FREEZING or version != self.version or self.drawing.documents:
            return False
        self.drawing.verification_code, self.drawing.documents = code, documents
        self.move(Act.DOCUMENTS_DRAWN, By.CONTRACT, now)
        return True

    def drawing_refused(
        self, version: int, code: str, now: dt.datetime, *, character: str = "", field: str = ""
    ) -> bool:
        """Give the text back to be edited: it holds what cannot be printed. False when this version is not waiting for it.

        Confirmations people gave stay until the text is edited; nothing was sent to anybody.
        """
        if self.state is not State.FREEZING or version != self.version or self.drawing.documents:
            return False
        self.drawing.refused_by, self.drawing.refused_character, self.drawing.refused_field = code, character, field
        self.drawing.confirmed = self._kept_confirmations()
        self.move(Act.DRAWING_REFUSED, By.CONTRACT, now)
        return True

    def envelope_opened(self, envelope_id: str, version: int, now: dt.datetime) -> bool:
        """Signing can begin."""
        if self.state is not State.FREEZING or version != self.version:
            return False
        self.drawing.envelope_id = envelope_id
        self.move(Act.ENVELOPE_OPENED, By.SIGNING, now)
        return True

    def signer_signed(self, envelope_id: str, person_id: PersonId, now: dt.datetime) -> bool:
        """Note one signature. Raises NotYet while the envelope it belongs to has not been reported."""
        self._require_opened()
        known = self.state is State.SIGNING and envelope_id == self.drawing.envelope_id
        if not known or person_id in self.drawing.signed_by:
            return False
        self.drawing.signed_by = (*self.drawing.signed_by, person_id)
        self.move(Act.SIGNER_SIGNED, By.SIGNING, now)
        return True

    def all_signed(self, envelope_id: str, now: dt.datetime) -> bool:
        """Note that the contract is made: with the last signature (民法典 490). Raises NotYet as `signer_signed`."""
        self._require_opened()
        if self.state is not State.SIGNING or envelope_id != self.drawing.envelope_id:
            return False
        self.drawing.signed_by = tuple(one.person_id for one in self.parties)
        self.drawing.signed_at = now
        self.move(Act.ALL_SIGNED, By.SIGNING, now)
        return True

    def envelope_ended(self, version: int, outcome: str, now: dt.datetime) -> bool:
        """Refused: all confirm anew. Expired or recalled: the same text may be signed anew, its confirmations hold.

        Either way the next envelope belongs to a new version, because a version is signed at most once.
        """
        if self.state not in {State.FREEZING, State.SIGNING} or version != self.version:
            return False
        kept = () if outcome == REFUSED else self._kept_confirmations()
        self.version += 1
        self.drawing = Drawing(generated_at=self.drawing.generated_at, confirmed=kept)
        self.move(Act.ENVELOPE_REFUSED if outcome == REFUSED else Act.ENVELOPE_LAPSED, By.SIGNING, now)
        return True

    def _require_opened(self) -> None:
        if self.state is State.FREEZING and self.drawing.documents:
            raise NotYet(state=self.state.value)

    def _kept_confirmations(self) -> tuple[Confirmed, ...]:
        """Return the confirmations people gave; that of a start counted for that start alone."""
        return tuple(one for one in self.drawing.confirmed if not one.by_start)


def codepoint(character: str) -> str:
    """Return a character's number as people look it up; empty for none."""
    return f"U+{ord(character):04X}" if character else ""


def _owners(title: Title) -> frozenset[object]:
    return frozenset((one.person_id, one.uscc) for one in registered_sellers(title))


def _described(title: Title) -> tuple[object, ...]:
    notes = (title.mortgaged, title.leased, title.habitation_right, frozenset(title.warnings))
    return (title.house, *notes, frozenset(title.papers_needed))
