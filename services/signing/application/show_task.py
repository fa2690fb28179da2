"""Shows a task to its signer, by link or by id; the first look is remembered."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.signing import GetTask, TaskView
from services.signing.application.access import account_of, held, seen
from services.signing.application.ports import Now, Reading, Works
from services.signing.application.views import task_view
from services.signing.domain.lifecycle import TASK_MOVES, Act


@dataclass(frozen=True)
class TaskShowing:
    """Reads; only the first look at a task changes it (CREATED or NOTIFIED becomes OPENED)."""

    works: Works
    reading: Reading
    now: Now

    def __call__(self, message: GetTask, call: Call) -> TaskView:
        """Return the task. Raises TaskNotFound."""
        envelope, task = seen(self.reading, message.handle, call.actor)
        if (task.state, Act.OPEN) in TASK_MOVES:
            with self.works(call) as work:
                envelope, task = held(work.envelopes, message.handle, call.actor)
                if envelope.mark_opened(task, self.now()):
                    work.envelopes.save(envelope)
                    work.commit()
        return task_view(envelope, task, account_of(call.actor), self.now())
