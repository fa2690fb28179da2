"""What kit answers in every service with a database, for operators: events that died, the field key's rotation."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.messages.shapes import Rpc, event


@dataclass(frozen=True, kw_only=True)
class DeadEvent:
    """An event one handler gave up on."""

    event_id: str
    handler_id: str
    name: str
    case_no: str
    attempts: int
    error_code: str
    died_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class DeadEvents:
    """Oldest first, at most 500."""

    events: tuple[DeadEvent, ...]


@dataclass(frozen=True, kw_only=True)
class ListDeadEvents:
    """Asked of one service by the operators' command."""


@dataclass(frozen=True, kw_only=True)
class EventsReplayed:
    """How many were put back."""

    count: int


@dataclass(frozen=True, kw_only=True)
class ReplayEvents:
    """Try again: one event, or all dead ones when `event_id` is empty."""

    event_id: str


@dataclass(frozen=True, kw_only=True)
class FieldsResealed:
    """How many rows were rewritten. `after`: where the next batch begins; empty at the end of a pass.

    `waiting`: rows still with something under a former key, counted at the end of a pass only.
    """

    resealed: int
    after: str = ""
    waiting: int | None = None


@dataclass(frozen=True, kw_only=True)
class RotateFieldKey:
    """Rewrite at most `limit` rows under the newest field key, from `after` on; none: count what waits."""

    limit: int = 500
    after: str = ""


@event("operations.staff_acted")
@dataclass(frozen=True, kw_only=True)
class StaffActed:
    """A member of staff saw or changed a person's data; told by whichever service showed it, before it answers.

    `act_code`: such as `contract.case_shown`. `subject_id`: a case number or a person's pseudonym, never personal data.
    """

    staff_id: str
    office_id: str
    act_code: str
    subject_id: str
    acted_at: dt.datetime


_OPERATIONS: dict[type, tuple[str, int, type, float]] = {
    ListDeadEvents: ("list_dead_events", 1, DeadEvents, 10.0),
    ReplayEvents: ("replay_events", 1, EventsReplayed, 10.0),
    RotateFieldKey: ("rotate_field_key", 2, FieldsResealed, 60.0),  # the first version was identity's alone
}


def operation(service: str, shape: type) -> Rpc:
    """The declaration of an operators' question to that service: every service answers it alike."""
    method, version, reply, deadline = _OPERATIONS[shape]
    return Rpc(service, method, version, reply, is_command=False, process="serve", deadline=deadline)
