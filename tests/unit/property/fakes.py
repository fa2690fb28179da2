"""A register in memory that keeps the promises of the ports; run through the same tests as the stored one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

from services.common.kit.calls import Call
from services.common.kit.errors import Unavailable
from services.common.profiles.restrictions import Restrictions
from services.common.values import CaseNo, CertificateNo, IdNumber
from services.property.application.ports import Held, NamedOwner
from services.property.domain.errors import FilingDiffers, HouseAlreadyFiled, TitleNotFound
from services.property.domain.filing import Filing
from services.property.domain.generated.houses import CityStyle
from services.property.domain.hold import HouseHold
from services.property.domain.standing import Standing
from services.property.domain.title import Encumbrance, RegisteredTitle


@dataclass
class Memory:
    """What is committed."""

    titles: dict[str, RegisteredTitle] = field(default_factory=dict)
    filings: dict[CaseNo, Filing] = field(default_factory=dict)
    holds: dict[CaseNo, HouseHold] = field(default_factory=dict)
    failures: list[tuple[dt.datetime, str, str]] = field(default_factory=list)
    standings: dict[tuple[str, str], Standing] = field(default_factory=dict)
    receipts: dict[dt.date, int] = field(default_factory=dict)
    handed: list[Filing] = field(default_factory=list)  # to the register, ours or not
    outside: Callable[[Filing], str] | None = None  # how a register that is not ours answers
    events: list[object] = field(default_factory=list)

    def held(self, title: RegisteredTitle) -> Held:
        live = {one.case_no for one in self.holds.values() if one.title_id == title.title_id and not one.released}
        filed = {one.case_no for one in self.filings.values() if one.title_id == title.title_id}
        return Held(title, tuple(sorted(live | filed)))


@dataclass
class MemoryRegister:
    memory: Memory

    def find(self, title_id: str) -> Held | None:
        title = self.memory.titles.get(title_id)
        return self.memory.held(title) if title else None

    def search(self, city: str, certificate_no: CertificateNo, owner: NamedOwner) -> Sequence[Held]:
        def named(one: RegisteredTitle) -> set[NamedOwner]:
            people = {NamedOwner(person.name, person.id_number) for person in one.owners}
            return people | {NamedOwner(enterprise.name, enterprise.uscc) for enterprise in one.enterprises}

        return [
            self.memory.held(one)
            for one in self.memory.titles.values()
            if (one.city, one.certificate_no) == (city, certificate_no) and owner in named(one)
        ]

    def receipt(self, filing: Filing) -> str | None:
        self.memory.handed.append(filing)
        if self.memory.outside is None:
            return None
        return self.memory.outside(filing)

    def cancel(self, filing: Filing) -> str | None:
        self.memory.handed.append(filing)
        return None if self.memory.outside is None else f"C-{self.memory.outside(filing)}"

    def list_generated(self, city: str, owners: int, after: int, limit: int) -> Sequence[RegisteredTitle]:
        generated = [
            one
            for one in self.memory.titles.values()
            if one.generated and one.city == city and len(one.owners) + len(one.enterprises) == owners
        ]
        return [one for one in generated if not self.memory.held(one).holders][after : after + limit]


@dataclass
class MemoryTitles:
    memory: Memory

    def get(self, title_id: str) -> RegisteredTitle:
        if title_id not in self.memory.titles:
            raise TitleNotFound
        return self.memory.titles[title_id]

    def add_missing(self, titles: Sequence[RegisteredTitle]) -> int:
        before = len(self.memory.titles)
        for one in titles:
            known = {title.certificate_no for title in self.memory.titles.values() if title.certificate_no.is_new_form}
            if one.title_id not in self.memory.titles and one.certificate_no not in known:
                self.memory.titles[one.title_id] = one
        return len(self.memory.titles) - before

    def note(self, title_id: str, note: Encumbrance, *, present: bool) -> None:
        one = self.memory.titles[title_id]
        notes = one.encumbrances | {note} if present else one.encumbrances - {note}
        self.memory.titles[title_id] = replace(one, encumbrances=notes)

    def count(self) -> int:
        return len(self.memory.titles)


@dataclass
class MemoryFilings:
    memory: Memory

    def find_by_case(self, case_no: CaseNo) -> Filing | None:
        return self.memory.filings.get(case_no)

    def add(self, filing: Filing) -> None:
        kept = self.memory.filings.values()
        if any(one.live and one.title_id == filing.title_id and one.case_no != filing.case_no for one in kept):
            raise HouseAlreadyFiled
        if any(filing.filing_no == one.filing_no or filing.case_no == one.case_no for one in kept):
            raise FilingDiffers
        self.memory.filings[filing.case_no] = filing

    def lock(self, title_id: str) -> None:
        """Nobody else is here."""

    def settle(self, case_no: CaseNo, receipt_no: str) -> None:
        self.memory.filings[case_no] = replace(self.memory.filings[case_no], receipt_no=receipt_no)

    def end(self, case_no: CaseNo, receipt_no: str) -> None:
        kept = self.memory.filings[case_no]
        self.memory.filings[case_no] = replace(kept, live=False, cancel_receipt_no=receipt_no)

    def next_receipt(self, day: dt.date) -> int:
        self.memory.receipts[day] = self.memory.receipts.get(day, 0) + 1
        return self.memory.receipts[day]


@dataclass
class MemoryHolds:
    memory: Memory

    def find(self, case_no: CaseNo) -> HouseHold | None:
        return self.memory.holds.get(case_no)

    def save(self, hold: HouseHold) -> None:
        kept = self.memory.holds.get(hold.case_no)
        self.memory.holds[hold.case_no] = hold.end() if kept and kept.released else hold


@dataclass
class MemoryFailures:
    memory: Memory

    def lock(self, account: str, source: str) -> None:
        """Nobody else is here."""

    def since(
        self, after: dt.datetime, account: str, source: str
    ) -> tuple[Sequence[dt.datetime], Sequence[dt.datetime]]:
        kept = [one for one in self.memory.failures if one[0] > after]
        return [at for at, who, _ in kept if who == account], [at for at, _, where in kept if where == source]

    def record(self, at: dt.datetime, account: str, source: str) -> None:
        self.memory.failures.append((at, account, source))


@dataclass
class MemoryStandings:
    memory: Memory

    def note(self, city: str, number: IdNumber, standing: Standing) -> None:
        self.memory.standings[city, number.value] = standing


@dataclass
class MemoryScreening:
    memory: Memory

    def standing(self, city: str, party: NamedOwner) -> Standing:
        return self.memory.standings.get((city, party.number.value), Standing())


@dataclass
class OtherAuthority:
    """Notes what it is told to note, or does not answer."""

    notes: frozenset[Encumbrance] = frozenset()
    silent: bool = False

    def noted(self, city: str, certificate_no: CertificateNo) -> frozenset[Encumbrance]:
        if self.silent:
            raise Unavailable("property.restrictions_unavailable")
        return self.notes


class MemoryWork:
    """Works on a copy; the copy becomes the memory with the commit."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._copy = deepcopy(memory)
        self.titles = MemoryTitles(self._copy)
        self.filings = MemoryFilings(self._copy)
        self.holds = MemoryHolds(self._copy)
        self.standings = MemoryStandings(self._copy)
        self.failures = MemoryFailures(self._copy)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave what was not committed behind."""

    def emit(self, event: object, *, aggregate_id: str, case_no: CaseNo | None = None) -> None:
        del aggregate_id, case_no
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
class OneCity:
    """黄石, with a limit small enough to reach."""

    policies: Restrictions = field(default_factory=Restrictions)

    def failures_per_hour(self, city: str) -> int:
        del city
        return 3

    def registry_phone(self, city: str) -> str:
        del city
        return "0714-12345"

    def restrictions(self, city: str) -> Restrictions:
        del city
        return self.policies

    def style(self, city: str) -> CityStyle:
        del city
        return CityStyle("鄂", "黄石市", "4202", old_with_kind=True, old_serial=True)
