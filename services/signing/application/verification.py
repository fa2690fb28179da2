"""What verification compares with and answers, however a document was found."""

from __future__ import annotations

from services.common.kit.errors import InvalidValue
from services.common.messages.signing import SignatureFact, Verification
from services.common.values import PersonName
from services.signing.application.ports import Checked, Expected, Findings
from services.signing.domain.envelope import Envelope
from services.signing.domain.lifecycle import ENDED, EnvelopeState, TaskState
from services.signing.domain.parts import Document

COUNTS = frozenset({EnvelopeState.ALL_SIGNED, EnvelopeState.SEALED})


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


CANCELLED = "CANCELLED"


def answer(envelope: Envelope, document: Document, found: Findings, code: str, *, case_over: bool) -> Verification:
    """Accepted only if all have signed, nobody has ended it, every signature validates, and all is as it was recorded.

    `case_over`: the case has ended; after the seal that means that its filing was cancelled (备案注销).
    """
    cancelled = case_over and envelope.state is EnvelopeState.SEALED
    names = {one.field: PersonName(one.name).masked for one in envelope.tasks}
    names |= {envelope.seal_field: envelope.office_name} if envelope.seal_field else {}
    return Verification(
        code=code,
        accepted=found.accepted and envelope.state in COUNTS and not cancelled,
        case_no=envelope.case_no.number,
        state=CANCELLED if cancelled else envelope.state.value,
        filing_no=envelope.filing_no,
        sha256=document.sha256,
        reasons=(*(("filing_cancelled",) if cancelled else ()), *_standing(envelope), *found.reasons),
        signatures=tuple(_fact(one, names.get(one.field, "")) for one in found.signatures),
    )


def unknown(found: Findings, sha256: str) -> Verification:
    """Answer for a file of which nothing is recorded: never accepted; names as its trusted certificates say, masked."""
    return Verification(
        code="",
        accepted=False,
        case_no="",
        state="",
        filing_no="",
        sha256=sha256,
        reasons=found.reasons,
        signatures=tuple(_fact(one, _masked(one.name)) for one in found.signatures),
    )


def _standing(envelope: Envelope) -> tuple[str, ...]:
    """Return why intact signatures do not make it a contract."""
    if envelope.state in COUNTS:
        return ()
    return ("envelope_ended",) if envelope.state in ENDED else ("not_all_signed",)


def _masked(name: str) -> str:
    try:
        return PersonName(name).masked if name else ""
    except InvalidValue:
        return ""  # no person's name: nothing to show of it


def _fact(one: Checked, name: str) -> SignatureFact:
    return SignatureFact(
        field=one.field,
        signer=name,
        signed_at=one.signed_at,
        intact=one.intact,
        trusted=one.trusted,
        reasons=one.reasons,
    )
