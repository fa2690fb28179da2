"""The table beside the lifecycle: for every state who must do what by when, and what happens then (decision 15).

Decides deadlines, warnings and reminders; one source for what parties are shown and for what the clock does. Leaves the number
of days to the city profile, the clock to the worker, and who exactly still owes something to `duties`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from services.common.profiles import BusinessType
from services.contract.domain.core import CaseCore
from services.contract.domain.lifecycle import Act, State

ALARM = dt.timedelta(seconds=60)
"""After which a job of ours that is not done is an operator's alarm."""
Days: TypeAlias = Callable[[BusinessType], int]


class Owner(StrEnum):
    """Who must act. Parties are resolved by the city's profile; OFFICE reviews, SYSTEM is ourselves."""

    MAIN_SELLER = "MAIN_SELLER"
    MAIN_BUYER = "MAIN_BUYER"
    CONFIRMERS = "CONFIRMERS"
    STARTERS = "STARTERS"
    SIGNERS = "SIGNERS"
    SUBMITTERS = "SUBMITTERS"
    OFFICE = "OFFICE"
    SYSTEM = "SYSTEM"


class Since(StrEnum):
    """From when time runs: the last change or upload, the way into the state, the submission."""

    TOUCHED = "TOUCHED"
    ENTERED = "ENTERED"
    SUBMITTED = "SUBMITTED"


class Then(StrEnum):
    """What happens at the deadline."""

    EXPIRE = "EXPIRE"  # the case ends, the house is free
    RETURN = "RETURN"  # signing ends the envelope, the case goes back to be started again
    REMIND = "REMIND"  # the parties are reminded, again and again: a signed contract binds them and does not lapse
    ALARM = "ALARM"  # operators are told: the parties can do nothing


@dataclass(frozen=True)
class Deadline:
    """One row. `allowed` None: `ALARM`. `warned`: days before the deadline, or for REMIND between two reminders."""

    act: str
    owner: Owner
    since: Since
    then: Then
    allowed: Days | None = None
    warned: Days | None = None

    def time(self, rules: BusinessType) -> dt.timedelta:
        """Return how long the owner has."""
        return dt.timedelta(days=self.allowed(rules)) if self.allowed else ALARM

    def warning(self, rules: BusinessType) -> dt.timedelta:
        """Return how long before the deadline people are warned: at most half of the time they have."""
        return min(dt.timedelta(days=self.warned(rules)), self.time(rules) / 2) if self.warned else dt.timedelta()


def _draft(act: Act, owner: Owner) -> Deadline:
    def allowed(rules: BusinessType) -> int:
        return rules.limits.draft_days

    def warned(rules: BusinessType) -> int:
        return rules.limits.draft_warning_days

    return Deadline(act.value, owner, Since.TOUCHED, Then.EXPIRE, allowed, warned)


def _submission() -> Deadline:
    def allowed(rules: BusinessType) -> int:
        return rules.filing.submit_days

    def warned(rules: BusinessType) -> int:
        return rules.filing.reminder_days

    return Deadline(Act.SUBMIT.value, Owner.SUBMITTERS, Since.ENTERED, Then.REMIND, allowed, warned)


def _review() -> Deadline:
    return Deadline("review", Owner.OFFICE, Since.SUBMITTED, Then.ALARM, lambda rules: rules.filing.review_days)


DEADLINES: dict[State, Deadline] = {
    State.SELLER_DRAFT: _draft(Act.SAVE_TERMS, Owner.MAIN_SELLER),
    State.WAIT_BUYER: _draft(Act.JOIN, Owner.MAIN_BUYER),
    State.BUYER_DRAFT: _draft(Act.GENERATE, Owner.MAIN_BUYER),
    State.CONFIRMING: _draft(Act.CONFIRM, Owner.CONFIRMERS),
    State.READY_TO_SIGN: _draft(Act.START_SIGNING, Owner.STARTERS),
    State.FROZEN: _draft(Act.START_SIGNING, Owner.STARTERS),
    State.FREEZING: Deadline("draw", Owner.SYSTEM, Since.ENTERED, Then.ALARM),
    State.SIGNING: Deadline(
        "sign",
        Owner.SIGNERS,
        Since.ENTERED,
        Then.RETURN,
        lambda rules: rules.signing.task_days,
        lambda rules: rules.signing.warning_days,
    ),
    State.SIGNED: _submission(),
    State.RETURNED: _submission(),
    State.SUBMITTED: _review(),
    State.REVIEWING: _review(),
    State.FILING: Deadline("seal", Owner.SYSTEM, Since.ENTERED, Then.ALARM),
    State.FILED: Deadline("push", Owner.SYSTEM, Since.ENTERED, Then.ALARM),
    State.CANCEL_PENDING: Deadline(
        "review", Owner.OFFICE, Since.ENTERED, Then.ALARM, lambda rules: rules.filing.review_days
    ),
}
"""Every state that is no end."""


class ClockAct(StrEnum):
    """What the clock does."""

    TELL = "TELL"
    EXPIRE = "EXPIRE"


@dataclass(frozen=True)
class ClockDue:
    """The next thing the clock does with a case, and when. `due`: the deadline people are told of."""

    act: ClockAct
    at: dt.datetime
    then: Then
    due: dt.datetime
    notice: dt.timedelta

    def deadline(self, told_at: dt.datetime) -> dt.datetime:
        """Return what people are told at that time: a late warning still leaves its time before the end."""
        return max(self.due, told_at + self.notice) if self.then is Then.EXPIRE else self.due


def due_at(case: CaseCore) -> dt.datetime | None:
    """Return the deadline of the present state; None at an end. Nobody's case expires without the warning's time before."""
    row = DEADLINES.get(case.state)
    if row is None:
        return None
    due = _begun(case, row) + row.time(case.rules)
    told = _told(case, row)
    return max(due, told + row.warning(case.rules)) if told and row.then is Then.EXPIRE else due


def next_act(case: CaseCore) -> ClockDue | None:
    """Return what the clock does next; None where it does nothing, because others act or operators are alarmed."""
    row, due = DEADLINES.get(case.state), due_at(case)
    if row is None or due is None or row.then is Then.ALARM:
        return None
    told, notice = _told(case, row), row.warning(case.rules)
    if row.then is Then.REMIND:
        return ClockDue(ClockAct.TELL, (told or _begun(case, row)) + notice, row.then, due, notice)
    if told is None:
        return ClockDue(ClockAct.TELL, due - notice, row.then, due, notice)
    return ClockDue(ClockAct.EXPIRE, due, row.then, due, notice) if row.then is Then.EXPIRE else None


def _told(case: CaseCore, row: Deadline) -> dt.datetime | None:
    """Return when the clock told people of this deadline: what it told before time began to run anew is over."""
    told = case.reminded_at
    return told if told is not None and told > _begun(case, row) else None


def _begun(case: CaseCore, row: Deadline) -> dt.datetime:
    if row.since is Since.TOUCHED:
        return max([case.updated_at, *(one.uploaded_at for one in case.files)])
    return _entered(case) if row.since is Since.ENTERED else _submitted(case)


def _entered(case: CaseCore) -> dt.datetime:
    """Return when the case came into its present state."""
    at = case.updated_at
    for one in reversed(case.history):
        if one.state != case.state.value:
            break
        at = one.at
    return at


def _submitted(case: CaseCore) -> dt.datetime:
    return next((one.at for one in reversed(case.history) if one.act == Act.SUBMIT.value), case.updated_at)
