"""待签署: lists the signed-in person's tasks."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.signing import ListTasks, TaskList
from services.signing.application.access import account_of
from services.signing.application.ports import Now, Reading
from services.signing.application.views import task_view

MOST = 100


@dataclass(frozen=True)
class TaskListing:
    """Newest first, at most `MOST`."""

    reading: Reading
    now: Now

    def __call__(self, message: ListTasks, call: Call) -> TaskList:
        """Return the caller's tasks. Raises NotAuthenticated."""
        del message
        mine = self.reading.tasks_of(call.actor.person_id, MOST)
        account, now = account_of(call.actor), self.now()
        return TaskList(tasks=tuple(task_view(envelope, task, account, now) for envelope, task in mine))
