"""What a signer does with a task: look, prove, read, sign, refuse."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.messages.contract import Download
from services.common.messages.shapes import command, query
from services.common.values import CaseNo, PersonId


@dataclass(frozen=True, kw_only=True)
class TaskDocument:
    """A document the signer must open: the hash is that of the frozen base."""

    kind: str
    sha256: str
    pages: int
    opened_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class TaskView:
    """A signer task as its signer sees it."""

    task_id: str
    case_no: CaseNo
    state: str  # CREATED NOTIFIED OPENED IDENTIFIED READ SIGNING SIGNED REFUSED EXPIRED VOIDED
    person_id: PersonId
    envelope_state: str
    expires_at: dt.datetime
    session_until: dt.datetime | None
    documents: tuple[TaskDocument, ...]
    allowed_acts: tuple[str, ...]


@query("signing", "get_task", reply=TaskView)
@dataclass(frozen=True, kw_only=True)
class GetTask:
    """A task by its link token, or by its id for the signed-in signer."""

    handle: str


@dataclass(frozen=True, kw_only=True)
class TaskList:
    """A page of the caller's tasks, newest first; `next_cursor` is empty on the last."""

    tasks: tuple[TaskView, ...]
    next_cursor: str = ""


@query("signing", "list_tasks", reply=TaskList)
@dataclass(frozen=True, kw_only=True)
class ListTasks:
    """待签署: the signed-in person's tasks, of all cases or of one; at most 100 at once."""

    case_no: CaseNo | None = None
    cursor: str = ""
    limit: int = 100


@dataclass(frozen=True, kw_only=True)
class OpenTasks:
    """Signatures a person still owes, newest first."""

    task_ids: tuple[str, ...]


@query("signing", "list_open_tasks", reply=OpenTasks)
@dataclass(frozen=True, kw_only=True)
class ListOpenTasks:
    """Asked by identity before it erases an account."""

    person_id: PersonId


@dataclass(frozen=True, kw_only=True)
class TaskReference:
    """A task as kept with a request."""

    task_id: str
    state: str


@command("signing", "identify_signer", reply=TaskReference)
@dataclass(frozen=True, kw_only=True)
class IdentifySigner:
    """Spend an identity proof on this task and open its signing session (30 minutes, sliding)."""

    handle: str
    proof: str


@command("signing", "view_document", reply=Download)
@dataclass(frozen=True, kw_only=True)
class ViewDocument:
    """Open a document: marks it opened and gives the bytes."""

    handle: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Handwriting:
    """A drawn signature: strokes of [x, y] points on a canvas; none where a picture is handed in instead."""

    width: int
    height: int
    strokes: tuple[tuple[tuple[float, float], ...], ...]


@command("signing", "sign", reply=TaskReference)
@dataclass(frozen=True, kw_only=True)
class Sign:
    """签署提交: the signer wants exactly these bytes signed (hashes of the frozen documents) with this handwriting."""

    handle: str
    document_hashes: tuple[str, ...]
    handwriting: Handwriting
    intent: str  # the words of the button pressed
    picture: str = ""  # base64 of a PNG, instead of strokes; no more than 256 KiB of file


@command("signing", "refuse", reply=TaskReference)
@dataclass(frozen=True, kw_only=True)
class Refuse:
    """拒签, with a reason of at least two characters; ends the envelope."""

    handle: str
    reason: str
