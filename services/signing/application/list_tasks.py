"""待签署: lists the signed-in person's tasks; and to identity those a person still owes."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.signing import ListOpenTasks, ListTasks, OpenTasks, TaskList
from services.signing.application.access import account_of
from services.signing.application.ports import Now, Reading
from services.signing.application.views import task_view

MOST = 100


@dataclass(frozen=True)
class TaskListing:
    """Newest first, a page of at most `MOST`; ids begin with the time they were made, so one is its own place."""

    reading: Reading
    now: Now

    def __call__(self, message: ListTasks, call: Call) -> TaskList:
        """Return the caller's tasks. Raises NotAuthenticated."""
        limit = min(max(message.limit, 1), MOST)
        mine = self.reading.tasks_of(call.actor.person_id, limit + 1, message.cursor, message.case_no)
        account, now = account_of(call.actor), self.now()
        return TaskList(
            tasks=tuple(task_view(envelope, task, account, now) for envelope, task in mine[:limit]),
            next_cursor=mine[limit - 1][1].task_id if len(mine) > limit else "",
        )


@dataclass(frozen=True)
class OpenTaskListing:
    """Tasks of envelopes being signed in which the person has not signed, refused or run out of time."""

    reading: Reading

    def __call__(self, message: ListOpenTasks, call: Call) -> OpenTasks:
        """Return their ids. Raises Forbidden to all but identity."""
        call.actor.require_service("identity")
        return OpenTasks(task_ids=tuple(self.reading.owed_by(message.person_id)))
