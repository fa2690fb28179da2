"""Shows tasks to their signers and envelopes to the services that may pass them on."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import Download
from services.common.messages.signing import (
    EnvelopeView,
    GetEnvelope,
    GetSignedDocument,
    GetTask,
    ListTasks,
    TaskList,
    TaskView,
)
from services.signing.application.access import require_holder, resolve
from services.signing.application.ports import Clock, Objects, Reading
from services.signing.application.views import envelope_view, task_view


@dataclass(frozen=True)
class Show:
    """Reads only."""

    reading: Reading
    objects: Objects
    now: Clock

    def task(self, message: GetTask, call: Call) -> TaskView:
        """One task, by link or by id."""
        task_id = resolve(message.handle, self.reading.task_by_token)
        envelope = self.reading.by_task(task_id)
        return task_view(envelope, require_holder(message.handle, call.actor, envelope, task_id), self.now())

    def tasks(self, message: ListTasks, call: Call) -> TaskList:
        """The signed-in person's tasks."""
        del message
        mine = self.reading.tasks_of(call.actor.person_id)
        return TaskList(tasks=tuple(task_view(envelope, task, self.now()) for envelope, task in mine))

    def envelope(self, message: GetEnvelope, call: Call) -> EnvelopeView:
        """Progress, for contract and review, which have checked who asks."""
        call.actor.require_service("contract", "review")
        return envelope_view(self.reading.envelope(message.envelope_id))

    def signed_document(self, message: GetSignedDocument, call: Call) -> Download:
        """The newest revision, for contract, which has checked who asks."""
        call.actor.require_service("contract")
        envelope = self.reading.envelope(message.envelope_id)
        document = envelope.document(message.kind)
        suffix = "" if envelope.filing_no else "-未备案"
        return Download(
            link=self.objects.link(document.key),
            file_name=f"存量房买卖合同-{envelope.case_no.number}{suffix}.pdf",
            media_type="application/pdf",
            size=len(self.objects.get(document.key)),
            sha256=document.sha256,
        )
