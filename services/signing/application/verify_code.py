"""Answers the public question behind the QR code: is the stored document whole, and who signed it when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from services.common.kit.calls import Call
from services.common.messages.signing import SignatureFact, Verification, VerifyCode
from services.common.values import PersonName
from services.signing.application.ports import Objects, Reading, SigningEngine
from services.signing.domain.envelope import Document, Envelope, EnvelopeState, TaskState


@dataclass(frozen=True)
class Verify:
    """Accepted only if every signature validates and fields, signers and revisions are those recorded."""

    reading: Reading
    objects: Objects
    engine: SigningEngine

    def __call__(self, message: VerifyCode, call: Call) -> Verification:
        """Check the first document of the envelope with that code."""
        del call
        envelope = self.reading.by_code(message.code)
        document = envelope.documents[0]
        facts = self.engine.verify(self.objects.get(document.key), expected_of(envelope, document))
        names = {one.field: PersonName(one.name).masked for one in envelope.tasks} | {
            envelope.seal_field: envelope.office_name
        }
        return Verification(
            code=message.code,
            accepted=bool(facts["accepted"]),
            case_no=envelope.case_no.number,
            state=envelope.state.value,
            filing_no=envelope.filing_no,
            sha256=document.sha256,
            reasons=tuple(facts["reasons"]),
            signatures=tuple(_fact(one, names) for one in facts["signatures"]),
        )


def expected_of(envelope: Envelope, document: Document) -> dict[str, Any]:
    """What the platform recorded about a document."""
    signatures = [
        {"field": one.field, "signer": str(one.person_id), "certificate_serial": one.serials[document.kind]}
        for one in envelope.tasks
        if one.state is TaskState.SIGNED
    ]
    if envelope.state is EnvelopeState.SEALED:
        serial = envelope.seal_serials[document.kind]
        signatures.append({"field": envelope.seal_field, "signer": envelope.office_name, "certificate_serial": serial})
    return {
        "signatures": signatures,
        "revision_hashes": list(document.revisions),
        "document_timestamp": envelope.state is EnvelopeState.SEALED,
    }


def _fact(one: dict[str, Any], names: dict[str, str]) -> SignatureFact:
    signed_at = one.get("signed_at")
    return SignatureFact(
        field=one["field"],
        signer=names.get(one["field"], ""),
        signed_at=dt.datetime.fromisoformat(signed_at) if signed_at else None,
        intact=bool(one["intact"]),
        trusted=bool(one["trusted"]),
        reasons=tuple(one["reasons"]),
    )
