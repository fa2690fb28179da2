"""What contract tells: every move of a case that somebody else waits for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.messages.shapes import event
from services.common.values import CaseNo


@event("contract.case_opened")
@dataclass(frozen=True, kw_only=True)
class CaseOpened:
    """A live case holds this house."""

    case_no: CaseNo
    title_id: str


@event("contract.case_ended")
@dataclass(frozen=True, kw_only=True)
class CaseEnded:
    """The case is over without a filing, or its filing is cancelled (state CANCELLED); the house is free."""

    case_no: CaseNo
    title_id: str
    state: str
    envelope_id: str


@event("contract.case_advanced")
@dataclass(frozen=True, kw_only=True)
class CaseAdvanced:
    """The case is in a new state that its parties are told of.

    Besides states: CANCEL_ASKED, one side has applied to cancel the filing; CANCEL_REFUSED, the office keeps it.
    """

    case_no: CaseNo
    state: str


@event("contract.deadline_near")
@dataclass(frozen=True, kw_only=True)
class DeadlineNear:
    """The parties are told once what happens unless somebody acts in time; `then_code`: EXPIRE, RETURN or REMIND."""

    case_no: CaseNo
    state: str
    then_code: str
    due_at: dt.datetime


@event("contract.rescission_asked")
@dataclass(frozen=True, kw_only=True)
class RescissionAsked:
    """One side has agreed to give the signed contract up; the other side is asked."""

    case_no: CaseNo


@event("contract.rescission_withdrawn")
@dataclass(frozen=True, kw_only=True)
class RescissionWithdrawn:
    """The side that had agreed to give the contract up has taken that back."""

    case_no: CaseNo


@event("contract.documents_frozen")
@dataclass(frozen=True, kw_only=True)
class DocumentsFrozen:
    """This version is to be drawn and signed."""

    case_no: CaseNo
    version: int


@dataclass(frozen=True, kw_only=True)
class FrozenDocument:
    """A document as drawn."""

    kind: str
    key: str
    sha256: str
    pages: int
    fields: tuple[str, ...]


@event("contract.documents_ready")
@dataclass(frozen=True, kw_only=True)
class DocumentsReady:
    """The documents of this version are stored and can be signed."""

    case_no: CaseNo
    version: int
    verification_code: str
    documents: tuple[FrozenDocument, ...]


@event("contract.case_submitted")
@dataclass(frozen=True, kw_only=True)
class CaseSubmitted:
    """The seller submitted; review queues it."""

    case_no: CaseNo
    title_id: str
    envelope_id: str
    city: str
    round: int


@event("contract.submission_withdrawn")
@dataclass(frozen=True, kw_only=True)
class SubmissionWithdrawn:
    """The seller took it back."""

    case_no: CaseNo
    round: int


@event("contract.cancellation_applied")
@dataclass(frozen=True, kw_only=True)
class CancellationApplied:
    """备案注销 is applied for, by both sides or by one with a judgment; review queues it."""

    case_no: CaseNo
    title_id: str
    envelope_id: str
    city: str
    round: int
    ground: str  # AGREED, JUDGMENT
