"""Who must do what by when, as a person sees it: the row of the table in `deadlines`, resolved for this case (decisions 13, 15)."""

from __future__ import annotations

from services.common.messages.contract import Duty
from services.common.profiles import PartyRole
from services.contract.domain.core import CaseCore
from services.contract.domain.deadlines import DEADLINES, Owner, due_at
from services.contract.domain.lifecycle import Act, By, State, roles
from services.contract.domain.parties import Party

_BY = {Owner.STARTERS: By.STARTER, Owner.SUBMITTERS: By.SUBMITTER}
_NAMED = {
    Owner.MAIN_SELLER: (PartyRole.SELLER_MAIN,),
    Owner.MAIN_BUYER: (PartyRole.BUYER_MAIN,),
}


def duty_of(case: CaseCore, viewer: Party | None) -> Duty | None:
    """Return what the case waits for; None where it has come to its end."""
    row, due = DEADLINES.get(case.state), due_at(case)
    if row is None or due is None:
        return None
    edit = _must_be_edited(case)
    owing = _editors() if edit else _owing(case, row.owner)
    mine = viewer is not None and viewer.role.value in owing and _still_owes(case, viewer)
    return Duty(act=Act.REOPEN.value if edit else row.act, roles=owing, by=due, mine=mine)


def _editors() -> tuple[str, ...]:
    return (PartyRole.SELLER_MAIN.value, PartyRole.BUYER_MAIN.value)


def _owing(case: CaseCore, owner: Owner) -> tuple[str, ...]:
    """Return the roles that owe it, in the order in which parties sign."""
    if owner in {Owner.OFFICE, Owner.SYSTEM}:
        return (owner.value,)
    if owner in {Owner.CONFIRMERS, Owner.SIGNERS}:
        return tuple(dict.fromkeys(one.role.value for one in case.parties if _still_owes(case, one)))
    able = roles(_BY[owner], case.rules) if owner in _BY else frozenset(_NAMED[owner])
    return tuple(role.value for role in PartyRole if role in able)


def _must_be_edited(case: CaseCore) -> bool:
    """Whether the text could not be drawn."""
    return case.state is State.READY_TO_SIGN and bool(case.drawing.refused_by)


def _still_owes(case: CaseCore, party: Party) -> bool:
    if case.state is State.CONFIRMING:
        return case.must_confirm(party) and case.confirmed_at(party.person_id) is None
    return case.state is not State.SIGNING or party.person_id not in case.drawing.signed_by
