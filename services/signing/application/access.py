"""Who may touch a task: the holder of its link, or the signed-in person it belongs to. Everybody else hears `not found`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from services.common.kit.calls import Actor, ActorKind
from services.signing.domain.envelope import Envelope, Task
from services.signing.domain.errors import TaskNotFound

TASK_ID = re.compile(r"^[0-9a-f]{32}$")
TOKEN = re.compile(r"^[A-Za-z0-9_-]{40,50}$")


def token_hash(token: str) -> str:
    """What is kept of a link token."""
    return hashlib.sha256(token.encode()).hexdigest()


def resolve(handle: str, by_token: Callable[[str], str]) -> str:
    """Return the task id a handle means: `by_token` finds the task of a token's hash. Raises TaskNotFound."""
    if TASK_ID.match(handle):
        return handle
    if TOKEN.match(handle):
        return by_token(token_hash(handle))
    raise TaskNotFound


def require_holder(handle: str, actor: Actor, envelope: Envelope, task_id: str) -> Task:
    """Return the task if the caller may touch it. A link needs no account; an id needs its person signed in."""
    task = envelope.task(task_id)
    if TASK_ID.match(handle) and (actor.kind is not ActorKind.PERSON or actor.id != str(task.person_id)):
        raise TaskNotFound
    return task
