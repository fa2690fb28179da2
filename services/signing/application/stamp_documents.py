"""Repairs the level of documents signed while no time stamp could be had: an outage costs a level, never a signature."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.signing.application import stored
from services.signing.application.ports import NewId, Now, Objects, Reading, SigningEngine, Works
from services.signing.domain.errors import DocumentMovedOn
from services.signing.domain.parts import Growth

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DocumentStamping:
    """One revision more, with a document time stamp over all signatures so far. People may go on signing meanwhile."""

    works: Works
    reading: Reading
    objects: Objects
    engine: SigningEngine
    now: Now
    new_id: NewId

    def __call__(self, envelope_id: str, call: Call) -> None:
        """Stamp what lacks it.

        Raises Unavailable while there is still no time stamp, DocumentMovedOn when somebody signed meanwhile: to be tried again.
        """
        envelope = self.reading.envelope(envelope_id)
        for document in envelope.documents:
            if envelope.lacks_stamp(document):
                before = stored.read(self.objects, document.key, document.sha256)
                made = self.engine.archive(before, document)
                self._keep(
                    envelope_id, stored.keep_grown(self.objects, envelope, document, before, made, self.new_id()), call
                )
                log.info("document stamped late", extra={"case_no": str(envelope.case_no)})

    def _keep(self, envelope_id: str, growth: Growth, call: Call) -> None:
        try:
            with self.works(call) as work:
                envelope = work.envelopes.get(envelope_id)
                wanted = envelope.stamp(growth, self.now())
                if wanted:
                    work.envelopes.save(envelope)
                    work.commit()
        except DocumentMovedOn:
            stored.discard(self.objects, [growth])
            raise
        if not wanted:
            stored.discard(self.objects, [growth])
