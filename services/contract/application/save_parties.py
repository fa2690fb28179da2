"""保存: the caller's side, main party first."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseReference, SaveParties, Side
from services.common.messages.identity import Person
from services.common.values import PersonId
from services.contract.application.keeping import day_of, keep
from services.contract.application.ports import Now, Pseudonym, Works
from services.contract.domain.case import Case
from services.contract.domain.lifecycle import Act
from services.contract.domain.parties import Party, SideCheck


@dataclass(frozen=True)
class PartySaving:
    """Holds the side against the account its main party came with, the register and the other side."""

    works: Works
    pseudonym: Pseudonym
    now: Now

    def __call__(self, message: SaveParties, call: Call) -> CaseReference:
        """Save. Raises InputRefused with all faults, StaleVersion, ActBarred, NotAllowed, CaseNotFound."""
        person_id = call.actor.person_id
        with self.works(call) as work:
            case = work.cases.get(message.case_no)
            act = Act.SAVE_SELLERS if message.side is Side.SELLER else Act.SAVE_BUYERS
            case.find_move(act, case.role_of(person_id))
            case.require_revision(message.revision)
            self._save(case, message, person_id)
            return keep(work, case)

    def _save(self, case: Case, message: SaveParties, by: PersonId) -> None:
        now = self.now()
        mine, others = (case.sellers, case.buyers) if message.side is Side.SELLER else (case.buyers, case.sellers)
        check = SideCheck(_account(mine[0]), case.title, others, case.rules, day_of(now), self.pseudonym)
        if message.side is Side.SELLER:
            case.save_sellers(by, check.sellers(message.parties), now)
        else:
            case.save_buyers(by, check.buyers(message.parties), now)


def _account(main: Party) -> Person:
    """Return the account as it was at opening or joining: name and number cannot be typed over."""
    return Person(person_id=main.person_id, name=main.name, id_number=main.id_number, mobile=main.mobile)
