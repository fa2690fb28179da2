"""Puts the authority's seal and the long-term data into the documents once review has approved (worker, retried until done)."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import Unavailable
from services.common.messages.review import ReviewApproved
from services.common.messages.signing import EnvelopeSealed
from services.signing.application import stored
from services.signing.application.ports import Made, NewId, Now, Objects, SigningEngine, Works
from services.signing.domain.envelope import Envelope
from services.signing.domain.errors import DocumentMovedOn, EnvelopeEndedAlready, EvidenceBroken, NotAllSigned
from services.signing.domain.evidence import is_whole
from services.signing.domain.lifecycle import EnvelopeState
from services.signing.domain.parts import ARCHIVED, Document, Growth

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class EnvelopeSealing:
    """The seal is the last signature and locks the file; filing number and date stand in its widget."""

    works: Works
    objects: Objects
    engine: SigningEngine
    now: Now
    new_id: NewId

    def __call__(self, event: ReviewApproved, call: Call) -> None:
        """Seal; a repeat finds it sealed.

        Raises NotAllSigned, EnvelopeEndedAlready, EvidenceBroken, Unavailable (no engine, no time stamp), DocumentMovedOn,
        StoredDocumentDiffers, RevisionsDiffer: to be tried again, and looked at when that does not help.
        """
        envelope = self._sealable(event, call)
        if envelope is None:
            return
        made = [self._sealed(envelope, event, one) for one in envelope.documents]
        growths = [growth for growth, _ in made]
        try:
            with self.works(call) as work:
                found = work.envelopes.get(event.envelope_id)
                now = self.now()
                found.seal(event.filing_no, growths, now)
                for _, one in made:
                    work.envelopes.keep_certificate(
                        one.serial, found.envelope_id, found.seal_field, one.certificate, now
                    )
                work.envelopes.save(found)
                work.emit(_told(found), aggregate_id=found.envelope_id)
                work.commit()
        except (NotAllSigned, EnvelopeEndedAlready, DocumentMovedOn):
            stored.discard(self.objects, growths)
            raise
        log.info("envelope sealed", extra={"case_no": str(found.case_no)})

    def _sealable(self, event: ReviewApproved, call: Call) -> Envelope | None:
        """Return the envelope; None when it is sealed. What was done to it must be on record without a gap."""
        with self.works(call) as work:
            envelope = work.envelopes.get(event.envelope_id)
            if envelope.state is EnvelopeState.SEALED:
                return None
            envelope.require_sealable()
            if not is_whole(work.envelopes.evidence(event.envelope_id), envelope.head):
                raise EvidenceBroken
            return envelope

    def _sealed(self, envelope: Envelope, event: ReviewApproved, document: Document) -> tuple[Growth, Made]:
        before = stored.read(self.objects, document.key, document.sha256)
        made = self.engine.seal(before, document, envelope, event.filing_no, event.approved_at)
        if made.level != ARCHIVED:  # the register is told this file's hash: it must not change afterwards
            raise Unavailable("signing.timestamp_unavailable")
        return stored.keep_grown(self.objects, envelope, document, before, made, self.new_id()), made


def _told(envelope: Envelope) -> EnvelopeSealed:
    return EnvelopeSealed(
        envelope_id=envelope.envelope_id,
        case_no=envelope.case_no,
        filing_no=envelope.filing_no,
        document_sha256=envelope.documents[0].sha256,
    )
