"""What signing tells: every step of an envelope that somebody else waits for."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.messages.shapes import event
from services.common.values import CaseNo, PersonId


@event("signing.envelope_opened")
@dataclass(frozen=True, kw_only=True)
class EnvelopeOpened:
    """Signing can begin; notice sends links to these tasks."""

    envelope_id: str
    case_no: CaseNo
    version: int
    task_ids: tuple[str, ...]


@event("signing.invitation_requested")
@dataclass(frozen=True, kw_only=True)
class InvitationRequested:
    """Somebody wants a signer's link sent again; `invitation_id` tells this wish from others."""

    invitation_id: str
    envelope_id: str
    case_no: CaseNo
    task_id: str


@event("signing.signature_requested")
@dataclass(frozen=True, kw_only=True)
class SignatureRequested:
    """A signer has signed by hand; the worker puts it into the documents."""

    envelope_id: str
    task_id: str


@event("signing.signer_signed")
@dataclass(frozen=True, kw_only=True)
class SignerSigned:
    """One signature is in all documents."""

    envelope_id: str
    case_no: CaseNo
    person_id: PersonId


@event("signing.envelope_signed")
@dataclass(frozen=True, kw_only=True)
class EnvelopeSigned:
    """All have signed."""

    envelope_id: str
    case_no: CaseNo
    version: int


@event("signing.envelope_sealed")
@dataclass(frozen=True, kw_only=True)
class EnvelopeSealed:
    """Seal and long-term data are in; the documents are final."""

    envelope_id: str
    case_no: CaseNo
    filing_no: str
    document_sha256: str


@event("signing.envelope_ended")
@dataclass(frozen=True, kw_only=True)
class EnvelopeEnded:
    """Refused, expired or recalled: no signature of it counts."""

    envelope_id: str
    case_no: CaseNo
    version: int
    state: str
