"""Gives the newest revision of a document to contract, which has checked who asks and names the file for people."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import Download
from services.common.messages.signing import GetSignedDocument
from services.signing.application import stored
from services.signing.application.ports import Objects, Reading


@dataclass(frozen=True)
class DocumentGiving:
    """Kept in every end state (decision 17)."""

    reading: Reading
    objects: Objects

    def __call__(self, message: GetSignedDocument, call: Call) -> Download:
        """Return a link. Raises Forbidden to all but contract, EnvelopeNotFound, TaskNotFound, StoredDocumentDiffers."""
        call.actor.require_service("contract")
        envelope = self.reading.envelope(message.envelope_id)
        document = envelope.document(message.kind)
        name = f"{document.kind}-{envelope.case_no.number}.pdf"
        return stored.download(self.objects, document.key, document.sha256, name)
