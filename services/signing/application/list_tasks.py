"""待签署: lists the signed-in person's tasks; and to identity those a person still owes."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.signing import ListOpenTasks, ListTasks, OpenTasks, TaskList
from services.signing.application.access import account_of
from services.signing.application.ports import Now, Reading
from services.signing.application.views import task_view
from services.signing.domain.lifecycle import DONE, EnvelopeState

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


@dataclass(frozen=True)
class OpenTaskListing:
    """Tasks of envelopes being signed in which the person has not signed, refused or run out of time."""

    reading: Reading

    def __call__(self, message: ListOpenTasks, call: Call) -> OpenTasks:
        """Return their ids. Raises Forbidden to all but identity."""
        call.actor.require_service("identity")
        mine = self.reading.tasks_of(message.person_id, MOST)
        return OpenTasks(
            task_ids=tuple(
                task.task_id
                for envelope, task in mine
                if envelope.state is EnvelopeState.SIGNING and task.state not in DONE
            )
        )
