"""Hand-written stand-ins for the ports of contract, kept in memory; the repository passes the same suite as the real one."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import hashlib
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from services.common.kit.calls import Call
from services.common.kit.errors import Conflict, NotAuthenticated, NotFound, Unavailable
from services.common.messages.contract import CaseRow, Download, Side
from services.common.messages.identity import Person, ProofPurpose
from services.common.messages.property import Title
from services.common.values import CaseNo, IdNumber, PersonId, PersonName
from services.contract.application.ports import CasePage, Drawn, Proof, VerificationCode
from services.contract.domain.case import Case
from services.contract.domain.deadlines import due_at, next_act
from services.contract.domain.document import ContractDocument
from services.contract.domain.errors import CaseNotFound, HouseTaken
from services.contract.domain.lifecycle import ENDED
from tests.support.contract_store import FakeMaterials, Store


def _copied(case: Case) -> Case:
    """Return a case of its own; what nobody changes, city rules and the register's word, is shared."""
    return copy.deepcopy(case, {id(one): one for one in (case.rules, case.title, case.history)})


def _draft_of(store: Store) -> Store:
    """Return what a transaction may change; cases are copied when they are read."""
    kept = {name: copy.copy(getattr(store, name)) for name in vars(store)}
    return Store(**kept)


class FakeCases:
    """Cases of one transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, no: CaseNo) -> Case:
        if no not in self._store.cases:
            raise CaseNotFound
        return _copied(self._store.cases[no])

    def add(self, case: Case) -> None:
        held = (one for one in self._store.cases.values() if one.state not in ENDED)
        if any(one.title.title_id == case.title.title_id for one in held):
            raise HouseTaken
        self.save(case)

    def save(self, case: Case) -> None:
        kept = _copied(case)
        kept.told = []
        self._store.cases[case.no] = kept

    def next_number(self, city: str, day: dt.date) -> CaseNo:
        last = self._store.numbers[city, day] = self._store.numbers.get((city, day), 0) + 1
        return CaseNo(city, f"{day:%Y%m%d}{last:05d}")


class FakeFailures:
    """Failed searches of one transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def lock(self, person_id: PersonId, source: str) -> None:
        del person_id, source

    def count(self, person_id: PersonId, source: str, since: dt.datetime) -> int:
        recent = [one for one in self._store.failures if one[2] > since]
        by_source = [one for one in recent if source and one[1] == source]
        return max(len([one for one in recent if one[0] == person_id]), len(by_source))

    def add(self, person_id: PersonId, source: str, at: dt.datetime) -> None:
        self._store.failures.append((person_id, source, at))


class FakeWork:
    """Works on a copy; `commit` makes it the store."""

    def __init__(self, store: Store, call: Call) -> None:
        self._store, self._call = store, call
        self._draft = _draft_of(store)
        self._events: list[object] = []
        self.cases, self.failures = FakeCases(self._draft), FakeFailures(self._draft)
        self.materials = FakeMaterials(self._draft)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        del kind, wrong, trace

    def emit(self, event: object, *, aggregate_id: str, case_no: CaseNo | None = None) -> None:
        assert aggregate_id == str(case_no)
        self._events.append(event)

    def spend(self, token_id: str, expires_at: dt.datetime) -> None:
        del expires_at
        if token_id in self._draft.spent:
            raise Conflict("proof.already_spent")
        self._draft.spent.add(token_id)

    def commit(self, answer: object | None = None) -> None:
        for name in ("cases", "numbers", "failures", "spent", "drops"):
            setattr(self._store, name, getattr(self._draft, name))
        self._store.events += self._events
        self._store.answers.append(answer)
        self._events = []


@dataclass
class FakeWorks:
    """Opens units of work on one store."""

    store: Store

    def __call__(self, call: Call) -> FakeWork:
        return FakeWork(self.store, call)


@dataclass
class FakeReader:
    """Reads the store."""

    store: Store

    def get(self, no: CaseNo) -> Case:
        return FakeCases(self.store).get(no)

    def page(
        self, person_id: PersonId, side: Side | None, state: str, after: tuple[dt.datetime, str] | None, limit: int
    ) -> CasePage:
        found = []
        for case in self.store.cases.values():
            party = case.party(person_id)
            if party is None or (side and party.side is not side) or (state and case.state != state):
                continue
            found.append(
                CaseRow(
                    case_no=case.no,
                    state=case.state.value,
                    role=party.role.value,
                    location=case.title.house.location,
                    updated_at=case.updated_at,
                )
            )
        found.sort(key=lambda one: (one.updated_at, str(one.case_no)), reverse=True)
        left = [one for one in found if after is None or (one.updated_at, str(one.case_no)) < after]
        shown = left[:limit]
        place = (shown[-1].updated_at, str(shown[-1].case_no)) if len(left) > limit else None
        return CasePage(tuple(shown), place)

    def to_attend(self, now: dt.datetime, limit: int) -> tuple[CaseNo, ...]:
        due = [(act.at, one.no) for one in self.store.cases.values() if (act := next_act(one)) and act.at <= now]
        return tuple(no for _, no in sorted(due, key=lambda one: one[0])[:limit])

    def overdue(self, now: dt.datetime, states: frozenset[str]) -> dict[str, tuple[int, dt.datetime]]:
        found: dict[str, list[dt.datetime]] = {}
        for one in self.store.cases.values():
            if one.state.value in states and (due := due_at(one)) and due < now:
                found.setdefault(one.state.value, []).append(due)
        return {state: (len(late), min(late)) for state, late in found.items()}


@dataclass
class FakeRegister:
    """A register of a few titles."""

    titles: dict[str, Title] = field(default_factory=dict)
    asked: list[tuple[str, CaseNo | None]] = field(default_factory=list)

    def get_title(self, title_id: str, call: Call, except_case: CaseNo | None = None) -> Title:
        del call
        self.asked.append((title_id, except_case))
        if title_id not in self.titles:
            raise NotFound("property.title_not_found")
        return self.titles[title_id]

    def bar(self, title_id: str, *reasons: str) -> None:
        """Let the register refuse the sale, or allow it again."""
        self.titles[title_id] = dataclasses.replace(self.titles[title_id], barred_by=reasons)


@dataclass
class FakeScreening:
    """Knows of those it was told of; may be out of reach."""

    barred: dict[IdNumber, tuple[str, ...]] = field(default_factory=dict)
    away: bool = False
    asked: list[tuple[str, PersonName, IdNumber]] = field(default_factory=list)

    def bars(self, city: str, name: PersonName, id_number: IdNumber, call: Call) -> tuple[str, ...]:
        del call
        self.asked.append((city, name, id_number))
        if self.away:
            raise Unavailable("property.screening_unavailable")
        return self.barred.get(id_number, ())


@dataclass
class FakePeople:
    """Accounts."""

    people: dict[PersonId, Person] = field(default_factory=dict)

    def get_person(self, person_id: PersonId, call: Call) -> Person:
        del call
        if person_id not in self.people:
            raise NotFound("identity.person_not_found")
        return self.people[person_id]


class FakeProofs:
    """Proofs written `PURPOSE:person:jti`."""

    def check(self, token: str, purpose: ProofPurpose, person_id: PersonId) -> Proof:
        wanted, person, jti = token.split(":")
        if (wanted, person) != (purpose.value, str(person_id)):
            raise NotAuthenticated("proof.wrong_person")
        return Proof(jti, dt.datetime(2026, 11, 22, 5, tzinfo=dt.UTC))


@dataclass
class FakeSigning:
    """Mints the same code for the same version."""

    minted: list[tuple[CaseNo, int]] = field(default_factory=list)

    def mint_code(self, case_no: CaseNo, version: int, call: Call) -> VerificationCode:
        del call
        self.minted.append((case_no, version))
        return VerificationCode(f"CODE{version}", f"https://verify.example/CODE{version}")

    def get_signed_document(self, envelope_id: str, kind: str, call: Call) -> Download:
        del call
        return Download(
            link=f"link:{envelope_id}:{kind}", file_name="x.pdf", media_type="application/pdf", size=3, sha256="0" * 64
        )


@dataclass
class FakeReview:
    """Lets submissions go, or refuses as when claimed."""

    claimed: bool = False
    withdrawn: list[tuple[CaseNo, int]] = field(default_factory=list)

    def withdraw(self, case_no: CaseNo, round_: int, call: Call) -> str:
        del call
        if self.claimed:
            raise Conflict("review.claimed")
        self.withdrawn.append((case_no, round_))
        return f"v{round_}"


@dataclass
class FakeRenderer:
    """Draws the same bytes for the same document."""

    drawn: list[tuple[ContractDocument, bool]] = field(default_factory=list)

    def draw(self, document: ContractDocument, *, preview: bool) -> Drawn:
        self.drawn.append((document, preview))
        pdf = repr(document).encode()
        fields = () if preview else (*(f"signer_{n}" for n in range(1, len(document.parties) + 1)), "seal")
        return Drawn(pdf, hashlib.sha256(pdf).hexdigest(), 9, fields)


@dataclass
class FakeDocuments:
    """Stored bytes."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def put(self, key: str, data: bytes) -> None:
        self.kept[key] = data

    def link(self, key: str) -> str:
        return f"link:{key}"
