"""What the use cases need of the world; adapters and tests implement it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from services.common.kit.calls import Call
from services.common.messages.contract import Signers
from services.common.messages.review import ReviewApproved
from services.common.messages.signing import SignatureRequested
from services.common.values import CaseNo, PersonId
from services.signing.domain.envelope import Envelope
from services.signing.domain.evidence import Record
from services.signing.domain.parts import Document, Identification, Task
from services.signing.domain.picture import Trace
from services.signing.domain.uploads import Upload

Now: TypeAlias = Callable[[], dt.datetime]
Plain: TypeAlias = dict[str, object]
"""Values that JSON knows."""
NewId: TypeAlias = Callable[[], str]


class Envelopes(Protocol):
    """Stored envelopes within a unit of work: what is read is locked until its end."""

    def hold_case(self, case_no: CaseNo) -> bool:
        """Make other units of work that hold this case wait; return whether the case is over."""

    def end_case(self, case_no: CaseNo) -> None:
        """Remember that the case, which is held, is over: nothing of it is opened any more."""

    def of_case(self, case_no: CaseNo) -> Sequence[Envelope]:
        """Return all envelopes of the case, the oldest version first."""

    def add(self, envelope: Envelope) -> None:
        """Keep a new envelope with its evidence."""

    def save(self, envelope: Envelope) -> None:
        """Keep the changed envelope; its fresh evidence is appended."""

    def get(self, envelope_id: str) -> Envelope:
        """Return the envelope. Raises EnvelopeNotFound."""

    def find_by_version(self, case_no: CaseNo, version: int) -> Envelope | None:
        """Return the envelope of a case's version, if any."""

    def envelope_of_task(self, task_id: str) -> str:
        """Return the id of a task's envelope, without a lock. Raises TaskNotFound."""

    def task_by_token(self, token_hash: str) -> str:
        """Return the id of the task with that link, without a lock. Raises TaskNotFound."""

    def evidence(self, envelope_id: str) -> Sequence[Record]:
        """Return the envelope's evidence, oldest first."""

    def keep_certificate(self, serial: str, envelope_id: str, field: str, der: bytes, at: dt.datetime) -> None:
        """Register an issued certificate; one that is known stays as it is."""

    def keep_approval(self, approved: ReviewApproved) -> None:
        """Remember that review wants the seal; once is enough."""

    def admitted_since(self, source: str, since: dt.datetime) -> Sequence[dt.datetime]:
        """Return when files of this source were admitted after that; others asking for it wait until the end."""

    def admit(self, upload: Upload) -> None:
        """Remember a file that may come."""

    def removed(self, tickets: Sequence[str], counted_until: dt.datetime) -> None:
        """Remember that these files are gone; forget those gone that were admitted up to then."""

    def code_for(self, case_no: CaseNo, version: int, fresh: str) -> str:
        """Return the verification code of a case's version; `fresh` becomes it if there is none."""


class Work(Protocol):
    """One transaction."""

    @property
    def envelopes(self) -> Envelopes:
        """Envelopes of this transaction."""

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


class Reading(Protocol):
    """Envelopes for questions: read without a lock."""

    def envelope(self, envelope_id: str) -> Envelope:
        """Return the envelope. Raises EnvelopeNotFound."""

    def by_code(self, code: str) -> Envelope:
        """Return the envelope whose documents carry that code. Raises EnvelopeNotFound."""

    def by_task(self, task_id: str) -> Envelope:
        """Return the envelope of a task. Raises TaskNotFound."""

    def task_by_token(self, token_hash: str) -> str:
        """Return the id of the task with that link. Raises TaskNotFound."""

    def tasks_of(
        self, person: PersonId, limit: int, before: str = "", case_no: CaseNo | None = None
    ) -> Sequence[tuple[Envelope, Task]]:
        """Return a person's tasks, newest first: of all cases or of one, those older than the task `before`."""

    def owed_by(self, person: PersonId) -> Sequence[str]:
        """Return the ids of all tasks, newest first, of envelopes being signed in which the person has yet to sign."""

    def newest(self, case_no: CaseNo) -> Envelope:
        """Return the envelope of the case's newest version. Raises EnvelopeNotFound."""

    def evidence(self, envelope_id: str, until: int) -> list[Record]:
        """Return the envelope's evidence up to a number, oldest first."""

    def by_revision(self, hashes: Sequence[str]) -> tuple[Envelope, Document] | None:
        """Return the document most of whose recorded revisions are among these, with its envelope; None if none is."""

    def upload(self, ticket: str) -> Upload:
        """Return an admitted file. Raises UploadNotFound."""

    def uploads_before(self, moment: dt.datetime, limit: int) -> Sequence[Upload]:
        """Return files admitted up to then that may still be there, the oldest first."""

    def case_over(self, case_no: CaseNo) -> bool:
        """Whether contract has told that the case has ended."""

    def has_version(self, case_no: CaseNo, version: int) -> bool:
        """Whether this version of the case has an envelope."""

    def unapplied(self, before: dt.datetime, limit: int) -> Sequence[SignatureRequested]:
        """Return signatures given up to then that are not in the documents, the oldest first."""

    def unsealed(self, before: dt.datetime, limit: int) -> Sequence[ReviewApproved]:
        """Return approvals up to then whose envelope waits for its seal, the oldest first."""

    def unstamped(self, limit: int) -> Sequence[str]:
        """Return ids of envelopes with a document that waits for its time stamp."""

    def overdue(self, now: dt.datetime, limit: int) -> Sequence[str]:
        """Return ids of envelopes past their time that wait for somebody to sign, the longest overdue first."""


class Rules(Protocol):
    """What cities decide about signing."""

    def lifetime(self, case_no: CaseNo) -> dt.timedelta:
        """Return how long people have to sign."""

    def session(self, case_no: CaseNo) -> dt.timedelta:
        """Return how long a signing session lasts from the last act."""

    def offices(self, case_no: CaseNo) -> frozenset[str]:
        """Return the ids of the offices of the case's city."""


class Contract(Protocol):
    """The contract service."""

    def signers(self, case_no: CaseNo, version: int, call: Call) -> Signers | None:
        """Return who signs which field; None when the case is at another version by now. Raises Unavailable."""


class Objects(Protocol):
    """Stored bytes."""

    def put(self, key: str, data: bytes) -> str:
        """Keep under this key; returns the SHA-256."""

    def get(self, key: str) -> bytes:
        """Return the bytes. Raises NotFound."""

    def stat(self, key: str) -> tuple[int, str]:
        """Return size and SHA-256. Raises NotFound."""

    def delete(self, key: str) -> None:
        """Remove; removing nothing is no error."""

    def link(self, key: str) -> str:
        """Return a 60-second internal link."""


@dataclass(frozen=True)
class Made:
    """A document the engine has signed or sealed. `revisions`: SHA-256 of every revision, oldest first."""

    document: bytes
    revisions: tuple[str, ...]
    certificate: bytes
    serial: str
    level: str


@dataclass(frozen=True)
class Expected:
    """What is recorded about a document: per signature field, signer and certificate serial; the revisions; whether archived."""

    signatures: Sequence[Mapping[str, str]]
    revisions: tuple[str, ...]
    archived: bool


@dataclass(frozen=True)
class Checked:
    """One signature as verified."""

    field: str
    signed_at: dt.datetime | None
    intact: bool
    trusted: bool
    reasons: tuple[str, ...]
    name: str = ""
    """As the certificate says it, where the certificate is trusted."""
    company: str = ""
    """The enterprise the person signed for, likewise."""


@dataclass(frozen=True)
class Findings:
    """A document as verified against its record."""

    accepted: bool
    reasons: tuple[str, ...]
    signatures: tuple[Checked, ...]


class VerifyingEngine(Protocol):
    """Reads strangers' files, in processes of its own that hold no key. Raises Unavailable when too many wait, or it died."""

    def revisions(self, document: bytes) -> tuple[str, ...]:
        """Return the SHA-256 of every revision, oldest first."""

    def verify(self, document: bytes, expected: Expected | None) -> Findings:
        """Check signatures, changes and revisions against what is recorded; None: nothing is recorded."""


class Reporter(Protocol):
    """Makes evidence packages, where the platform's keys are."""

    def report(self, documents: Mapping[str, bytes], told: Plain) -> bytes:
        """Return the zip. Raises DomainError with the engine's code, Unavailable."""


class PagePainter(Protocol):
    """Draws pages, where strangers' files are read."""

    def draw(self, document: bytes, page: int, dpi: int) -> bytes:
        """Return a page, counted from 1, as JPEG. Raises DomainError `signing.page_missing`, Unavailable."""


class Pictures(Protocol):
    """Reads pictures of handwriting, in processes of its own that hold no key."""

    def trace(self, picture: bytes) -> Trace | None:
        """Return the ink of a PNG, None where there is none.

        Raises HandwritingInvalid for what is no still picture or cannot be traced; Unavailable when too many wait.
        """


class SigningEngine(Protocol):
    """The PDF work, in processes of its own. Raises DomainError with the engine's code, Unavailable when it died."""

    def sign(self, before: bytes, document: Document, envelope: Envelope, task: Task) -> Made:
        """Put the task's signature into its field of the document."""

    def seal(self, before: bytes, document: Document, envelope: Envelope, filing_no: str, at: dt.datetime) -> Made:
        """Put in the authority's seal, which locks the document, and the long-term data."""

    def archive(self, before: bytes, document: Document) -> Made:
        """Add long-term proof: a time stamp over everything in the document. Raises Unavailable when none can be had."""


@dataclass(frozen=True)
class Expiry:
    """A certificate or list of the platform and when it runs out. `kind`: root, intermediate, tsa, seal, root_list, former_intermediate, former_tsa."""

    kind: str
    name: str
    until: dt.datetime


class Keeper(Protocol):
    """What the platform's certificates and lists are, asked where its keys are. Raises Unavailable."""

    def expiries(self) -> Sequence[Expiry]:
        """Return when they run out, the soonest first."""

    def lists(self) -> Mapping[str, bytes]:
        """Return the revocation lists of today as DER: `root`, and each issuing authority's by the name it is published under."""


@dataclass(frozen=True)
class Proof:
    """An identity proof for signing, checked and not yet spent. `subject`: the task it was made for."""

    identification: Identification
    subject: str
    expires_at: dt.datetime


class Proofs(Protocol):
    """Checks identity proofs offline."""

    def check(self, token: str) -> Proof:
        """Return the proof. Raises NotAuthenticated: expired, forged, or for another act."""
