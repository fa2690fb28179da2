"""Gives the evidence package of a case: everything recorded about its signatures, signed by the platform, checkable without it."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import NotFound
from services.common.messages.contract import Download
from services.common.messages.signing import GetEvidence
from services.common.values import Mobile
from services.signing.application import stored
from services.signing.application.access import require_insider
from services.signing.application.ports import Objects, Plain, Reading, Reporter, Rules
from services.signing.application.verification import expected_of
from services.signing.domain.envelope import Envelope
from services.signing.domain.errors import EvidenceBroken
from services.signing.domain.evidence import Record, is_whole
from services.signing.domain.parts import Document, Task

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class EvidenceGiving:
    """Made once per end of the chain and then taken from the store: an act more, and the next one asking gets a new package."""

    reading: Reading
    objects: Objects
    reporter: Reporter
    rules: Rules

    def __call__(self, message: GetEvidence, call: Call) -> Download:
        """Return a link. Raises NotAuthenticated, EnvelopeNotFound, EvidenceBroken, StoredDocumentDiffers, Unavailable."""
        envelope = self.reading.newest(message.case_no)
        require_insider(envelope, call.actor, self.rules.offices(envelope.case_no))
        log.info("evidence given", extra={"case_no": str(envelope.case_no), "person_id": call.actor.id})
        key = f"signing/{envelope.case_no}/{envelope.version}/evidence/{envelope.head.hash}.zip"
        try:
            size, sha256 = self.objects.stat(key)
        except NotFound:
            self.objects.put(key, self._made(envelope))
            size, sha256 = self.objects.stat(key)  # somebody else may have put theirs: either is good
        name = f"签署证据_{envelope.case_no.number}.zip"
        return Download(
            link=self.objects.link(key), file_name=name, media_type="application/zip", size=size, sha256=sha256
        )

    def _made(self, envelope: Envelope) -> bytes:
        chain = self.reading.evidence(envelope.envelope_id, envelope.head.number)
        if not is_whole(chain, envelope.head):
            raise EvidenceBroken
        documents = {one.kind: stored.read(self.objects, one.key, one.sha256) for one in envelope.documents}
        return self.reporter.report(documents, _told(envelope, chain))


def _told(envelope: Envelope, chain: list[Record]) -> Plain:
    return {
        "envelope_id": envelope.envelope_id,
        "case_no": envelope.case_no.number,
        "city": envelope.case_no.city,
        "version": envelope.version,
        "state": envelope.state.value,
        "verification_code": envelope.verification_code,
        "office_name": envelope.office_name,
        "filing_no": envelope.filing_no,
        "documents": [_document(envelope, one) for one in envelope.documents],
        "signers": [_signer(one) for one in envelope.tasks],
        "chain": [_record(one) for one in chain],
        "head": {"number": envelope.head.number, "hash": envelope.head.hash},
    }


def _document(envelope: Envelope, one: Document) -> Plain:
    expected = expected_of(envelope, one)
    return {
        "kind": one.kind,
        "pages": one.pages,
        "fields": list(one.fields),
        "base_sha256": one.base_sha256,
        "revisions": list(one.revisions),
        "expected": {
            "signatures": [dict(each) for each in expected.signatures],
            "revision_hashes": list(expected.revisions),
            "document_timestamp": expected.archived,
        },
    }


def _signer(one: Task) -> Plain:
    """Parties see the documents unmasked (decision 16) and so each other's names; a mobile number concerns nobody else."""
    return {
        "task": one.task_id,
        "person": str(one.person_id),
        "name": one.name,
        "mobile": Mobile(one.mobile).masked,
        "side": one.side,
        "field": one.field,
        "state": one.state.value,
        "method": one.method,
        "signed_at": one.signed_at.isoformat() if one.signed_at else "",
        "opened": {kind: at.isoformat() for kind, at in one.opened.items()},
        "certificates": dict(one.serials),
        "reason": one.reason,
    }


def _record(one: Record) -> Plain:
    return {
        "number": one.number,
        "act": one.act,
        "at": one.at.isoformat(),
        "facts": dict(one.facts),
        "before": one.before,
        "hash": one.hash,
    }
