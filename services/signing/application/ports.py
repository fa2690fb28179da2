"""What the use cases need from the outside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Protocol, Self

from services.common.kit.calls import Call
from services.common.messages.contract import Signers
from services.common.values import CaseNo, PersonId
from services.signing.domain.envelope import Envelope, Task

Clock = Callable[[], dt.datetime]
NewId = Callable[[], str]


class Envelopes(Protocol):
    """Stored envelopes. `get*` locks the envelope until the work ends."""

    def add(self, envelope: Envelope) -> None: ...
    def save(self, envelope: Envelope) -> None: ...
    def get(self, envelope_id: str) -> Envelope: ...
    def find_by_version(self, case_no: CaseNo, version: int) -> Envelope | None: ...
    def envelope_of_task(self, task_id: str) -> str: ...
    def task_by_token(self, token_hash: str) -> str: ...
    def record(self, envelope_id: str, act: str, at: dt.datetime, facts: dict[str, str]) -> None: ...
    def keep_certificate(self, serial: str, envelope_id: str, field: str, der: bytes, at: dt.datetime) -> None: ...
    def code_for(self, case_no: CaseNo, version: int, fresh: str) -> str: ...


class Work(Protocol):
    """One transaction."""

    envelopes: Envelopes

    def __enter__(self) -> Self: ...
    def __exit__(self, *wrong: object) -> None: ...
    def emit(self, event: object, *, aggregate_id: str, case_no: CaseNo | None = None) -> None: ...
    def spend(self, token_id: str, expires_at: dt.datetime) -> None: ...
    def commit(self, answer: object | None = None) -> None: ...


class Works(Protocol):
    """Opens transactions."""

    def __call__(self, call: Call) -> Work: ...


class Reading(Protocol):
    """Reads without changing."""

    def envelope(self, envelope_id: str) -> Envelope: ...
    def by_code(self, code: str) -> Envelope: ...
    def by_task(self, task_id: str) -> Envelope: ...
    def task_by_token(self, token_hash: str) -> str: ...
    def tasks_of(self, person: PersonId) -> list[tuple[Envelope, Task]]: ...


class Contract(Protocol):
    """What contract tells about the signers of a version."""

    def signers(self, case_no: CaseNo, version: int, call: Call) -> Signers: ...


class Objects(Protocol):
    """Stored bytes."""

    def put(self, key: str, data: bytes) -> str: ...
    def get(self, key: str) -> bytes: ...
    def link(self, key: str) -> str: ...


class SigningEngine(Protocol):
    """The PDF work, in processes of its own."""

    def sign(self, document: bytes, sha256: str, envelope: Envelope, task: Task) -> dict[str, Any]: ...
    def seal(self, document: bytes, sha256: str, envelope: Envelope, filing_no: str, at: dt.datetime) -> dict[str, Any]: ...
    def verify(self, document: bytes, expected: dict[str, Any] | None) -> dict[str, Any]: ...


class Proofs(Protocol):
    """Reads identity proofs offline."""

    def read(self, token: str) -> Proof: ...


class Proof(Protocol):
    """A verified identity proof for signing."""

    token_id: str
    person_id: PersonId
    method: str
    assurance: str
    subject: str
    expires_at: dt.datetime
