"""Opens a frozen document for its signer and marks it opened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import Download
from services.common.messages.signing import TaskReference, ViewDocument
from services.signing.application.access import require_holder, resolve
from services.signing.application.ports import Clock, Objects, Reading, Works
from services.signing.application.views import reference


@dataclass(frozen=True)
class View:
    """Only inside a signing session: the documents are shown unmasked (decision 16)."""

    works: Works
    reading: Reading
    objects: Objects
    now: Clock
    session: dt.timedelta

    def __call__(self, message: ViewDocument, call: Call) -> TaskReference:
        """Mark the document opened."""
        with self.works(call) as work:
            task_id = resolve(message.handle, work.envelopes.task_by_token)
            envelope = work.envelopes.get(work.envelopes.envelope_of_task(task_id))
            task = require_holder(message.handle, call.actor, envelope, task_id)
            first = message.kind not in task.opened
            document = envelope.open_document(task, message.kind, self.now(), self.session)
            work.envelopes.save(envelope)
            if first:
                facts = {"task": task_id, "document": message.kind, "sha256": document.base_sha256}
                work.envelopes.record(envelope.envelope_id, "document_opened", self.now(), facts)
            answer = reference(task)
            work.commit(answer)
        return answer

    def show(self, kept: TaskReference, message: ViewDocument, call: Call) -> Download:
        """Give the bytes: the frozen base, exactly what will be signed."""
        del call
        document = self.reading.by_task(kept.task_id).document(message.kind)
        return Download(
            link=self.objects.link(document.base_key),
            file_name=f"{message.kind}.pdf",
            media_type="application/pdf",
            size=len(self.objects.get(document.base_key)),
            sha256=document.base_sha256,
        )
