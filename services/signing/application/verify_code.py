"""Answers the public question behind the QR code: is the stored document whole, and who signed it when."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.signing import SignatureFact, Verification, VerifyCode
from services.common.values import PersonName
from services.signing.application.ports import Checked, Expected, Objects, Reading, SigningEngine
from services.signing.domain.envelope import Envelope
from services.signing.domain.lifecycle import ENDED, EnvelopeState, TaskState
from services.signing.domain.parts import Document

COUNTS = frozenset({EnvelopeState.ALL_SIGNED, EnvelopeState.SEALED})


@dataclass(frozen=True)
class CodeVerifying:
    """Accepted only if all have signed, nobody has ended it, every signature validates, and all is as it was recorded."""

    reading: Reading
    objects: Objects
    engine: SigningEngine

    def __call__(self, message: VerifyCode, call: Call) -> Verification:
        """Check the first document of the envelope with that code; names are masked. Raises EnvelopeNotFound, Unavailable.

        The bytes are not compared with their record before: a document that was tampered with is an answer here, no error.
        """
        del call
        envelope = self.reading.by_code(message.code)
        document = envelope.documents[0]
        found = self.engine.verify(self.objects.get(document.key), expected_of(envelope, document))
        names = {one.field: PersonName(one.name).masked for one in envelope.tasks}
        names |= {envelope.seal_field: envelope.office_name} if envelope.seal_field else {}
        return Verification(
            code=message.code,
            accepted=found.accepted and envelope.state in COUNTS,
            case_no=envelope.case_no.number,
            state=envelope.state.value,
            filing_no=envelope.filing_no,
            sha256=document.sha256,
            reasons=(*_standing(envelope), *found.reasons),
            signatures=tuple(_fact(one, names.get(one.field, "")) for one in found.signatures),
        )


def expected_of(envelope: Envelope, document: Document) -> Expected:
    """What the platform recorded about a document."""
    signatures = [
        {"field": one.field, "signer": str(one.person_id), "certificate_serial": one.serials[document.kind]}
        for one in envelope.tasks
        if document.kind in one.serials and one.state is TaskState.SIGNED
    ]
    sealed = envelope.state is EnvelopeState.SEALED
    if sealed and envelope.seal_field:
        serial = envelope.seal_serials[document.kind]
        signatures.append({"field": envelope.seal_field, "signer": envelope.office_name, "certificate_serial": serial})
    return Expected(signatures, document.revisions, archived=sealed)


def _standing(envelope: Envelope) -> tuple[str, ...]:
    """Return why intact signatures do not make it a contract."""
    if envelope.state in COUNTS:
        return ()
    return ("envelope_ended",) if envelope.state in ENDED else ("not_all_signed",)


def _fact(one: Checked, name: str) -> SignatureFact:
    return SignatureFact(
        field=one.field,
        signer=name,
        signed_at=one.signed_at,
        intact=one.intact,
        trusted=one.trusted,
        reasons=one.reasons,
    )
