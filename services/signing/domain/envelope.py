"""The envelope (签署任务包): frozen documents, one task per signer, and the order in which things may happen.

Envelope: SIGNING -> ALL_SIGNED -> SEALED, or REFUSED / EXPIRED / RECALLED.
Task: CREATED -> NOTIFIED -> OPENED -> IDENTIFIED -> READ -> SIGNING -> SIGNED, or REFUSED / VOIDED.
SIGNING of a task means: the person has signed by hand and agreed; the worker is putting it into the documents.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from services.common.values import CaseNo, PersonId
from services.signing.domain.errors import (
    AlreadySigned,
    DocumentUnread,
    EnvelopeEndedAlready,
    HashMismatch,
    IdentityRequired,
    NotSigner,
    ReasonTooShort,
    TaskNotFound,
)

SHORTEST_REASON = 2


class EnvelopeState(StrEnum):
    """Where an envelope stands."""

    SIGNING = "SIGNING"
    ALL_SIGNED = "ALL_SIGNED"
    SEALED = "SEALED"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"
    RECALLED = "RECALLED"


ENDED = frozenset({EnvelopeState.REFUSED, EnvelopeState.EXPIRED, EnvelopeState.RECALLED})


class TaskState(StrEnum):
    """Where a signer stands."""

    CREATED = "CREATED"
    NOTIFIED = "NOTIFIED"
    OPENED = "OPENED"
    IDENTIFIED = "IDENTIFIED"
    READ = "READ"
    SIGNING = "SIGNING"
    SIGNED = "SIGNED"
    REFUSED = "REFUSED"
    VOIDED = "VOIDED"


DONE = frozenset({TaskState.SIGNING, TaskState.SIGNED})


@dataclass
class Document:
    """A frozen document and what signing has made of it. `revisions`: SHA-256 of every revision, the base first."""

    kind: str
    base_key: str
    base_sha256: str
    pages: int
    fields: tuple[str, ...]
    key: str
    revisions: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """Of the newest revision."""
        return self.revisions[-1]

    def advance(self, key: str, *revisions: str) -> None:
        """The file has grown by these revisions."""
        self.key, self.revisions = key, (*self.revisions, *revisions)


@dataclass
class Task:
    """One signer's task. Name, mobile and handwriting are personal: sealed at rest, never in an event."""

    task_id: str
    person_id: PersonId
    name: str
    mobile: str
    side: str
    field: str
    state: TaskState = TaskState.CREATED
    token_hash: str = ""
    session_until: dt.datetime | None = None
    method: str = ""
    opened: dict[str, dt.datetime] = dataclasses.field(default_factory=dict)
    handwriting: str = ""
    requested_at: dt.datetime | None = None
    signed_at: dt.datetime | None = None
    serials: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclass
class Envelope:
    """The aggregate. Every method guards, changes, and leaves events to its caller."""

    envelope_id: str
    case_no: CaseNo
    version: int
    state: EnvelopeState
    verification_code: str
    office_name: str
    seal_field: str
    expires_at: dt.datetime
    documents: list[Document]
    tasks: list[Task]
    seal_serials: dict[str, str] = dataclasses.field(default_factory=dict)
    filing_no: str = ""

    def task(self, task_id: str) -> Task:
        """Return the task. Raises TaskNotFound."""
        for one in self.tasks:
            if one.task_id == task_id:
                return one
        raise TaskNotFound

    def document(self, kind: str) -> Document:
        """Return the document of that kind. Raises TaskNotFound: a signer sees only what is in the envelope."""
        for one in self.documents:
            if one.kind == kind:
                return one
        raise TaskNotFound

    def require_open(self, now: dt.datetime) -> None:
        """Raise EnvelopeEndedAlready unless it can be signed now."""
        if self.state is not EnvelopeState.SIGNING or now >= self.expires_at:
            raise EnvelopeEndedAlready(state=self.state.value)

    def notify(self, task: Task, token_hash: str) -> None:
        """A fresh link was made; a former one is void from now on."""
        task.token_hash = token_hash
        if task.state is TaskState.CREATED:
            task.state = TaskState.NOTIFIED

    def identify(self, task: Task, person: PersonId, method: str, now: dt.datetime, session: dt.timedelta) -> None:
        """The signer proved who they are: a session for this task alone opens (decision 1)."""
        self.require_open(now)
        self._require_unsigned(task)
        if person != task.person_id:
            raise NotSigner
        task.session_until, task.method = now + session, method
        if task.state in {TaskState.CREATED, TaskState.NOTIFIED, TaskState.OPENED}:
            task.state = TaskState.READ if self._unread(task) == [] else TaskState.IDENTIFIED

    def open_document(self, task: Task, kind: str, now: dt.datetime, session: dt.timedelta) -> Document:
        """The signer opens a document; the mark survives leaving."""
        document = self.document(kind)
        self._require_session(task, now)
        task.opened.setdefault(kind, now)
        task.session_until = now + session
        if task.state is TaskState.IDENTIFIED and not self._unread(task):
            task.state = TaskState.READ
        return document

    def sign(self, task: Task, hashes: tuple[str, ...], handwriting: str, now: dt.datetime) -> None:
        """签署提交: accept the hand-drawn signature for exactly these frozen documents."""
        self.require_open(now)
        self._require_unsigned(task)
        self._require_session(task, now)
        if unread := self._unread(task):
            raise DocumentUnread(documents=unread)
        if sorted(hashes) != sorted(one.base_sha256 for one in self.documents):
            raise HashMismatch
        task.state, task.handwriting, task.requested_at = TaskState.SIGNING, handwriting, now

    def applied(self, task: Task, serials: dict[str, str], now: dt.datetime) -> bool:
        """The signature is in every document; returns whether it was the last one."""
        task.state, task.serials, task.signed_at, task.session_until = TaskState.SIGNED, serials, now, None
        if all(one.state is TaskState.SIGNED for one in self.tasks):
            self.state = EnvelopeState.ALL_SIGNED
            return True
        return False

    def refuse(self, task: Task, reason: str, now: dt.datetime) -> None:
        """拒签: any one refusal ends the whole envelope."""
        self.require_open(now)
        self._require_unsigned(task)
        self._require_session(task, now)
        if len(reason.strip()) < SHORTEST_REASON:
            raise ReasonTooShort(field="reason")
        self._end(EnvelopeState.REFUSED)
        task.state = TaskState.REFUSED

    def end(self, state: EnvelopeState) -> bool:
        """Recall or expire; returns whether anything changed. A sealed envelope stays what it is."""
        if self.state in ENDED or self.state is EnvelopeState.SEALED:
            return False
        self._end(state)
        return True

    def seal(self, filing_no: str, serials: dict[str, str]) -> None:
        """The authority's seal and the long-term data are in."""
        if self.state is not EnvelopeState.ALL_SIGNED:
            raise EnvelopeEndedAlready(state=self.state.value)
        self.state, self.filing_no, self.seal_serials = EnvelopeState.SEALED, filing_no, serials

    def allowed_acts(self, task: Task, now: dt.datetime) -> tuple[str, ...]:
        """What the signer can do now."""
        if self.state is not EnvelopeState.SIGNING or now >= self.expires_at or task.state in DONE:
            return ()
        if task.session_until is None or now >= task.session_until:
            return ("identify",)
        return ("open_document", "refuse") if self._unread(task) else ("open_document", "refuse", "sign")

    def _end(self, state: EnvelopeState) -> None:
        self.state = state
        for one in self.tasks:
            if one.state is not TaskState.SIGNED:
                one.state = TaskState.VOIDED

    def _unread(self, task: Task) -> list[str]:
        return [one.kind for one in self.documents if one.kind not in task.opened]

    @staticmethod
    def _require_unsigned(task: Task) -> None:
        if task.state in DONE:
            raise AlreadySigned

    @staticmethod
    def _require_session(task: Task, now: dt.datetime) -> None:
        if task.session_until is None or now >= task.session_until:
            raise IdentityRequired
