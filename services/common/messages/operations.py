"""What kit answers in every service with a database, for operators: events that died."""

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


def operation(service: str, shape: type) -> Rpc:
    """The declaration of an operators' question to that service: every service answers it alike."""
    method, reply = {ListDeadEvents: ("list_dead_events", DeadEvents), ReplayEvents: ("replay_events", EventsReplayed)}[
        shape
    ]
    return Rpc(service, method, 1, reply, is_command=False, process="serve", deadline=10.0)
