"""Puts a requested signature into every document of the envelope (worker; one at a time per envelope)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.signing import EnvelopeSigned, SignatureRequested, SignerSigned
from services.signing.application import stored
from services.signing.application.ports import Made, NewId, Now, Objects, Reading, SigningEngine, Work, Works
from services.signing.domain.envelope import Envelope
from services.signing.domain.errors import DocumentMovedOn
from services.signing.domain.parts import Document, Growth, Task

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SignatureApplying:
    """Signs outside any transaction, stores under the new hash, then records. A crash in between leaves an object without a record."""

    works: Works
    reading: Reading
    objects: Objects
    engine: SigningEngine
    now: Now
    new_id: NewId

    def __call__(self, event: SignatureRequested, call: Call) -> None:
        """Sign; a repeat, or an envelope that ended before or meanwhile, changes nothing.

        Raises Unavailable, DocumentMovedOn, StoredDocumentDiffers, RevisionsDiffer: to be tried again.
        """
        envelope = self.reading.envelope(event.envelope_id)
        task = envelope.task(event.task_id)
        if not envelope.is_requested(task):
            return
        made = {one.kind: self._signed(envelope, task, one) for one in envelope.to_sign(task)}
        growths = [growth for growth, _ in made.values()]
        try:
            with self.works(call) as work:
                recorded = self._record(work, event, made)
                work.commit()
        except DocumentMovedOn:
            stored.discard(self.objects, growths)
            raise
        if not recorded:
            stored.discard(self.objects, growths)

    def _signed(self, envelope: Envelope, task: Task, document: Document) -> tuple[Growth, Made]:
        before = stored.read(self.objects, document.key, document.sha256)
        made = self.engine.sign(before, document, envelope, task)
        return stored.keep_grown(self.objects, envelope, document, before, made, self.new_id()), made

    def _record(self, work: Work, event: SignatureRequested, made: Mapping[str, tuple[Growth, Made]]) -> bool:
        envelope = work.envelopes.get(event.envelope_id)
        task = envelope.task(event.task_id)
        if not envelope.is_requested(task):
            return False
        last = envelope.apply(task, [growth for growth, _ in made.values()], self.now())
        for _, one in made.values():
            work.envelopes.keep_certificate(one.serial, envelope.envelope_id, task.field, one.certificate, self.now())
        work.envelopes.save(envelope)
        signed = SignerSigned(envelope_id=envelope.envelope_id, case_no=envelope.case_no, person_id=task.person_id)
        work.emit(signed, aggregate_id=envelope.envelope_id)
        if last:
            everybody = EnvelopeSigned(
                envelope_id=envelope.envelope_id, case_no=envelope.case_no, version=envelope.version
            )
            work.emit(everybody, aggregate_id=envelope.envelope_id)
        log.info("signature applied", extra={"case_no": str(envelope.case_no), "state": envelope.state.value})
        return True
