"""Review in memory: keeps the promises of the ports; run through the same tests as the stored one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from services.common.kit.calls import Call
from services.common.kit.errors import Unavailable
from services.common.values import CaseNo, IdNumber, PersonId, PersonName
from services.review.application.ports import FilingNumbers, Page
from services.review.domain.errors import HouseAlreadyFiled, ReviewNotFound
from services.review.domain.review import Review, State


@dataclass
class Push:
    due_at: dt.datetime
    attempts: int = 0


@dataclass
class Memory:
    """What is committed."""

    reviews: dict[str, Review] = field(default_factory=dict)
    filed: dict[str, str] = field(default_factory=dict)  # title -> filing number
    days: dict[tuple[str, dt.date], int] = field(default_factory=dict)
    pushes: dict[str, Push] = field(default_factory=dict)
    texts: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    events: list[object] = field(default_factory=list)


@dataclass
class MemoryQueue:
    memory: Memory

    def page(self, office: str, states: frozenset[State], page: Page, now: dt.datetime) -> Sequence[Review]:
        mine = [one for one in self.memory.reviews.values() if one.office == office and one.shown_state(now) in states]
        ordered = sorted(mine, key=lambda one: (one.queued_at, one.review_id))
        after = page.after
        return deepcopy(
            [one for one in ordered if after is None or (one.queued_at, one.review_id) > after][: page.limit]
        )

    def find(self, review_id: str) -> Review | None:
        return deepcopy(self.memory.reviews.get(review_id))


@dataclass
class MemoryReviews:
    memory: Memory

    def get(self, review_id: str) -> Review:
        if review_id not in self.memory.reviews:
            raise ReviewNotFound
        return deepcopy(self.memory.reviews[review_id])

    def of_case(self, case_no: CaseNo) -> Sequence[Review]:
        mine = [one for one in self.memory.reviews.values() if one.case_no == case_no]
        return deepcopy(sorted(mine, key=lambda one: one.round))

    def by_filing_no(self, filing_no: str) -> Review | None:
        found = [one for one in self.memory.reviews.values() if filing_no and one.filing_no == filing_no]
        return deepcopy(found[0]) if found else None

    def add(self, review: Review) -> None:
        self.memory.reviews[review.review_id] = deepcopy(review)

    def save(self, review: Review) -> None:
        self.memory.reviews[review.review_id] = deepcopy(review)

    def record_decision(self, review: Review, texts: Sequence[tuple[str, str]]) -> None:
        self.memory.texts[review.review_id] = list(texts)


@dataclass
class MemoryFilings:
    memory: Memory

    def next_number(self, city: str, day: dt.date) -> int:
        self.memory.days[city, day] = self.memory.days.get((city, day), 0) + 1
        return self.memory.days[city, day]

    def add(self, review: Review) -> None:
        if review.title_id in self.memory.filed:
            raise HouseAlreadyFiled
        self.memory.filed[review.title_id] = review.filing_no


@dataclass
class MemoryPushes:
    memory: Memory

    def due_at(self, review_id: str, when: dt.datetime) -> None:
        self.memory.pushes.setdefault(review_id, Push(when)).due_at = when

    def claim(self, now: dt.datetime, until: dt.datetime, limit: int) -> Sequence[str]:
        due = sorted((push.due_at, key) for key, push in self.memory.pushes.items() if push.due_at <= now)
        ids = [key for _, key in due[:limit]]
        for key in ids:
            self.memory.pushes[key].due_at = until
        return ids

    def failed(self, review_id: str) -> int:
        self.memory.pushes[review_id].attempts += 1
        return self.memory.pushes[review_id].attempts

    def done(self, review_id: str) -> None:
        self.memory.pushes.pop(review_id, None)


class MemoryWork:
    """Works on a copy; the copy becomes the memory with the commit."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._copy = deepcopy(memory)
        self.reviews = MemoryReviews(self._copy)
        self.filings = MemoryFilings(self._copy)
        self.pushes = MemoryPushes(self._copy)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave what was not committed behind."""

    def emit(self, event: object, *, aggregate_id: str, case_no: CaseNo | None = None) -> None:
        assert aggregate_id == str(case_no), "review's events are ordered per case"
        self._copy.events.append(event)

    def commit(self, answer: object | None = None) -> None:
        del answer
        vars(self._memory).update(vars(self._copy))


@dataclass
class MemoryWorks:
    memory: Memory = field(default_factory=Memory)

    def __call__(self, call: Call, /) -> MemoryWork:
        del call
        return MemoryWork(self.memory)


class OneOffice:
    """黄石's office and numbers."""

    def office_of(self, city: str) -> str:
        return f"{city}-housing"

    def filing_numbers(self, city: str) -> FilingNumbers:
        del city
        return FilingNumbers("42HS", 6)

    def claim_minutes(self, city: str) -> int:
        del city
        return 30


@dataclass
class KnownParties:
    """Parties of every case, and persons behind staff."""

    parties: tuple[PersonId, ...] = ()
    staff: dict[str, PersonId] = field(default_factory=dict)
    buyers: tuple[tuple[PersonName, IdNumber], ...] = ()

    def persons_of(self, case_no: CaseNo, call: Call) -> tuple[PersonId, ...]:
        del case_no, call
        return self.parties

    def buyers_of(self, case_no: CaseNo, call: Call) -> tuple[tuple[PersonName, IdNumber], ...]:
        del case_no, call
        return self.buyers

    def person_behind(self, staff_id: str, call: Call) -> PersonId | None:
        del call
        return self.staff.get(staff_id)


@dataclass
class FakeRegister:
    """The register: bars on demand, out of reach on demand, one receipt per request."""

    barred: tuple[str, ...] = ()
    away: bool = False
    receipts: dict[str, str] = field(default_factory=dict)
    screened: dict[IdNumber, tuple[str, ...]] = field(default_factory=dict)
    screening_away: bool = False

    def bars(self, title_id: str, except_case: CaseNo, call: Call) -> tuple[str, ...]:
        del title_id, except_case, call
        if self.away:
            raise Unavailable
        return self.barred

    def party_bars(self, city: str, name: PersonName, id_number: IdNumber, call: Call) -> tuple[str, ...]:
        del city, name, call
        if self.screening_away:
            raise Unavailable("property.screening_unavailable")
        return self.screened.get(id_number, ())

    def push(self, review: Review, request_id: str, call: Call) -> str:
        del review, call
        if self.away:
            raise Unavailable
        return self.receipts.setdefault(request_id, f"R{len(self.receipts) + 1:06d}")
