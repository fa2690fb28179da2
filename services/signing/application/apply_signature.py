"""Puts a requested signature into every document of the envelope (worker; one at a time per envelope)."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from typing import Any

from services.common.kit.calls import Call
from services.common.kit.errors import Conflict
from services.common.messages.signing import EnvelopeSigned, SignatureRequested, SignerSigned
from services.signing.application.ports import Clock, Objects, Reading, SigningEngine, Work, Works
from services.signing.domain.envelope import Document, Envelope, EnvelopeState, Task, TaskState

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ApplySignature:
    """Signs outside any transaction, stores under the new hash, then records: a crash in between leaves an unreferenced object only."""

    works: Works
    reading: Reading
    objects: Objects
    engine: SigningEngine
    now: Clock

    def __call__(self, event: SignatureRequested, call: Call) -> None:
        """Sign; a repeat, or an envelope that ended meanwhile, changes nothing."""
        envelope = self.reading.envelope(event.envelope_id)
        task = envelope.task(event.task_id)
        if envelope.state is not EnvelopeState.SIGNING or task.state is not TaskState.SIGNING:
            return
        results = {
            one.kind: self._signed(envelope, task, one) for one in envelope.documents if task.field in one.fields
        }
        with self.works(call) as work:
            self._record(work, event, {one.kind: one.sha256 for one in envelope.documents}, results)

    def _signed(self, envelope: Envelope, task: Task, document: Document) -> dict[str, Any]:
        before = self.objects.get(document.key)
        if hashlib.sha256(before).hexdigest() != document.sha256:
            raise Conflict("signing.stored_document_differs", kind_of_document=document.kind)
        result = self.engine.sign(before, document.sha256, envelope, task)
        key = f"signing/{envelope.envelope_id}/{document.kind}/{result['sha256']}.pdf"
        self.objects.put(key, result["document"])
        return {**result, "key": key}

    def _record(
        self, work: Work, event: SignatureRequested, before: dict[str, str], results: dict[str, dict[str, Any]]
    ) -> None:
        envelope = work.envelopes.get(event.envelope_id)
        task = envelope.task(event.task_id)
        if envelope.state is not EnvelopeState.SIGNING or task.state is not TaskState.SIGNING:
            work.commit()
            return
        for kind, result in results.items():
            document = envelope.document(kind)
            if document.sha256 != before[kind]:
                raise Conflict("signing.document_moved_on")
            document.advance(result["key"], result["sha256"])
            work.envelopes.keep_certificate(
                result["certificate_serial"], envelope.envelope_id, task.field, result["certificate"], self.now()
            )
            facts = {
                "task": task.task_id,
                "document": kind,
                "base": document.base_sha256,
                "before": before[kind],
                "after": result["sha256"],
            }
            work.envelopes.record(
                envelope.envelope_id, "signed", self.now(), {**facts, "certificate": result["certificate_serial"]}
            )
        last = envelope.applied(task, {kind: one["certificate_serial"] for kind, one in results.items()}, self.now())
        work.envelopes.save(envelope)
        signed = SignerSigned(envelope_id=envelope.envelope_id, case_no=envelope.case_no, person_id=task.person_id)
        work.emit(signed, aggregate_id=envelope.envelope_id)
        if last:
            work.envelopes.record(envelope.envelope_id, "all_signed", self.now(), {})
            everybody = EnvelopeSigned(
                envelope_id=envelope.envelope_id, case_no=envelope.case_no, version=envelope.version
            )
            work.emit(everybody, aggregate_id=envelope.envelope_id)
        work.commit()
        log.info("signature applied", extra={"case_no": str(envelope.case_no), "state": envelope.state.value})
