"""What the use cases need from outside; `adapters` implement it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from services.common.kit.calls import Call
from services.common.messages.contract import CaseView, Materials
from services.common.messages.property import Title
from services.common.values import CaseNo, IdNumber, PersonId, PersonName
from services.review.domain.reasons import Point
from services.review.domain.review import Kind, Review, State

Pseudonym = Callable[[IdNumber], PersonId]
Clock = Callable[[], dt.datetime]
NewId = Callable[[], str]


@dataclass(frozen=True)
class FilingNumbers:
    """How a city numbers its filings."""

    prefix: str
    digits: int


class Offices(Protocol):
    """What the city profiles decide for review. Each raises NotFound `city.unknown`."""

    def office_of(self, city: str) -> str:
        """Return the office that reviews the city's sales."""

    def business_type(self, city: str) -> str:
        """Return the business type a case of the city is of."""

    def reviewers(self, city: str) -> int:
        """How many persons approve a filing: 1 or 2."""

    def review_days(self, city: str) -> int:
        """How many working days a decision may take."""

    def filing_numbers(self, city: str) -> FilingNumbers:
        """How its filings are numbered."""

    def claim_minutes(self, city: str) -> int:
        """How long a claim lasts."""


class Parties(Protocol):
    """Who is who, asked of the neighbours."""

    def view(self, case_no: CaseNo, call: Call) -> CaseView:
        """Return the case as a service sees it: who is who by pseudonym, names masked."""

    def materials(self, case_no: CaseNo, call: Call) -> Materials:
        """Return what was uploaded to a case, file by file."""

    def buyers_of(self, case_no: CaseNo, call: Call) -> tuple[tuple[PersonName, IdNumber], ...]:
        """Return names and numbers of everybody who buys."""

    def person_behind(self, staff_id: str, call: Call) -> PersonId | None:
        """Return the person a member of staff is, where it is known."""


class Register(Protocol):
    """The register of titles, asked of property."""

    def bars(self, title_id: str, except_case: CaseNo, call: Call) -> tuple[str, ...]:
        """Why the house may not be filed; empty when it may."""

    def title(self, title_id: str, except_case: CaseNo, call: Call) -> Title:
        """Return the title as it is now."""

    def party_bars(self, city: str, name: PersonName, id_number: IdNumber, call: Call) -> tuple[str, ...]:
        """Why this person may not buy; empty when he may. Raises Unavailable where nobody can say."""

    def push(self, review: Review, request_id: str, call: Call) -> str:
        """Push the filing, or that it is cancelled; return the receipt number, for the same request_id the same one."""


@dataclass(frozen=True)
class Page:
    """Where a page of the queue begins: after this place, the oldest first."""

    after: tuple[dt.datetime, str] | None
    limit: int


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What of an office's queue is looked for; what is empty lets everything through. `states` are as shown."""

    office: str
    states: frozenset[State] = frozenset(State)
    kind: Kind | None = None
    business_type: str = ""
    city: str = ""
    submitted_from: dt.datetime | None = None
    submitted_until: dt.datetime | None = None
    claimed_by: str = ""
    overdue: bool = False


@dataclass(frozen=True)
class Listed:
    """A row of the queue, and why the register refused its filing."""

    review: Review
    push_refused: str = ""


@dataclass(frozen=True)
class Counts:
    """Of everything wanted: how many in each shown state, and how many overdue."""

    states: dict[State, int]
    overdue: int


class Queue(Protocol):
    """Reads outside a transaction of ours."""

    def page(self, wanted: Wanted, page: Page, now: dt.datetime) -> Sequence[Listed]:
        """Return what is wanted, page by page."""

    def counts(self, wanted: Wanted, now: dt.datetime) -> Counts:
        """Count what is wanted, in whatever state."""

    def find(self, review_id: str) -> Review | None:
        """Return a review, or None."""

    def rounds(self, case_no: CaseNo) -> Sequence[tuple[Review, tuple[Point, ...]]]:
        """Return everything there was about a case, the first first, with what was decided."""

    def snapshot(self, review_id: str) -> dict[str, str]:
        """Return the parts of the case as they were when this round was returned; empty where it was not."""

    def relatives_of(self, staff_id: str) -> tuple[PersonId, ...]:
        """Return whom a reviewer declared as relatives."""

    def figures(self, office: str, since: dt.datetime, until: dt.datetime, now: dt.datetime) -> Figures:
        """Count what an office did."""

    def overdue(self, now: dt.datetime) -> int:
        """How many of all offices should have been decided by now."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What an office did in a period, and what it still has to do now."""

    submitted: int
    decided: dict[State, int]
    """Of submissions decided in the period. A filing that was cancelled since counts as approved."""
    late: int
    cancelled: int
    open: int
    overdue: int
    hours: tuple[Decimal, Decimal]
    """From submission to decision: median, longest."""
    reasons: dict[str, int]


class Reviews(Protocol):
    """Reviews within a unit of work; what is returned is locked until its end."""

    def get(self, review_id: str) -> Review:
        """Return it. Raises ReviewNotFound."""

    def of_case(self, case_no: CaseNo, kind: Kind = Kind.FILING) -> Sequence[Review]:
        """Return all rounds of a case, the first first."""

    def by_filing_no(self, filing_no: str) -> Review | None:
        """Return the review that gave this filing number, or None."""

    def add(self, review: Review) -> None:
        """Keep a new one."""

    def save(self, review: Review) -> None:
        """Keep the change."""

    def record_decision(self, review: Review, points: Sequence[Point]) -> None:
        """Keep what the reviewer wrote with a return or a rejection."""

    def keep_snapshot(self, review_id: str, parts: dict[str, str]) -> None:
        """Keep what the case was when this round was returned."""

    def declare(self, staff_id: str, relative: PersonId, *, withdrawn: bool) -> int:
        """Keep or forget a reviewer's relative; returns how many he has declared."""


class Filings(Protocol):
    """Live filings within a unit of work."""

    def next_number(self, city: str, day: dt.date) -> int:
        """Return the next number of the city's day, from 1; given back if the unit of work is."""

    def add(self, review: Review) -> None:
        """Keep the review's filing. Raises HouseAlreadyFiled when another live filing is on the house."""

    def cancel(self, review: Review) -> None:
        """End it: the house may be filed again."""


class Pushes(Protocol):
    """Filings the register has not acknowledged, within a unit of work."""

    def due_at(self, review_id: str, when: dt.datetime) -> None:
        """Push it from then on."""

    def claim(self, now: dt.datetime, until: dt.datetime, limit: int) -> Sequence[str]:
        """Return reviews whose filing is due, the most overdue first, and let nobody else take them before `until`."""

    def failed(self, review_id: str, refused_code: str) -> int:
        """Count a failed attempt and why it was refused, empty where nobody said; returns how many there were."""

    def is_due(self, review_id: str) -> bool:
        """Whether the register owes an acknowledgement for it."""

    def done(self, review_id: str) -> None:
        """Forget it: the register has acknowledged."""


class ReviewWork(Protocol):
    """A unit of work of review."""

    @property
    def reviews(self) -> Reviews:
        """Reviews."""

    @property
    def filings(self) -> Filings:
        """Filings."""

    @property
    def pushes(self) -> Pushes:
        """Filings to be pushed."""

    def emit(self, event: object, *, aggregate_id: str, case_no: CaseNo | None = None) -> None:
        """Tell a fact with the commit."""

    def commit(self, answer: object | None = None) -> None:
        """Make everything true at once."""


class Works(Protocol):
    """Opens units of work; each rolls back unless committed."""

    def __call__(self, call: Call, /) -> AbstractContextManager[ReviewWork]:
        """Open one for this call."""
