"""Opens an envelope when the documents of a version are stored."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import DocumentsReady, FrozenDocument, Signers
from services.common.messages.signing import EnvelopeOpened
from services.signing.application import stored
from services.signing.application.ports import Contract, NewId, Now, Objects, Reading, Rules, Works
from services.signing.domain.envelope import Envelope
from services.signing.domain.lifecycle import EnvelopeState
from services.signing.domain.parts import Document, Task

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class EnvelopeOpening:
    """One envelope per case and version, one task per signer; none for a case that is over or has moved on."""

    works: Works
    reading: Reading
    contract: Contract
    objects: Objects
    rules: Rules
    now: Now
    new_id: NewId

    def __call__(self, event: DocumentsReady, call: Call) -> None:
        """Freeze the bytes told of, then open. Raises Unavailable, StoredDocumentDiffers, FieldsDiffer: to be tried again."""
        if self.reading.has_version(event.case_no, event.version):
            return
        signers = self.contract.signers(event.case_no, event.version, call)
        if signers is None:
            log.info("documents of a former version are not opened", extra={"case_no": str(event.case_no)})
            return
        envelope = self._envelope(event, signers)
        envelope.open(self.now())
        with self.works(call) as work:
            over = work.envelopes.hold_case(event.case_no)
            if not over and work.envelopes.find_by_version(event.case_no, event.version) is None:
                work.envelopes.add(envelope)
                work.emit(_opened(envelope), aggregate_id=envelope.envelope_id)
            work.commit()
        told = {"case_no": str(event.case_no), "count": len(envelope.tasks), "reason": "case_ended" if over else ""}
        log.info("envelope not opened" if over else "envelope opened", extra=told)

    def _envelope(self, event: DocumentsReady, signers: Signers) -> Envelope:
        return Envelope(
            envelope_id=self.new_id(),
            case_no=event.case_no,
            version=event.version,
            state=EnvelopeState.SIGNING,
            verification_code=event.verification_code,
            office_name=signers.office_name,
            seal_field=signers.seal_field,
            expires_at=self.now() + self.rules.lifetime(event.case_no),
            documents=[self._frozen(event, one) for one in event.documents],
            tasks=[
                Task(
                    self.new_id(),
                    one.person_id,
                    str(one.name),
                    str(one.mobile),
                    one.side.value,
                    one.field,
                    company=str(one.company or ""),
                    uscc=str(one.uscc or ""),
                    is_main=one.is_main,
                )
                for one in signers.signers
            ],
        )

    def _frozen(self, event: DocumentsReady, one: FrozenDocument) -> Document:
        """Copy the document to a key nobody else writes: what people are shown must stay what they were shown."""
        data = stored.read(self.objects, one.key, one.sha256)
        key = stored.key_of(event.case_no, event.version, one.kind, one.sha256)
        self.objects.put(key, data)
        return Document.frozen(one.kind, key, one.sha256, pages=one.pages, fields=one.fields)


def _opened(envelope: Envelope) -> EnvelopeOpened:
    return EnvelopeOpened(
        envelope_id=envelope.envelope_id,
        case_no=envelope.case_no,
        version=envelope.version,
        task_ids=tuple(one.task_id for one in envelope.tasks),
    )
