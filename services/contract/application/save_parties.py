"""保存: the caller's side, main party first."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseReference, SaveParties, Side
from services.common.values import PersonId
from services.contract.application.keeping import day_of, keep, remember
from services.contract.application.ports import CaseReader, Now, Pseudonym, Works
from services.contract.application.screening import BuyerScreening
from services.contract.domain.case import Case
from services.contract.domain.errors import InputRefused
from services.contract.domain.lifecycle import Act
from services.contract.domain.sides import checked_side


@dataclass(frozen=True)
class PartySaving:
    """Holds the side against the account its main party came with, the register and the other side; buyers are screened."""

    works: Works
    reader: CaseReader
    screen: BuyerScreening
    pseudonym: Pseudonym
    now: Now

    def __call__(self, message: SaveParties, call: Call) -> CaseReference:
        """Save. Raises InputRefused with all faults, PartyBarred, StaleVersion, ActBarred, NotAllowed, CaseNotFound, Unavailable."""
        person_id = call.actor.person_id
        if message.side is Side.BUYER:
            self._screen(message, person_id, call)
        try:
            with self.works(call) as work:
                case = work.cases.get(message.case_no)
                act = Act.SAVE_SELLERS if message.side is Side.SELLER else Act.SAVE_BUYERS
                case.find_move(act, case.role_of(person_id))
                case.require_revision(message.revision)
                self._save(case, message, person_id)
                return keep(work, case)
        except InputRefused:
            remember(
                self.works,
                call,
                message.case_no,
                lambda case: case.remember_side(person_id, message.side, message.parties, message.holding),
            )
            raise

    def _screen(self, message: SaveParties, by: PersonId, call: Call) -> None:
        """Ask before the transaction, and only for who may save: nobody else learns of anybody's standing here."""
        seen = self.reader.get(message.case_no)
        seen.find_move(Act.SAVE_BUYERS, seen.role_of(by))
        typed = [(one.name, one.id_number) for one in message.parties[: seen.rules.parties.most_per_side]]
        self.screen(message.case_no.city, typed, call, typed=True)

    def _save(self, case: Case, message: SaveParties, by: PersonId) -> None:
        now = self.now()
        parties, holding = checked_side(
            case, message.side, message.parties, message.holding, day_of(now), self.pseudonym
        )
        if message.side is Side.SELLER:
            case.save_sellers(by, parties, now)
        else:
            case.save_buyers(by, parties, now, holding)
