"""Puts the authority's seal and the long-term data into the documents once review has approved (worker, retried until done)."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from typing import Any

from services.common.kit.calls import Call
from services.common.kit.errors import Conflict
from services.common.messages.review import ReviewApproved
from services.common.messages.signing import EnvelopeSealed
from services.signing.application.ports import Clock, Objects, Reading, SigningEngine, Works
from services.signing.domain.envelope import Envelope, EnvelopeState

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SealEnvelope:
    """The seal is the last signature and locks the file; filing number and date stand in its widget."""

    works: Works
    reading: Reading
    objects: Objects
    engine: SigningEngine
    now: Clock

    def __call__(self, event: ReviewApproved, call: Call) -> None:
        """Seal; a repeat finds it sealed."""
        envelope = self.reading.envelope(event.envelope_id)
        if envelope.state is EnvelopeState.SEALED:
            return
        results = {one.kind: self._sealed(envelope, event, one.kind) for one in envelope.documents}
        with self.works(call) as work:
            stored = work.envelopes.get(event.envelope_id)
            for kind, result in results.items():
                document = stored.document(kind)
                if (before := document.sha256) != envelope.document(kind).sha256:
                    raise Conflict("signing.document_moved_on")
                document.advance(result["key"], *result["new_revisions"])
                serial = result["certificate_serial"]
                work.envelopes.keep_certificate(
                    serial, stored.envelope_id, stored.seal_field, result["certificate"], self.now()
                )
                facts = {
                    "document": kind,
                    "before": before,
                    "after": document.sha256,
                    "filing_no": event.filing_no,
                    "level": result["level"],
                }
                work.envelopes.record(stored.envelope_id, "sealed", self.now(), facts)
            stored.seal(event.filing_no, {kind: one["certificate_serial"] for kind, one in results.items()})
            work.envelopes.save(stored)
            work.emit(
                EnvelopeSealed(
                    envelope_id=stored.envelope_id,
                    case_no=stored.case_no,
                    filing_no=event.filing_no,
                    document_sha256=stored.documents[0].sha256,
                ),
                aggregate_id=stored.envelope_id,
            )
            work.commit()
        log.info("envelope sealed", extra={"case_no": str(stored.case_no)})

    def _sealed(self, envelope: Envelope, event: ReviewApproved, kind: str) -> dict[str, Any]:
        document = envelope.document(kind)
        before = self.objects.get(document.key)
        if hashlib.sha256(before).hexdigest() != document.sha256:
            raise Conflict("signing.stored_document_differs", kind_of_document=kind)
        result = self.engine.seal(before, document.sha256, envelope, event.filing_no, event.approved_at)
        known = len(document.revisions)
        if tuple(result["revision_hashes"][:known]) != document.revisions:
            raise Conflict("signing.revisions_differ", kind_of_document=kind)
        key = f"signing/{envelope.envelope_id}/{kind}/{result['sha256']}.pdf"
        self.objects.put(key, result["document"])
        return {**result, "key": key, "new_revisions": result["revision_hashes"][known:]}
