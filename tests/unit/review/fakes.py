"""Review in memory: keeps the promises of the ports; run through the same tests as the stored one."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from decimal import Decimal
from statistics import median
from types import TracebackType
from typing import Self

from services.common.kit.calls import Call
from services.common.kit.errors import Conflict, Unavailable
from services.common.messages.contract import CaseView, Materials, Side
from services.common.messages.operations import StaffActed
from services.common.messages.property import Title
from services.common.values import CaseNo, IdNumber, PersonId, PersonName
from services.review.adapters.queue import as_decided
from services.review.application.ports import Counts, Figures, FilingNumbers, Listed, Page, Wanted
from services.review.domain.errors import HouseAlreadyFiled, ReviewNotFound
from services.review.domain.reasons import Point
from services.review.domain.review import OPEN, Kind, Review, State
from tests.unit.review.cases import case_view, materials, party_view, title


@dataclass
class Push:
    due_at: dt.datetime
    attempts: int = 0
    refused_code: str = ""


@dataclass
class Memory:
    """What is committed."""

    reviews: dict[str, Review] = field(default_factory=dict)
    filed: dict[str, str] = field(default_factory=dict)  # title -> filing number
    days: dict[tuple[str, dt.date], int] = field(default_factory=dict)
    pushes: dict[str, Push] = field(default_factory=dict)
    points: dict[str, tuple[Point, ...]] = field(default_factory=dict)
    snapshots: dict[str, dict[str, str]] = field(default_factory=dict)
    relatives: set[tuple[str, PersonId]] = field(default_factory=set)
    events: list[object] = field(default_factory=list)
    acts: list[StaffActed] = field(default_factory=list)


@dataclass
class MemoryQueue:
    memory: Memory

    def page(self, wanted: Wanted, page: Page, now: dt.datetime) -> Sequence[Listed]:
        mine = [one for one in self._wanted(wanted, now) if one.shown_state(now) in wanted.states]
        ordered = sorted(mine, key=lambda one: (one.queued_at, one.review_id))
        after = page.after
        left = [one for one in ordered if after is None or (one.queued_at, one.review_id) > after]
        pushes = self.memory.pushes
        return deepcopy(
            [
                Listed(one, pushes[one.review_id].refused_code if one.review_id in pushes else "")
                for one in left[: page.limit]
            ]
        )

    def counts(self, wanted: Wanted, now: dt.datetime) -> Counts:
        found = self._wanted(wanted, now)
        return Counts(Counter(one.shown_state(now) for one in found), sum(one.overdue(now) for one in found))

    def _wanted(self, wanted: Wanted, now: dt.datetime) -> list[Review]:
        def fits(one: Review) -> bool:
            return (
                one.office == wanted.office
                and wanted.kind in {None, one.kind}
                and wanted.business_type in {"", one.business_type}
                and wanted.city in {"", one.case_no.city}
                and (wanted.submitted_from is None or one.queued_at >= wanted.submitted_from)
                and (wanted.submitted_until is None or one.queued_at < wanted.submitted_until)
                and wanted.claimed_by in {"", one.holder(now)}
                and (not wanted.overdue or one.overdue(now))
            )

        return [one for one in self.memory.reviews.values() if fits(one)]

    def rounds(self, case_no: CaseNo) -> Sequence[tuple[Review, tuple[Point, ...]]]:
        mine = [one for one in self.memory.reviews.values() if one.case_no == case_no]
        ordered = sorted(mine, key=lambda one: one.queued_at)
        return deepcopy([(one, self.memory.points.get(one.review_id, ())) for one in ordered])

    def snapshot(self, review_id: str) -> dict[str, str]:
        return dict(self.memory.snapshots.get(review_id, {}))

    def relatives_of(self, staff_id: str) -> tuple[PersonId, ...]:
        return tuple(person for staff, person in self.memory.relatives if staff == staff_id)

    def overdue(self, now: dt.datetime) -> int:
        return sum(one.overdue(now) for one in self.memory.reviews.values())

    def figures(self, office: str, since: dt.datetime, until: dt.datetime, now: dt.datetime) -> Figures:
        mine = [one for one in self.memory.reviews.values() if one.office == office]
        filings = [one for one in mine if one.kind is Kind.FILING]
        done = [one for one in filings if one.decided_at and since <= one.decided_at < until]
        judged = [one for one in done if one.state is not State.WITHDRAWN]
        hours = [
            (one.decided_at - one.queued_at) / dt.timedelta(hours=1) for one in judged if one.decided_at is not None
        ]
        ended = [one for one in mine if one.kind is Kind.CANCELLATION and one.state is State.APPROVED]
        return Figures(
            submitted=sum(since <= one.queued_at < until for one in filings),
            decided=as_decided(Counter(one.state for one in done)),
            late=sum(bool(one.due_at and one.decided_at and one.decided_at >= one.due_at) for one in judged),
            cancelled=sum(bool(one.decided_at and since <= one.decided_at < until) for one in ended),
            open=sum(one.state in OPEN for one in mine),
            overdue=sum(one.overdue(now) for one in mine),
            hours=(Decimal(str(median(hours) if hours else 0)), Decimal(str(max(hours, default=0)))),
            reasons=Counter(point.rule for one in done for point in self.memory.points.get(one.review_id, ())),
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

    def of_case(self, case_no: CaseNo, kind: Kind = Kind.FILING) -> Sequence[Review]:
        mine = [one for one in self.memory.reviews.values() if one.case_no == case_no and one.kind is kind]
        return deepcopy(sorted(mine, key=lambda one: one.round))

    def by_filing_no(self, filing_no: str) -> Review | None:
        found = [one for one in self.memory.reviews.values() if filing_no and one.filing_no == filing_no]
        return deepcopy(found[0]) if found else None

    def add(self, review: Review) -> None:
        self.memory.reviews[review.review_id] = deepcopy(review)

    def save(self, review: Review) -> None:
        self.memory.reviews[review.review_id] = deepcopy(review)

    def record_decision(self, review: Review, points: Sequence[Point]) -> None:
        self.memory.points[review.review_id] = tuple(points)

    def keep_snapshot(self, review_id: str, parts: dict[str, str]) -> None:
        self.memory.snapshots[review_id] = dict(parts)

    def declare(self, staff_id: str, relative: PersonId, *, withdrawn: bool) -> int:
        mine = {(staff_id, relative)}
        self.memory.relatives = self.memory.relatives - mine if withdrawn else self.memory.relatives | mine
        return sum(staff == staff_id for staff, _ in self.memory.relatives)


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

    def cancel(self, review: Review) -> None:
        del self.memory.filed[review.title_id]


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

    def failed(self, review_id: str, refused_code: str) -> int:
        self.memory.pushes[review_id].attempts += 1
        self.memory.pushes[review_id].refused_code = refused_code
        return self.memory.pushes[review_id].attempts

    def is_due(self, review_id: str) -> bool:
        return review_id in self.memory.pushes

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
        if isinstance(event, StaffActed):
            self._copy.acts.append(event)
        else:
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


@dataclass
class OneOffice:
    """黄石's office and numbers."""

    persons: int = 1

    def business_type(self, city: str) -> str:
        del city
        return "self_deal_sale"

    def reviewers(self, city: str) -> int:
        del city
        return self.persons

    def review_days(self, city: str) -> int:
        del city
        return 3

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
    case: CaseView = field(default_factory=case_view)
    uploaded: Materials = field(default_factory=materials)
    staff: dict[str, PersonId] = field(default_factory=dict)
    buyers: tuple[tuple[PersonName, IdNumber], ...] = ()
    meanwhile: Callable[[], object] = lambda: None
    """What happens while they are asked."""

    def view(self, case_no: CaseNo, call: Call) -> CaseView:
        del call
        more = tuple(party_view(one, Side.BUYER) for one in self.parties)
        return replace(self.case, case_no=case_no, parties=(*self.case.parties, *more))

    def materials(self, case_no: CaseNo, call: Call) -> Materials:
        del case_no, call
        return self.uploaded

    def buyers_of(self, case_no: CaseNo, call: Call) -> tuple[tuple[PersonName, IdNumber], ...]:
        del case_no, call
        return self.buyers

    def person_behind(self, staff_id: str, call: Call) -> PersonId | None:
        del call
        self.meanwhile()
        return self.staff.get(staff_id)


@dataclass
class FakeRegister:
    """The register: bars on demand, out of reach on demand, one receipt per request."""

    barred: tuple[str, ...] = ()
    away: bool = False
    refuses: str = ""
    known: Title = field(default_factory=title)
    receipts: dict[str, str] = field(default_factory=dict)
    screened: dict[IdNumber, tuple[str, ...]] = field(default_factory=dict)
    screening_away: bool = False
    meanwhile: Callable[[], object] = lambda: None
    """What happens while something is pushed."""

    def bars(self, title_id: str, except_case: CaseNo, call: Call) -> tuple[str, ...]:
        del title_id, except_case, call
        if self.away:
            raise Unavailable
        return self.barred

    def title(self, title_id: str, except_case: CaseNo, call: Call) -> Title:
        del title_id, except_case, call
        if self.away:
            raise Unavailable
        return self.known

    def party_bars(self, city: str, name: PersonName, id_number: IdNumber, call: Call) -> tuple[str, ...]:
        del city, name, call
        if self.screening_away:
            raise Unavailable("property.screening_unavailable")
        return self.screened.get(id_number, ())

    def push(self, review: Review, request_id: str, call: Call) -> str:
        del review, call
        self.meanwhile()
        if self.away:
            raise Unavailable
        if self.refuses:
            raise Conflict(self.refuses)
        return self.receipts.setdefault(request_id, f"R{len(self.receipts) + 1:06d}")
