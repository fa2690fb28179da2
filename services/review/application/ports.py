"""What the use cases need from outside; `adapters` implement it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from services.common.kit.calls import Call
from services.common.values import CaseNo, IdNumber, PersonId, PersonName
from services.review.domain.review import Review, State

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

    def filing_numbers(self, city: str) -> FilingNumbers:
        """How its filings are numbered."""

    def claim_minutes(self, city: str) -> int:
        """How long a claim lasts."""


class Parties(Protocol):
    """Who is who, asked of the neighbours."""

    def persons_of(self, case_no: CaseNo, call: Call) -> tuple[PersonId, ...]:
        """All parties of a case."""

    def buyers_of(self, case_no: CaseNo, call: Call) -> tuple[tuple[PersonName, IdNumber], ...]:
        """Return names and numbers of everybody who buys."""

    def person_behind(self, staff_id: str, call: Call) -> PersonId | None:
        """Return the person a member of staff is, where it is known."""


class Register(Protocol):
    """The register of titles, asked of property."""

    def bars(self, title_id: str, except_case: CaseNo, call: Call) -> tuple[str, ...]:
        """Why the house may not be filed; empty when it may."""

    def party_bars(self, city: str, name: PersonName, id_number: IdNumber, call: Call) -> tuple[str, ...]:
        """Why this person may not buy; empty when he may. Raises Unavailable where nobody can say."""

    def push(self, review: Review, request_id: str, call: Call) -> str:
        """Push the filing and return the receipt number; the same request_id returns the same receipt."""


@dataclass(frozen=True)
class Page:
    """Where a page of the queue begins: after this place, the oldest first."""

    after: tuple[dt.datetime, str] | None
    limit: int


class Queue(Protocol):
    """Reads outside a transaction of ours."""

    def page(self, office: str, states: frozenset[State], page: Page, now: dt.datetime) -> Sequence[Review]:
        """Return reviews of the office whose shown state is one of these."""

    def find(self, review_id: str) -> Review | None:
        """Return a review, or None."""


class Reviews(Protocol):
    """Reviews within a unit of work; what is returned is locked until its end."""

    def get(self, review_id: str) -> Review:
        """Return it. Raises ReviewNotFound."""

    def of_case(self, case_no: CaseNo) -> Sequence[Review]:
        """Return all rounds of a case, the first first."""

    def by_filing_no(self, filing_no: str) -> Review | None:
        """Return the review that gave this filing number, or None."""

    def add(self, review: Review) -> None:
        """Keep a new one."""

    def save(self, review: Review) -> None:
        """Keep the change."""

    def record_decision(self, review: Review, texts: Sequence[tuple[str, str]]) -> None:
        """Keep what the reviewer wrote with a return or a rejection."""


class Filings(Protocol):
    """Live filings within a unit of work."""

    def next_number(self, city: str, day: dt.date) -> int:
        """Return the next number of the city's day, from 1; given back if the unit of work is."""

    def add(self, review: Review) -> None:
        """Keep the review's filing. Raises HouseAlreadyFiled when another live filing is on the house."""


class Pushes(Protocol):
    """Filings the register has not acknowledged, within a unit of work."""

    def due_at(self, review_id: str, when: dt.datetime) -> None:
        """Push it from then on."""

    def claim(self, now: dt.datetime, until: dt.datetime, limit: int) -> Sequence[str]:
        """Return reviews whose filing is due, the most overdue first, and let nobody else take them before `until`."""

    def failed(self, review_id: str) -> int:
        """Count a failed attempt; returns how many there were."""

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
