"""The envelope (签署任务包): frozen documents, one task per signer. Guards every act, changes state, remembers evidence.

The tables of `lifecycle` say what may happen when; here is what it needs besides, and what it changes. Every act leaves its
evidence with it, so that none can be stored without. Who may reach which task is decided before (application/access).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from services.common.kit.errors import DomainError
from services.common.values import CaseNo
from services.signing.domain import evidence
from services.signing.domain.agreement import Agreement
from services.signing.domain.errors import (
    AlreadySigned,
    DocumentUnread,
    EnvelopeEndedAlready,
    FieldsDiffer,
    HashMismatch,
    IdentityRequired,
    NotAllSigned,
    NotSigner,
    ReasonInvalid,
    TaskNotFound,
)
from services.signing.domain.lifecycle import (
    DONE,
    ENDED,
    ENVELOPE_MOVES,
    IN_SESSION,
    TASK_MOVES,
    Act,
    EnvelopeState,
    TaskState,
)
from services.signing.domain.parts import Document, Growth, Identification, LinkReport, Session, Task

REASON = range(2, 201)
"""Characters of a refusal's reason."""
NOTHING: Mapping[str, str] = {}


@dataclass
class Envelope:
    """The aggregate. `head` is the end of its evidence chain, `fresh` what this unit of work has added to it."""

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
    head: evidence.Head = evidence.START
    fresh: list[evidence.Record] = dataclasses.field(default_factory=list)

    def open(self, now: dt.datetime) -> None:
        """Begin. Raises FieldsDiffer unless every signer has a field and every field a signer, or the seal."""
        fields = [one.field for one in self.tasks] + ([self.seal_field] if self.seal_field else [])
        drawn = [set(one.fields) for one in self.documents]
        every = len(set(fields)) == len(fields) and set().union(*drawn) == set(fields)
        sealed = not self.seal_field or all(self.seal_field in one for one in drawn)
        persons = {one.person_id for one in self.tasks}
        if not (self.tasks and self.documents and every and sealed and len(persons) == len(self.tasks)):
            raise FieldsDiffer(fields=sorted(set().union(*drawn)))
        self._record("opened", now, {one.kind: one.base_sha256 for one in self.documents})

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

    def to_sign(self, task: Task) -> tuple[Document, ...]:
        """Return the documents that have a field for this signer."""
        return tuple(one for one in self.documents if task.field in one.fields)

    def unread(self, task: Task) -> list[str]:
        """Return the kinds of the documents this signer has not opened."""
        return [one.kind for one in self.documents if one.kind not in task.opened]

    def wish_link(self, task: Task, now: dt.datetime) -> dt.datetime:
        """Somebody wants the link sent again; return when the next wish is granted.

        Raises EnvelopeEndedAlready, AlreadySigned, ResendTooSoon, ResendLimit.
        """
        self._require(task, Act.NOTIFY, "", now)
        return task.wish_link(now)

    def notify(self, task: Task, token_hash: str, now: dt.datetime) -> None:
        """A fresh link was made. Raises EnvelopeEndedAlready, AlreadySigned."""
        self._require(task, Act.NOTIFY, "", now)
        task.take_link(token_hash, now)
        self._move(task, Act.NOTIFY)
        self._record("link_issued", now, {"task": task.task_id})

    def note_link(self, task: Task, report: LinkReport, known: Sequence[evidence.Record], now: dt.datetime) -> bool:
        """Something became of the message with the link; whether that was news. Receipts may come after the end: they count too."""
        facts = report.facts(task)
        if not report.act or any(one.act == report.act and one.facts == facts for one in known):
            return False
        self._record(report.act, now, facts)
        return True

    def mark_opened(self, task: Task, now: dt.datetime) -> bool:
        """The signer looks at the task for the first time; whether that changed anything. Never refuses: looking is free."""
        if (task.state, Act.OPEN) not in TASK_MOVES or self._barred(task, Act.OPEN, "", now) is not None:
            return False
        self._move(task, Act.OPEN)
        return True

    def identify(self, task: Task, proved: Identification, account: str, lasts: dt.timedelta, now: dt.datetime) -> None:
        """The signer proved who they are: a session for this task alone opens (decision 1).

        Raises EnvelopeEndedAlready, AlreadySigned, NotSigner.
        """
        self._require(task, Act.IDENTIFY, account, now)
        if proved.person_id != task.person_id:
            raise NotSigner
        task.session, task.method = Session(now + lasts, account), proved.method
        self._move(task, Act.IDENTIFY)
        self._record("identified", now, {"task": task.task_id, **proved.facts()})

    def open_document(self, task: Task, kind: str, account: str, lasts: dt.timedelta, now: dt.datetime) -> Document:
        """The signer opens a document; the mark survives leaving, the session slides on.

        Raises EnvelopeEndedAlready, AlreadySigned, IdentityRequired, TaskNotFound.
        """
        self._require(task, Act.OPEN_DOCUMENT, account, now)
        document = self.document(kind)
        first = kind not in task.opened
        task.opened.setdefault(kind, now)
        if task.session is not None:
            task.session = dataclasses.replace(task.session, until=now + lasts)
        self._move(task, Act.OPEN_DOCUMENT, TaskState.IDENTIFIED if self.unread(task) else TaskState.READ)
        if first:
            facts = {"task": task.task_id, "document": kind, "sha256": document.base_sha256}
            self._record("document_opened", now, facts)
        return document

    def require_signable(self, task: Task, account: str, now: dt.datetime) -> None:
        """Raise EnvelopeEndedAlready, AlreadySigned, IdentityRequired, DocumentUnread unless this signature can be given now."""
        self._require(task, Act.SIGN, account, now)

    def sign(self, task: Task, agreement: Agreement, account: str, now: dt.datetime) -> None:
        """签署提交: accept the hand-drawn signature for exactly these frozen documents.

        Raises EnvelopeEndedAlready, AlreadySigned, IdentityRequired, DocumentUnread, HashMismatch.
        """
        self.require_signable(task, account, now)
        if sorted(agreement.document_hashes) != sorted(one.base_sha256 for one in self.documents):
            raise HashMismatch
        task.handwriting, task.requested_at = agreement.drawing.ink, now
        self._move(task, Act.SIGN)
        facts = {"task": task.task_id, **agreement.facts()}
        agreed = {f"agreed:{one.kind}": one.base_sha256 for one in self.documents}
        self._record("signature_requested", now, facts | agreed)

    def is_requested(self, task: Task) -> bool:
        """Whether this signature is still to be put into the documents."""
        return self.state is EnvelopeState.SIGNING and task.state is TaskState.SIGNING

    def apply(self, task: Task, growths: Sequence[Growth], now: dt.datetime) -> bool:
        """The signature is in every document; returns whether it was the last one.

        Raises EnvelopeEndedAlready, DocumentMovedOn, FieldsDiffer for a document too few or too many.
        """
        if not self.is_requested(task):
            raise EnvelopeEndedAlready(state=self.state.value)
        self._grow(growths, {one.kind for one in self.to_sign(task)})
        task.serials, task.signed_at, task.session = {one.kind: one.serial for one in growths}, now, None
        self._move(task, Act.APPLY)
        for one in growths:
            self._record("signed", now, {"task": task.task_id, **self._facts(one)})
        if any(one.state is not TaskState.SIGNED for one in self.tasks):
            return False
        self._become(Act.APPLY, EnvelopeState.ALL_SIGNED)
        self._record("all_signed", now, NOTHING)
        return True

    def refuse(self, task: Task, reason: str, account: str, now: dt.datetime) -> None:
        """拒签: any one refusal ends the whole envelope.

        Raises EnvelopeEndedAlready, AlreadySigned, IdentityRequired, ReasonInvalid.
        """
        self._require(task, Act.REFUSE, account, now)
        words = reason.strip()
        if len(words) not in REASON:
            raise ReasonInvalid(field="reason")
        self._move(task, Act.REFUSE)
        task.reason = words
        self._end(Act.REFUSE, EnvelopeState.REFUSED, now, {"task": task.task_id})

    def recall(self, case_state: str, now: dt.datetime) -> bool:
        """The case is over; returns whether anything changed. A sealed envelope stays what it is."""
        if (self.state, Act.RECALL) not in ENVELOPE_MOVES:
            return False
        self._end(Act.RECALL, EnvelopeState.RECALLED, now, {"case_state": case_state})
        return True

    def expire(self, now: dt.datetime) -> bool:
        """Time is up; returns whether that ended it. Not while all have signed in time and the worker is still at it."""
        in_time = all(one.state in DONE for one in self.tasks)
        if (self.state, Act.EXPIRE) not in ENVELOPE_MOVES or now < self.expires_at or in_time:
            return False
        self._end(Act.EXPIRE, EnvelopeState.EXPIRED, now, NOTHING)
        return True

    def stamp(self, growth: Growth, now: dt.datetime) -> bool:
        """A time stamp that could not be had before covers the document now; returns whether that was still wanted.

        Raises DocumentMovedOn.
        """
        document = self.document(growth.kind)
        if not self.lacks_stamp(document):
            return False
        document.grow(growth)
        self._record("stamped", now, self._facts(growth))
        return True

    def lacks_stamp(self, document: Document) -> bool:
        """Whether a signature that counts waits for its time stamp; the seal brings its own."""
        return document.is_unstamped and self.state in {EnvelopeState.SIGNING, EnvelopeState.ALL_SIGNED}

    def require_sealable(self) -> None:
        """Raise NotAllSigned, EnvelopeEndedAlready unless the seal is what comes next."""
        if self.state in ENDED:
            raise EnvelopeEndedAlready(state=self.state.value)
        if (self.state, Act.SEAL) not in ENVELOPE_MOVES:
            raise NotAllSigned(state=self.state.value)

    def seal(self, filing_no: str, growths: Sequence[Growth], now: dt.datetime) -> None:
        """The authority's seal and the long-term data are in.

        Raises NotAllSigned, EnvelopeEndedAlready, DocumentMovedOn, FieldsDiffer.
        """
        self.require_sealable()
        self._grow(growths, {one.kind for one in self.documents})
        self.filing_no, self.seal_serials = filing_no, {one.kind: one.serial for one in growths}
        self._become(Act.SEAL, EnvelopeState.SEALED)
        for one in growths:
            self._record("sealed", now, {"filing_no": filing_no, **self._facts(one)})

    def offers(self, task: Task, account: str, now: dt.datetime) -> tuple[str, ...]:
        """Return what the signer can do now; to identify is offered only where it is needed."""
        if self._barred(task, Act.IDENTIFY, account, now) is not None:
            return ()
        if not task.in_session(account, now):
            return (Act.IDENTIFY.value,)
        chosen = (Act.OPEN_DOCUMENT, Act.REFUSE, Act.SIGN)
        return tuple(act.value for act in chosen if self._barred(task, act, account, now) is None)

    def _barred(self, task: Task, act: Act, account: str, now: dt.datetime) -> DomainError | None:
        """Return why a signer's act cannot be, None when it can."""
        rules: tuple[tuple[bool, Callable[[], DomainError]], ...] = (
            (task.state in DONE, AlreadySigned),
            (self.state is not EnvelopeState.SIGNING or now >= self.expires_at, self._ended),
            (act in IN_SESSION and not task.in_session(account, now), IdentityRequired),
            (act is Act.SIGN and bool(self.unread(task)), lambda: DocumentUnread(documents=self.unread(task))),
        )
        return next((refusal() for applies, refusal in rules if applies), None)

    def _require(self, task: Task, act: Act, account: str, now: dt.datetime) -> None:
        refusal = self._barred(task, act, account, now)
        if refusal is not None:
            raise refusal

    def _ended(self) -> DomainError:
        return EnvelopeEndedAlready(state=self.state.value)

    @staticmethod
    def _move(task: Task, act: Act, to: TaskState | None = None) -> None:
        """Take the row of the table: its only state, or the one of its states that is meant (a READ task stays READ)."""
        possible = TASK_MOVES[task.state, act]
        if to is None or len(possible) == 1:
            (to,) = possible
        task.state = to

    def _become(self, act: Act, to: EnvelopeState) -> None:
        if to not in ENVELOPE_MOVES[self.state, act]:
            raise KeyError(to)
        self.state = to

    def _end(self, act: Act, to: EnvelopeState, now: dt.datetime, facts: Mapping[str, str]) -> None:
        made = self.state is EnvelopeState.ALL_SIGNED  # a contract that was given up was still made
        self._become(act, to)
        for one in self.tasks:
            if one.state not in {TaskState.SIGNED, TaskState.REFUSED}:
                expired = to is EnvelopeState.EXPIRED and one.state is not TaskState.SIGNING
                one.state = TaskState.EXPIRED if expired else TaskState.VOIDED
            one.session, one.handwriting = None, one.handwriting if made else ""
        self._record(to.value.lower(), now, facts)

    def _grow(self, growths: Sequence[Growth], wanted: set[str]) -> None:
        if not wanted or sorted(one.kind for one in growths) != sorted(wanted):
            raise FieldsDiffer(documents=sorted(wanted))
        for one in growths:
            self.document(one.kind).grow(one)

    def _facts(self, growth: Growth) -> dict[str, str]:
        document = self.document(growth.kind)
        return {
            "document": growth.kind,
            "base": document.base_sha256,
            "before": growth.before,
            "after": document.sha256,
            "certificate": growth.serial,
            "level": growth.level,
        }

    def _record(self, act: str, now: dt.datetime, facts: Mapping[str, str]) -> None:
        record = evidence.append(self.head, act, now, facts)
        self.fresh.append(record)
        self.head = record.head
