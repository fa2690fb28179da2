"""A whole side as it is saved: its persons, and for the buyers how they will hold the title."""

from __future__ import annotations

import datetime as dt

from services.common.messages.contract import Holding, PartyInput, Side
from services.common.messages.identity import Person
from services.contract.domain.core import CaseCore
from services.contract.domain.errors import Fault, InputRefused
from services.contract.domain.holding import HoldingCheck
from services.contract.domain.parties import Party, Pseudonym, SideCheck


def checked_side(
    case: CaseCore,
    side: Side,
    typed: tuple[PartyInput, ...],
    holding: Holding | None,
    today: dt.date,
    pseudonym: Pseudonym,
) -> tuple[tuple[Party, ...], Holding | None]:
    """Return the side as typed, held against the account of its main party, the register and the other side.

    Raises InputRefused with every fault.
    """
    mine, others = (case.sellers, case.buyers) if side is Side.SELLER else (case.buyers, case.sellers)
    check = SideCheck(_account(mine[0]), case.title, others, case.rules, today, pseudonym)
    if side is Side.SELLER:
        return check.sellers(typed), None
    buyers = check.buyers(typed)
    return buyers, HoldingCheck(case.rules, today, buyers).accept(holding) if holding else None


def faults_of_typed(case: CaseCore, side: Side, today: dt.date, pseudonym: Pseudonym) -> tuple[Fault, ...]:
    """Return what is wrong with the side that was typed and refused."""
    typed = case.typed.sellers if side is Side.SELLER else case.typed.buyers
    try:
        checked_side(case, side, typed, case.typed.holding, today, pseudonym)
    except InputRefused as refused:
        return refused.faults
    return ()


def _account(main: Party) -> Person:
    """Return the account as it was at opening or joining: name and number cannot be typed over."""
    return Person(person_id=main.person_id, name=main.name, id_number=main.id_number, mobile=main.mobile)
