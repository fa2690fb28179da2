"""Bodies and replies of signer tasks and public verification."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Self

from gateway.schemas.base import items, number, text
from gateway.schemas.fields import PenStrokes
from services.common.messages import signing
from services.common.values import CaseNo

LONGEST_PROOF = 4000
"""Characters: a proof for signing tells the consents it rests on."""
LONGEST_PICTURE = 360_000
"""Characters of base64; the bytes are counted by signing."""


@dataclass(frozen=True, kw_only=True)
class TaskDocumentReply:
    """A document to be opened before signing; the signature names its `sha256`."""

    kind: str
    sha256: str
    pages: int
    opened_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class TaskReply:
    """A signer's task as that signer sees it."""

    task_id: str
    case_no: CaseNo
    number: str
    state: str
    envelope_state: str
    expires_at: dt.datetime
    session_until: dt.datetime | None
    documents: tuple[TaskDocumentReply, ...]
    allowed_acts: tuple[str, ...]

    @classmethod
    def of(cls, task: signing.TaskView) -> Self:
        """Build from the message."""
        documents = tuple(
            TaskDocumentReply(kind=one.kind, sha256=one.sha256, pages=one.pages, opened_at=one.opened_at)
            for one in task.documents
        )
        return cls(
            task_id=task.task_id,
            case_no=task.case_no,
            number=task.case_no.number,
            state=task.state,
            envelope_state=task.envelope_state,
            expires_at=task.expires_at,
            session_until=task.session_until,
            documents=documents,
            allowed_acts=task.allowed_acts,
        )


@dataclass(frozen=True, kw_only=True)
class TasksQuery:
    """A page of one's tasks."""

    cursor: str = text(64, 0, default="", pattern=r"[0-9a-f]*")
    limit: int = number(1, 100, default=100)

    def message(self) -> signing.ListTasks:
        """Return the query."""
        return signing.ListTasks(cursor=self.cursor, limit=self.limit)


@dataclass(frozen=True, kw_only=True)
class TasksReply:
    """A page of the caller's tasks, newest first; `next_cursor` is empty on the last."""

    tasks: tuple[TaskReply, ...]
    next_cursor: str

    @classmethod
    def of(cls, found: signing.TaskList) -> Self:
        """Build from the message."""
        return cls(tasks=tuple(TaskReply.of(one) for one in found.tasks), next_cursor=found.next_cursor)


@dataclass(frozen=True, kw_only=True)
class TaskReferenceReply:
    """Where a task stands after an act."""

    task_id: str
    state: str

    @classmethod
    def of(cls, task: signing.TaskReference) -> Self:
        """Build from the message."""
        return cls(task_id=task.task_id, state=task.state)


@dataclass(frozen=True, kw_only=True)
class InvitationWishReply:
    """A link is on its way to the signer; it may be asked for again from `again_at` on."""

    task_id: str
    again_at: dt.datetime

    @classmethod
    def of(cls, wish: signing.InvitationWish) -> Self:
        """Build from the message."""
        return cls(task_id=wish.task_id, again_at=wish.again_at)


@dataclass(frozen=True, kw_only=True)
class IdentityBody:
    """Spend a SIGN proof on this task and open its session."""

    proof: str = text(LONGEST_PROOF)

    def message(self, handle: str) -> signing.IdentifySigner:
        """Return the command."""
        return signing.IdentifySigner(handle=handle, proof=self.proof)


@dataclass(frozen=True, kw_only=True)
class HandwritingBody:
    """The drawn signature: strokes of `[x, y]` on a canvas of this size."""

    strokes: PenStrokes
    width: int = number(50, 10_000)
    height: int = number(50, 10_000)


@dataclass(frozen=True, kw_only=True)
class SignatureBody:
    """Sign exactly these documents, named by the hashes they were shown with, by `handwriting` or `picture`: one of the two.

    `picture`: a PNG of at most 256 KiB in base64, dark lines on white or on nothing, as a canvas gives it.
    """

    document_hashes: tuple[str, ...] = items(20, 1)
    intent: str = text(200, 2)
    handwriting: HandwritingBody | None = None
    picture: str = text(LONGEST_PICTURE, 0, default="")

    def message(self, handle: str) -> signing.Sign:
        """Return the command."""
        drawn = self.handwriting
        handwriting = signing.Handwriting(
            width=drawn.width if drawn else 0,
            height=drawn.height if drawn else 0,
            strokes=drawn.strokes if drawn else (),
        )
        return signing.Sign(
            handle=handle,
            document_hashes=self.document_hashes,
            handwriting=handwriting,
            intent=self.intent,
            picture=self.picture,
        )


@dataclass(frozen=True, kw_only=True)
class RefusalBody:
    """Refuse to sign, and why; this ends the envelope for all."""

    reason: str = text(500, 2)

    def message(self, handle: str) -> signing.Refuse:
        """Return the command."""
        return signing.Refuse(handle=handle, reason=self.reason)


@dataclass(frozen=True, kw_only=True)
class PageQuery:
    """How large a page is shown: `s` 595, `m` 909 or `l` 1240 pixels wide."""

    size: str = text(1, default="m", pattern="[sml]")


@dataclass(frozen=True, kw_only=True)
class SignatureFactReply:
    """One signature as verified."""

    field: str
    signer: str
    signed_at: dt.datetime | None
    intact: bool
    trusted: bool
    reasons: tuple[str, ...]
    company: str


@dataclass(frozen=True, kw_only=True)
class VerificationReply:
    """What is known of the document behind a code, or of a file (`code` is empty then); `reasons` says why it is not accepted."""

    code: str
    accepted: bool
    case_no: str
    state: str
    filing_no: str
    sha256: str
    reasons: tuple[str, ...]
    signatures: tuple[SignatureFactReply, ...]

    @classmethod
    def of(cls, found: signing.Verification) -> Self:
        """Build from the message."""
        return cls(
            code=found.code,
            accepted=found.accepted,
            case_no=found.case_no,
            state=found.state,
            filing_no=found.filing_no,
            sha256=found.sha256,
            reasons=found.reasons,
            signatures=tuple(_fact(one) for one in found.signatures),
        )


def _fact(one: signing.SignatureFact) -> SignatureFactReply:
    return SignatureFactReply(
        field=one.field,
        signer=one.signer,
        signed_at=one.signed_at,
        intact=one.intact,
        trusted=one.trusted,
        reasons=one.reasons,
        company=one.company,
    )
