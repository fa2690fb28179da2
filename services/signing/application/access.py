"""Who may touch a task: the holder of its link, or the signed-in person it belongs to. Everybody else hears `not found`.

A link suffices whoever is signed in beside it (decision 7: couples share phones); it does not suffice for what needs a signing
session, which only an identity proof of the task's person opens.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from services.common.kit.calls import Actor, ActorKind
from services.common.kit.errors import NotAuthenticated
from services.signing.application.ports import Envelopes, Reading
from services.signing.domain.envelope import Envelope
from services.signing.domain.errors import EnvelopeNotFound, TaskNotFound
from services.signing.domain.parts import Task

TASK_ID = re.compile(r"[0-9a-f]{32}")
INSIDERS = frozenset({"REVIEWER", "REGISTRY_OFFICER", "AUDITOR"})
"""Staff who look at whole cases."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{40,50}")


def token_hash(token: str) -> str:
    """What is kept of a link token."""
    return hashlib.sha256(token.encode()).hexdigest()


def account_of(actor: Actor) -> str:
    """The account signed in; empty where none is."""
    return actor.id if actor.kind is ActorKind.PERSON else ""


def held(envelopes: Envelopes, handle: str, actor: Actor) -> tuple[Envelope, Task]:
    """Return the locked envelope and the task, if the caller may touch it. Raises TaskNotFound."""
    task_id = _resolve(handle, envelopes.task_by_token)
    return _checked(handle, actor, envelopes.get(envelopes.envelope_of_task(task_id)), task_id)


def seen(reading: Reading, handle: str, actor: Actor) -> tuple[Envelope, Task]:
    """Return the envelope and the task without a lock, if the caller may see it. Raises TaskNotFound."""
    task_id = _resolve(handle, reading.task_by_token)
    return _checked(handle, actor, reading.by_task(task_id), task_id)


def require_insider(envelope: Envelope, actor: Actor, offices: frozenset[str]) -> None:
    """Raise EnvelopeNotFound unless a signer of the envelope asks, or staff of its city whose work it is (decision 16).

    Raises NotAuthenticated where nobody is signed in.
    """
    if actor.kind is ActorKind.ANONYMOUS:
        raise NotAuthenticated("actor.sign_in_required")
    signer = actor.kind is ActorKind.PERSON and actor.id in {str(one.person_id) for one in envelope.tasks}
    staff = actor.kind is ActorKind.STAFF and actor.office in offices and bool(INSIDERS & set(actor.roles))
    if not (signer or staff):
        raise EnvelopeNotFound


def _resolve(handle: str, by_token: Callable[[str], str]) -> str:
    if TASK_ID.fullmatch(handle):
        return handle
    if TOKEN.fullmatch(handle):
        return by_token(token_hash(handle))
    raise TaskNotFound


def _checked(handle: str, actor: Actor, envelope: Envelope, task_id: str) -> tuple[Envelope, Task]:
    task = envelope.task(task_id)
    by_id = TASK_ID.fullmatch(handle) is not None
    # a link may have been replaced since it was looked up
    right = account_of(actor) == str(task.person_id) if by_id else token_hash(handle) == task.token_hash
    if not right:
        raise TaskNotFound
    return envelope, task
