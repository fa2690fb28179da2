"""保存: the caller's side, main party first."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseReference, SaveParties, Side
from services.common.values import PersonId
from services.contract.application.keeping import day_of, keep, remember
from services.contract.application.ports import Now, Pseudonym, Works
from services.contract.domain.case import Case
from services.contract.domain.errors import InputRefused
from services.contract.domain.lifecycle import Act
from services.contract.domain.sides import checked_side


@dataclass(frozen=True)
class PartySaving:
    """Holds the side against the account its main party came with, the register and the other side."""

    works: Works
    pseudonym: Pseudonym
    now: Now

    def __call__(self, message: SaveParties, call: Call) -> CaseReference:
        """Save. Raises InputRefused with all faults, StaleVersion, ActBarred, NotAllowed, CaseNotFound."""
        person_id = call.actor.person_id
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

    def _save(self, case: Case, message: SaveParties, by: PersonId) -> None:
        now = self.now()
        parties, holding = checked_side(
            case, message.side, message.parties, message.holding, day_of(now), self.pseudonym
        )
        if message.side is Side.SELLER:
            case.save_sellers(by, parties, now)
        else:
            case.save_buyers(by, parties, now, holding)
