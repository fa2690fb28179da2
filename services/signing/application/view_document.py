"""Opens a frozen document for its signer and marks it opened."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import Download
from services.common.messages.signing import TaskReference, ViewDocument
from services.signing.application import stored
from services.signing.application.access import account_of, held, seen
from services.signing.application.ports import Now, Objects, Reading, Rules, Works
from services.signing.application.views import reference
from services.signing.domain.errors import IdentityRequired


@dataclass(frozen=True)
class DocumentViewing:
    """Only inside a signing session: the documents are shown unmasked (decision 16)."""

    works: Works
    reading: Reading
    objects: Objects
    rules: Rules
    now: Now

    def __call__(self, message: ViewDocument, call: Call) -> TaskReference:
        """Mark the document opened. Raises TaskNotFound, IdentityRequired, AlreadySigned, EnvelopeEndedAlready."""
        with self.works(call) as work:
            envelope, task = held(work.envelopes, message.handle, call.actor)
            lasts = self.rules.session(envelope.case_no)
            envelope.open_document(task, message.kind, account_of(call.actor), lasts, self.now())
            work.envelopes.save(envelope)
            answer = reference(task)
            work.commit(answer)
        return answer

    def show(self, message: ViewDocument, call: Call) -> Download:
        """Give the bytes: the frozen base, exactly what will be signed.

        Asked on every repeat of the request, too, so the session is looked at again. Raises as `__call__`.
        """
        envelope, task = seen(self.reading, message.handle, call.actor)
        if not task.in_session(account_of(call.actor), self.now()):
            raise IdentityRequired
        document = envelope.document(message.kind)
        return stored.download(self.objects, document.base_key, document.base_sha256, f"{document.kind}.pdf")
