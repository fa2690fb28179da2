"""Signing in memory: keeps the promises of the ports; run through the same tests as the stored one."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from copy import copy, deepcopy
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from services.common.kit.calls import Call
from services.common.kit.errors import Conflict, NotAuthenticated, NotFound, Unavailable
from services.common.messages.contract import Signers
from services.common.messages.review import ReviewApproved
from services.common.messages.signing import SignatureRequested
from services.common.values import CaseNo, PersonId
from services.signing.application.ports import Checked, Expected, Findings, Made, Proof
from services.signing.domain.envelope import Envelope
from services.signing.domain.errors import EnvelopeNotFound, TaskNotFound, UploadNotFound
from services.signing.domain.evidence import Record
from services.signing.domain.lifecycle import DONE, EnvelopeState
from services.signing.domain.parts import Document, Task
from services.signing.domain.picture import Trace
from services.signing.domain.uploads import Upload


@dataclass
class Memory:
    """What is committed."""

    envelopes: dict[str, Envelope] = field(default_factory=dict)
    evidence: dict[str, list[Record]] = field(default_factory=dict)
    certificates: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)
    codes: dict[tuple[CaseNo, int], str] = field(default_factory=dict)
    cases: dict[CaseNo, bool] = field(default_factory=dict)
    uploads: dict[str, tuple[Upload, bool]] = field(default_factory=dict)
    approvals: dict[str, ReviewApproved] = field(default_factory=dict)
    events: list[tuple[str, object]] = field(default_factory=list)
    spent: set[str] = field(default_factory=set)
    answers: list[object] = field(default_factory=list)

    def copy(self) -> Memory:
        """A copy deep enough: envelopes are copied when they are taken out and put back, everything else is frozen."""
        fresh = Memory(**{name: copy(value) for name, value in vars(self).items()})
        fresh.evidence = {key: list(records) for key, records in self.evidence.items()}
        return fresh


@dataclass
class MemoryEnvelopes:
    memory: Memory

    def hold_case(self, case_no: CaseNo) -> bool:
        return self.memory.cases.setdefault(case_no, False)

    def end_case(self, case_no: CaseNo) -> None:
        if case_no in self.memory.cases:
            self.memory.cases[case_no] = True

    def of_case(self, case_no: CaseNo) -> list[Envelope]:
        mine = [one for one in self.memory.envelopes.values() if one.case_no == case_no]
        return deepcopy(sorted(mine, key=lambda one: one.version))

    def add(self, envelope: Envelope) -> None:
        assert self.find_by_version(envelope.case_no, envelope.version) is None, "one envelope a version"
        self._keep(envelope)

    def save(self, envelope: Envelope) -> None:
        self._keep(envelope)

    def _keep(self, envelope: Envelope) -> None:
        self.memory.evidence.setdefault(envelope.envelope_id, []).extend(envelope.fresh)
        envelope.fresh.clear()
        self.memory.envelopes[envelope.envelope_id] = deepcopy(envelope)

    def get(self, envelope_id: str) -> Envelope:
        if envelope_id not in self.memory.envelopes:
            raise EnvelopeNotFound
        return deepcopy(self.memory.envelopes[envelope_id])

    def find_by_version(self, case_no: CaseNo, version: int) -> Envelope | None:
        found = [one for one in self.memory.envelopes.values() if (one.case_no, one.version) == (case_no, version)]
        return deepcopy(found[0]) if found else None

    def _tasks(self) -> list[tuple[Envelope, Task]]:
        return [(envelope, task) for envelope in self.memory.envelopes.values() for task in envelope.tasks]

    def envelope_of_task(self, task_id: str) -> str:
        for envelope, task in self._tasks():
            if task.task_id == task_id:
                return envelope.envelope_id
        raise TaskNotFound

    def task_by_token(self, token_hash: str) -> str:
        for _, task in self._tasks():
            if task.token_hash == token_hash:
                return task.task_id
        raise TaskNotFound

    def evidence(self, envelope_id: str) -> list[Record]:
        return list(self.memory.evidence.get(envelope_id, []))

    def keep_certificate(self, serial: str, envelope_id: str, field: str, der: bytes, at: dt.datetime) -> None:
        self.memory.certificates.setdefault(serial, (envelope_id, field, der))

    def keep_approval(self, approved: ReviewApproved) -> None:
        self.memory.approvals.setdefault(approved.envelope_id, approved)

    def admitted_since(self, source: str, since: dt.datetime) -> list[dt.datetime]:
        every = [one for one, _ in self.memory.uploads.values()]
        return [one.admitted_at for one in every if one.source == source and one.admitted_at > since]

    def admit(self, upload: Upload) -> None:
        self.memory.uploads[upload.ticket] = (upload, False)

    def removed(self, tickets: Sequence[str], counted_until: dt.datetime) -> None:
        for ticket in tickets:
            self.memory.uploads[ticket] = (self.memory.uploads[ticket][0], True)
        for ticket, (one, gone) in list(self.memory.uploads.items()):
            if gone and one.admitted_at <= counted_until:
                del self.memory.uploads[ticket]

    def code_for(self, case_no: CaseNo, version: int, fresh: str) -> str:
        return self.memory.codes.setdefault((case_no, version), fresh)


class MemoryWork:
    """Works on a copy; the copy becomes the memory with the commit."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._copy = memory.copy()
        self.envelopes = MemoryEnvelopes(self._copy)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave what was not committed behind."""

    def emit(self, event: object, *, aggregate_id: str, case_no: CaseNo | None = None) -> None:
        assert case_no or getattr(event, "case_no", None), "every event belongs to a case"
        self._copy.events.append((aggregate_id, event))

    def spend(self, token_id: str, expires_at: dt.datetime) -> None:
        if token_id in self._copy.spent:
            raise Conflict("proof.already_spent")
        self._copy.spent.add(token_id)

    def commit(self, answer: object | None = None) -> None:
        if answer is not None:
            self._copy.answers.append(answer)
        vars(self._memory).update(vars(self._copy))


@dataclass
class MemoryWorks:
    memory: Memory

    def __call__(self, call: Call) -> MemoryWork:
        return MemoryWork(self.memory)


@dataclass
class MemoryReading:
    memory: Memory

    @property
    def _rows(self) -> MemoryEnvelopes:
        return MemoryEnvelopes(self.memory)

    def envelope(self, envelope_id: str) -> Envelope:
        return self._rows.get(envelope_id)

    def by_code(self, code: str) -> Envelope:
        for one in self.memory.envelopes.values():
            if one.verification_code == code:
                return deepcopy(one)
        raise EnvelopeNotFound

    def by_task(self, task_id: str) -> Envelope:
        return self._rows.get(self._rows.envelope_of_task(task_id))

    def task_by_token(self, token_hash: str) -> str:
        return self._rows.task_by_token(token_hash)

    def tasks_of(
        self, person: PersonId, limit: int, before: str = "", case_no: CaseNo | None = None
    ) -> list[tuple[Envelope, Task]]:
        mine = [(e, t) for e in self.memory.envelopes.values() for t in e.tasks if t.person_id == person]
        mine = [one for one in mine if case_no in {None, one[0].case_no} and (not before or one[1].task_id < before)]
        return deepcopy(sorted(mine, key=lambda one: one[1].task_id, reverse=True)[:limit])

    def owed_by(self, person: PersonId) -> list[str]:
        every = self.tasks_of(person, len(self.memory.envelopes))
        return [t.task_id for e, t in every if e.state is EnvelopeState.SIGNING and t.state not in DONE]

    def newest(self, case_no: CaseNo) -> Envelope:
        mine = self._rows.of_case(case_no)
        if not mine:
            raise EnvelopeNotFound
        return mine[-1]

    def evidence(self, envelope_id: str, until: int) -> list[Record]:
        return self._rows.evidence(envelope_id)[:until]

    def by_revision(self, hashes: Sequence[str]) -> tuple[Envelope, Document] | None:
        every = [
            (len({*hashes} & {*one.revisions}), e, one) for e in self.memory.envelopes.values() for one in e.documents
        ]
        best = max(every, key=lambda one: (one[0], one[1].envelope_id), default=(0, None, None))
        return (deepcopy(best[1]), deepcopy(best[2])) if best[0] and best[1] and best[2] else None

    def upload(self, ticket: str) -> Upload:
        found = self.memory.uploads.get(ticket)
        if found is None or found[1]:
            raise UploadNotFound
        return found[0]

    def uploads_before(self, moment: dt.datetime, limit: int) -> list[Upload]:
        due = [one for one, gone in self.memory.uploads.values() if one.admitted_at <= moment and not gone]
        return sorted(due, key=lambda one: one.admitted_at)[:limit]

    def case_over(self, case_no: CaseNo) -> bool:
        return self.memory.cases.get(case_no, False)

    def has_version(self, case_no: CaseNo, version: int) -> bool:
        return self._rows.find_by_version(case_no, version) is not None

    def unapplied(self, before: dt.datetime, limit: int) -> list[SignatureRequested]:
        left = [
            (task.requested_at, SignatureRequested(envelope_id=one.envelope_id, task_id=task.task_id))
            for one in self.memory.envelopes.values()
            for task in one.tasks
            if one.is_requested(task) and task.requested_at is not None and task.requested_at <= before
        ]
        return [event for _, event in sorted(left, key=lambda each: each[0])[:limit]]

    def unsealed(self, before: dt.datetime, limit: int) -> list[ReviewApproved]:
        left = [
            one
            for one in self.memory.approvals.values()
            if one.approved_at <= before
            and one.envelope_id in self.memory.envelopes
            and self.memory.envelopes[one.envelope_id].state is EnvelopeState.ALL_SIGNED
        ]
        return sorted(left, key=lambda one: one.approved_at)[:limit]

    def unstamped(self, limit: int) -> list[str]:
        every = self.memory.envelopes.values()
        return [one.envelope_id for one in every if any(one.lacks_stamp(each) for each in one.documents)][:limit]

    def overdue(self, now: dt.datetime, limit: int) -> list[str]:
        due = [
            one
            for one in self.memory.envelopes.values()
            if one.state is EnvelopeState.SIGNING
            and one.expires_at <= now
            and any(task.state not in DONE for task in one.tasks)
        ]
        return [one.envelope_id for one in sorted(due, key=lambda one: one.expires_at)[:limit]]


@dataclass
class FakeObjects:
    """A store in a dict."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def put(self, key: str, data: bytes) -> str:
        self.kept[key] = data
        return hashlib.sha256(data).hexdigest()

    def get(self, key: str) -> bytes:
        if key not in self.kept:
            raise NotFound("object.not_found")
        return self.kept[key]

    def stat(self, key: str) -> tuple[int, str]:
        data = self.get(key)
        return len(data), hashlib.sha256(data).hexdigest()

    def delete(self, key: str) -> None:
        self.kept.pop(key, None)

    def link(self, key: str) -> str:
        return f"link:{key}"


class FakeEngine:
    """Appends a line per signature and keeps the revisions; can be out of reach, and lets something happen meanwhile."""

    def __init__(self) -> None:
        self.away = False
        self.level = "B-LTA"
        self.stamps = True
        self.meanwhile: Callable[[], None] = lambda: None
        self.spoil: Callable[[bytes], bytes] = lambda made: made
        self.jobs: list[str] = []

    def sign(self, before: bytes, document: Document, envelope: Envelope, task: Task) -> Made:
        assert task.handwriting, "there is something to draw"
        assert task.requested_at
        made = self._appended("sign", before, f"\n{task.field} by {task.person_id} #{len(self.jobs)}")
        return self._made(made, document.revisions, "B-T" if self.stamps else "B-B")

    def seal(self, before: bytes, document: Document, envelope: Envelope, filing_no: str, at: dt.datetime) -> Made:
        sealed = self._appended("seal", before, f"\n{envelope.seal_field} by {envelope.office_name} for {filing_no}")
        final = sealed + b"\nlong-term data"
        return self._made(final, (*document.revisions, sha256(sealed)), self.level)

    def archive(self, before: bytes, document: Document) -> Made:
        if not self.stamps:
            raise Unavailable("signing.timestamp_unavailable")
        return self._made(self._appended("archive", before, "\ntime stamp"), document.revisions, "B-LTA")

    def revisions(self, document: bytes) -> tuple[str, ...]:
        lines = document.split(b"\n")
        return tuple(sha256(b"\n".join(lines[: n + 1])) for n in range(len(lines)))

    def report(self, documents: Mapping[str, bytes], told: Mapping[str, object]) -> bytes:
        self.jobs.append("report")
        return repr((sorted(documents), told)).encode()

    def draw(self, document: bytes, page: int, dpi: int) -> bytes:
        self.jobs.append("draw")
        return b"\xff\xd8 page %d at %d of " % (page, dpi) + document

    def verify(self, stored: bytes, expected: Expected | None) -> Findings:
        if expected is None:
            signature = Checked("signer_1", None, intact=True, trusted=True, reasons=(), name="测试甲")
            return Findings(False, ("not_recorded",), (signature,))
        lines = stored.decode().split("\n")[1:]
        prefixes = [stored.decode().split("\n")[: n + 1] for n in range(len(lines) + 1)]
        whole = [sha256("\n".join(one).encode()) for one in prefixes] == list(expected.revisions)
        fields = [line.split(" ")[0] for line in lines if " by " in line]
        wanted = [str(one["field"]) for one in expected.signatures]
        reasons = (() if whole else ("revision_changed",)) + (
            () if set(fields) == set(wanted) else ("field_unexpected",)
        )
        signatures = tuple(Checked(one, None, intact=whole, trusted=True, reasons=()) for one in fields)
        return Findings(not reasons, reasons, signatures)

    def _appended(self, job: str, before: bytes, text: str) -> bytes:
        if self.away:
            raise Unavailable("engine.died")
        self.jobs.append(job)
        made = self.spoil(before + text.encode())
        self.meanwhile()
        return made

    def _made(self, made: bytes, before: Sequence[str], level: str) -> Made:
        serial = f"{len(self.jobs):04x}"
        return Made(made, (*before, sha256(made)), f"certificate {serial}".encode(), serial, level)


LINE = Trace(600, 240, (((50.0, 100.0), (400.0, 100.0), (400.0, 108.0), (50.0, 108.0)),), 8.0)


@dataclass
class FakePictures:
    """Finds the same line in every picture, unless told what is in it."""

    found: Trace | None = LINE
    away: bool = False
    asked: int = 0

    def trace(self, picture: bytes) -> Trace | None:
        assert picture
        self.asked += 1
        if self.away:
            raise Unavailable("engine.busy")
        return self.found


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class FakeContract:
    """Knows the signers of one version."""

    known: dict[int, Signers] = field(default_factory=dict)
    away: bool = False
    asked: int = 0

    def signers(self, case_no: CaseNo, version: int, call: Call) -> Signers | None:
        self.asked += 1
        if self.away:
            raise Unavailable
        return self.known.get(version)


@dataclass
class FakeRules:
    """A week to sign, sessions of half an hour."""

    def lifetime(self, case_no: CaseNo) -> dt.timedelta:
        return dt.timedelta(days=7)

    def session(self, case_no: CaseNo) -> dt.timedelta:
        return dt.timedelta(minutes=30)

    def offices(self, case_no: CaseNo) -> frozenset[str]:
        return frozenset({"huangshi-housing"})


@dataclass
class FakeProofs:
    """Proofs by their text."""

    known: dict[str, Proof] = field(default_factory=dict)

    def check(self, token: str) -> Proof:
        if token not in self.known:
            raise NotAuthenticated("token.invalid")
        return self.known[token]
