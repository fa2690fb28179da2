"""What the use cases need of the world; adapters and tests implement it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from services.common.kit.calls import Call
from services.common.messages.contract import CaseRow, Download, Side
from services.common.messages.identity import Person, ProofPurpose
from services.common.messages.property import Title
from services.common.values import CaseNo, IdNumber, PersonId, PersonName
from services.contract.domain.case import Case
from services.contract.domain.document import ContractDocument
from services.contract.domain.materials import MaterialFile

Now: TypeAlias = Callable[[], dt.datetime]
NewId: TypeAlias = Callable[[], str]
Pseudonym: TypeAlias = Callable[[IdNumber], PersonId]


class Cases(Protocol):
    """Cases within a unit of work: what is read is locked until its end."""

    def get(self, no: CaseNo) -> Case:
        """Return the case, locked. Raises CaseNotFound."""

    def add(self, case: Case) -> None:
        """Keep a new case. Raises HouseTaken when another live or filed case holds the house."""

    def save(self, case: Case) -> None:
        """Keep the changed case; history is appended."""

    def next_number(self, city: str, day: dt.date) -> CaseNo:
        """Return the next number of the city's day; nobody else ever gets it."""


class FailedLookups(Protocol):
    """Failed searches by account and by source (decision 23)."""

    def lock(self, person_id: PersonId, source: str) -> None:
        """Make others with the same account or source wait until the end of this unit of work."""

    def count(self, person_id: PersonId, source: str, since: dt.datetime) -> int:
        """Return the failures of the account or of the source, whichever is more. An empty source counts nothing."""

    def add(self, person_id: PersonId, source: str, at: dt.datetime) -> None:
        """Remember one."""


class MaterialFiles(Protocol):
    """Uploaded files within a unit of work, and the bytes that are due to be deleted."""

    def add(self, no: CaseNo, file: MaterialFile) -> None:
        """Keep a file; its bytes are no longer due to be deleted."""

    def remove(self, no: CaseNo, file: MaterialFile, by: PersonId, at: dt.datetime) -> None:
        """Mark a file as removed; its bytes are due to be deleted."""

    def plan_drop(self, key: str, due: dt.datetime) -> None:
        """Have these bytes deleted then, unless a file is added with this key before."""

    def dropped(self, key: str) -> None:
        """Forget bytes that have been deleted."""

    def remove_strays(self, at: dt.datetime, quiet_since: dt.datetime, limit: int) -> int:
        """Mark files of people who are no longer parties, in cases not changed since, as removed; return how many."""


class Work(Protocol):
    """One transaction."""

    @property
    def cases(self) -> Cases:
        """Cases of this transaction."""

    @property
    def failures(self) -> FailedLookups:
        """Failed searches of this transaction."""

    @property
    def materials(self) -> MaterialFiles:
        """Uploaded files of this transaction."""

    def emit(self, event: object, *, aggregate_id: str, case_no: CaseNo | None = None) -> None:
        """Tell a fact with this commit."""

    def spend(self, token_id: str, expires_at: dt.datetime) -> None:
        """Use a proof once. Raises Conflict `proof.already_spent`."""

    def commit(self, answer: object | None = None) -> None:
        """Keep everything and the request's answer."""


class Works(Protocol):
    """Opens units of work."""

    def __call__(self, call: Call) -> AbstractContextManager[Work, None]:
        """Open one for a call; it is rolled back unless committed."""


@dataclass(frozen=True)
class CasePage:
    """Rows of 我的合同 and the place after the last one, None at the end."""

    rows: tuple[CaseRow, ...]
    next_place: tuple[dt.datetime, str] | None


class CaseReader(Protocol):
    """Cases for questions: read without a lock."""

    def get(self, no: CaseNo) -> Case:
        """Return the case. Raises CaseNotFound."""

    def page(
        self, person_id: PersonId, side: Side | None, state: str, after: tuple[dt.datetime, str] | None, limit: int
    ) -> CasePage:
        """Return a person's cases, last changed first."""

    def to_attend(self, now: dt.datetime, limit: int) -> tuple[CaseNo, ...]:
        """Return cases the clock has to look at by now, the longest waiting first."""

    def overdue(self, now: dt.datetime, states: frozenset[str]) -> dict[str, tuple[int, dt.datetime]]:
        """Return for each of these states with a case past its deadline how many, and the earliest deadline."""


class Register(Protocol):
    """The title register (property)."""

    def get_title(self, title_id: str, call: Call, except_case: CaseNo | None = None) -> Title:
        """Return the title in full. Raises NotFound, Unavailable."""


class Screening(Protocol):
    """失信被执行人 and 购房资格 (property)."""

    def bars(self, city: str, name: PersonName, id_number: IdNumber, call: Call) -> tuple[str, ...]:
        """Return why this person may not buy; empty where he may. Raises Unavailable where nobody can say."""


class People(Protocol):
    """Accounts (identity)."""

    def get_person(self, person_id: PersonId, call: Call) -> Person:
        """Return name, number and mobile of an account. Raises NotFound, Unavailable."""


@dataclass(frozen=True)
class VerificationCode:
    """The code printed into a version's documents, and the address its QR leads to."""

    code: str
    url: str


class SigningDesk(Protocol):
    """The signing service."""

    def mint_code(self, case_no: CaseNo, version: int, call: Call) -> VerificationCode:
        """Return the verification code of a version; the same on every repeat."""

    def get_signed_document(self, envelope_id: str, kind: str, call: Call) -> Download:
        """Return a link to the signed document as it stands."""


class ReviewDesk(Protocol):
    """The review service."""

    def withdraw(self, case_no: CaseNo, round_: int, call: Call) -> str:
        """Take a submission out of the queue and return its review; repeats succeed. Raises the desk's refusal once it is claimed."""


@dataclass(frozen=True)
class Proof:
    """An identity proof, checked and not yet spent."""

    token_id: str
    expires_at: dt.datetime


class Proofs(Protocol):
    """Checks identity proofs offline."""

    def check(self, token: str, purpose: ProofPurpose, person_id: PersonId) -> Proof:
        """Return the proof. Raises NotAuthenticated: expired, forged, of another person or for another act."""


@dataclass(frozen=True)
class Drawn:
    """A drawn document: bytes, hash, number of pages, names of its signature fields in order."""

    pdf: bytes
    sha256: str
    pages: int
    fields: tuple[str, ...]


class Renderer(Protocol):
    """Draws documents."""

    def draw(self, document: ContractDocument, *, preview: bool) -> Drawn:
        """Return the PDF: equal documents give equal bytes. Raises DomainError `contract.glyph_missing` and others."""


class DocumentStore(Protocol):
    """Stored bytes."""

    def put(self, key: str, data: bytes) -> None:
        """Keep under this key, replacing what was there."""

    def link(self, key: str) -> str:
        """Return a 60-second internal link."""


@dataclass(frozen=True)
class Inspected:
    """The clean copy of an upload, its media type and pages, and the hashes of both."""

    data: bytes
    media_type: str
    pages: int
    sha256: str
    original_sha256: str
    original_sm3: str


class Inspection(Protocol):
    """Looks into uploaded files, away from the event loop."""

    def inspect(self, data: bytes, declared: str) -> Inspected:
        """Return the clean copy. Raises DomainError `contract.file_*` or `.too_many_pages`; Unavailable when busy."""

    def draw_page(self, data: bytes, media_type: str, page: int, longest: int) -> bytes:
        """Return a page as JPEG. Raises DomainError `contract.page_unknown`, Unavailable."""


class UploadStore(Protocol):
    """Uploaded bytes: on their way in, and kept."""

    def take(self, upload_id: str) -> bytes:
        """Return what the gateway put in. Raises Unavailable where it is gone: to be sent again."""

    def discard(self, upload_id: str) -> None:
        """Delete what the gateway put in."""

    def forgotten(self, before: dt.datetime, limit: int) -> tuple[str, ...]:
        """Return uploads put in before then and never taken."""

    def put(self, key: str, data: bytes) -> tuple[int, str]:
        """Keep; durable when it returns. Returns size and SHA-256."""

    def get(self, key: str) -> bytes:
        """Return kept bytes. Raises NotFound."""

    def size_and_hash(self, key: str) -> tuple[int, str] | None:
        """Return size and SHA-256 of kept bytes, None where there are none."""

    def drop(self, key: str) -> None:
        """Delete kept bytes and everything made of them."""

    def link(self, key: str) -> str:
        """Return a 60-second internal link."""


class DueDrops(Protocol):
    """Bytes to be deleted, for the sweep."""

    def due(self, now: dt.datetime, limit: int) -> tuple[str, ...]:
        """Return keys whose time has come."""
