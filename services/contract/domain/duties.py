"""Who must do what by when, so that a case never just lies there: every state has an owner and a deadline (decisions 13, 15)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from services.common.messages.contract import Duty
from services.common.profiles import PartyRole
from services.contract.domain.core import CaseCore
from services.contract.domain.lifecycle import Act, By, State, roles
from services.contract.domain.parties import Party

OFFICE, SYSTEM = "OFFICE", "SYSTEM"
ALARM = dt.timedelta(seconds=60)
"""After which a job of ours that is not done is an operator's alarm."""

_ACTS: dict[State, str] = {
    State.SELLER_DRAFT: Act.SAVE_TERMS.value,
    State.WAIT_BUYER: Act.JOIN.value,
    State.BUYER_DRAFT: Act.GENERATE.value,
    State.CONFIRMING: Act.CONFIRM.value,
    State.READY_TO_SIGN: Act.START_SIGNING.value,
    State.FROZEN: Act.START_SIGNING.value,
    State.FREEZING: "draw",
    State.SIGNING: "sign",
    State.SIGNED: Act.SUBMIT.value,
    State.RETURNED: Act.SUBMIT.value,
    State.SUBMITTED: "review",
    State.REVIEWING: "review",
    State.FILING: "seal",
    State.FILED: "push",
}


def duty_of(case: CaseCore, viewer: Party | None) -> Duty | None:
    """Return what the case waits for; None where it has come to its end."""
    act = Act.REOPEN.value if _must_be_edited(case) else _ACTS.get(case.state)
    if act is None:
        return None
    owing = _owing(case)
    mine = viewer is not None and viewer.role.value in owing and _still_owes(case, viewer)
    return Duty(act=act, roles=owing, by=_deadline(case), mine=mine)


def _owing(case: CaseCore) -> tuple[str, ...]:
    """Return the roles that owe it, in the order in which parties sign."""
    if case.state is State.SELLER_DRAFT:
        return (PartyRole.SELLER_MAIN.value,)
    if case.state in {State.WAIT_BUYER, State.BUYER_DRAFT}:
        return (PartyRole.BUYER_MAIN.value,)
    if case.state in {State.CONFIRMING, State.SIGNING}:
        return tuple(dict.fromkeys(one.role.value for one in case.parties if _still_owes(case, one)))
    if _must_be_edited(case):
        return (PartyRole.SELLER_MAIN.value, PartyRole.BUYER_MAIN.value)
    if case.state in {State.READY_TO_SIGN, State.FROZEN, State.SIGNED, State.RETURNED}:
        by = By.SUBMITTER if case.state in {State.SIGNED, State.RETURNED} else By.STARTER
        able = roles(by, case.rules)
        return tuple(role.value for role in PartyRole if role in able)
    return (OFFICE,) if case.state in {State.SUBMITTED, State.REVIEWING} else (SYSTEM,)


def _must_be_edited(case: CaseCore) -> bool:
    """Whether the text could not be drawn."""
    return case.state is State.READY_TO_SIGN and bool(case.drawing.refused_by)


def _still_owes(case: CaseCore, party: Party) -> bool:
    if case.state is State.CONFIRMING:
        return case.must_confirm(party) and case.confirmed_at(party.person_id) is None
    return case.state is not State.SIGNING or party.person_id not in case.drawing.signed_by


def _deadline(case: CaseCore) -> dt.datetime:
    entered = _entered(case)
    if case.state is State.SIGNING:
        return entered + dt.timedelta(days=case.rules.signing.task_days)
    if case.state in {State.SUBMITTED, State.REVIEWING}:
        return _last(case, lambda act: act == Act.SUBMIT.value) + dt.timedelta(days=case.rules.filing.review_days)
    if case.state in {State.FREEZING, State.FILING, State.FILED}:
        return entered + ALARM
    return case.updated_at + dt.timedelta(days=case.rules.limits.draft_days)


def _entered(case: CaseCore) -> dt.datetime:
    """Return when the case came into its present state."""
    at = case.updated_at
    for one in reversed(case.history):
        if one.state != case.state.value:
            break
        at = one.at
    return at


def _last(case: CaseCore, fits: Callable[[str], bool]) -> dt.datetime:
    return next((one.at for one in reversed(case.history) if fits(one.act)), case.updated_at)
