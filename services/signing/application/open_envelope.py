"""Opens an envelope when the documents of a version are stored."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import Conflict
from services.common.messages.contract import DocumentsReady, Signers
from services.common.messages.signing import EnvelopeOpened
from services.signing.application.ports import Clock, Contract, NewId, Objects, Works
from services.signing.domain.envelope import Document, Envelope, EnvelopeState, Task

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OpenEnvelope:
    """One envelope per case and version, one task per signer."""

    works: Works
    contract: Contract
    objects: Objects
    now: Clock
    new_id: NewId
    lifetime: dt.timedelta

    def __call__(self, event: DocumentsReady, call: Call) -> None:
        """Check that the stored bytes are those told of, then open. A repeat finds the envelope there."""
        for one in event.documents:
            if hashlib.sha256(self.objects.get(one.key)).hexdigest() != one.sha256:
                raise Conflict("signing.stored_document_differs", kind_of_document=one.kind)
        signers = self.contract.signers(event.case_no, event.version, call)
        with self.works(call) as work:
            if work.envelopes.find_by_version(event.case_no, event.version) is None:
                envelope = self._envelope(event, signers)
                work.envelopes.add(envelope)
                facts = {one.kind: one.base_sha256 for one in envelope.documents}
                work.envelopes.record(envelope.envelope_id, "opened", self.now(), facts)
                work.emit(
                    EnvelopeOpened(
                        envelope_id=envelope.envelope_id,
                        case_no=event.case_no,
                        version=event.version,
                        task_ids=tuple(one.task_id for one in envelope.tasks),
                    ),
                    aggregate_id=envelope.envelope_id,
                )
            work.commit()
        log.info("envelope opened", extra={"case_no": str(event.case_no), "count": len(signers.signers)})

    def _envelope(self, event: DocumentsReady, signers: Signers) -> Envelope:
        return Envelope(
            envelope_id=self.new_id(),
            case_no=event.case_no,
            version=event.version,
            state=EnvelopeState.SIGNING,
            verification_code=event.verification_code,
            office_name=signers.office_name,
            seal_field=signers.seal_field,
            expires_at=self.now() + self.lifetime,
            documents=[
                Document(one.kind, one.key, one.sha256, one.pages, one.fields, one.key, (one.sha256,))
                for one in event.documents
            ],
            tasks=[
                Task(self.new_id(), one.person_id, str(one.name), str(one.mobile), one.side.value, one.field)
                for one in signers.signers
            ],
        )
