"""How tasks and envelopes are shown, and what is kept of a task with a request."""

from __future__ import annotations

import datetime as dt

from services.common.messages.signing import EnvelopeView, SignerProgress, TaskDocument, TaskReference, TaskView
from services.signing.domain.envelope import Envelope
from services.signing.domain.parts import Task


def task_view(envelope: Envelope, task: Task, account: str, now: dt.datetime) -> TaskView:
    """The task as whoever holds it sees it; a session of another account is not shown."""
    session = task.session if task.session is not None and task.in_session(account, now) else None
    return TaskView(
        task_id=task.task_id,
        case_no=envelope.case_no,
        state=task.state.value,
        person_id=task.person_id,
        envelope_state=envelope.state.value,
        expires_at=envelope.expires_at,
        session_until=session.until if session is not None else None,
        documents=tuple(
            TaskDocument(kind=one.kind, sha256=one.base_sha256, pages=one.pages, opened_at=task.opened.get(one.kind))
            for one in envelope.documents
        ),
        allowed_acts=envelope.offers(task, account, now),
    )


def envelope_view(envelope: Envelope) -> EnvelopeView:
    """Who has signed."""
    return EnvelopeView(
        envelope_id=envelope.envelope_id,
        case_no=envelope.case_no,
        version=envelope.version,
        state=envelope.state.value,
        signers=tuple(
            SignerProgress(
                person_id=one.person_id,
                task_id=one.task_id,
                state=one.state.value,
                signed_at=one.signed_at,
                reason=one.reason,
            )
            for one in envelope.tasks
        ),
    )


def reference(task: Task) -> TaskReference:
    """The task as kept with a request."""
    return TaskReference(task_id=task.task_id, state=task.state.value)
