"""What a verification found: facts per signature and per document, from which acceptance follows.

Decides the words (reason codes) and that anything unexplained is a refusal. Finding the facts is `verification`'s
business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.signing.adapters.engine.errors import EngineError


class Reason(StrEnum):
    """Why a signature or a document is not accepted."""

    DIGEST_MISMATCH = "digest_mismatch"
    """The bytes that were signed are no longer these."""
    SIGNATURE_INVALID = "signature_invalid"
    CERTIFICATE_UNTRUSTED = "certificate_untrusted"
    """It does not lead to the platform's root, was not valid then, or may not be used so."""
    CERTIFICATE_REVOKED = "certificate_revoked"
    TIMESTAMP_MISSING = "timestamp_missing"
    TIMESTAMP_UNTRUSTED = "timestamp_untrusted"
    MODIFIED_AFTERWARDS = "modified_afterwards"
    """Something was changed later that no signer allowed."""
    SIGNER_UNEXPECTED = "signer_unexpected"
    """A valid certificate, but of somebody else."""
    CERTIFICATE_UNEXPECTED = "certificate_unexpected"
    """The right person, but not the certificate recorded for this act."""
    FIELD_UNEXPECTED = "field_unexpected"
    COVERAGE_UNCLEAR = "coverage_unclear"
    """It leaves out more of the file than itself, or stands where no revision ends."""
    UNREADABLE = "unreadable"
    """The signature cannot be evaluated at all."""

    DOCUMENT_DAMAGED = "document_damaged"
    NOT_RECORDED = "not_recorded"
    """Nothing is known about this document, so nothing can be confirmed."""
    SIGNATURE_MISSING = "signature_missing"
    REVISION_MISSING = "revision_missing"
    """A recorded revision is not in the file: it was cut off."""
    REVISION_CHANGED = "revision_changed"
    REVISION_UNKNOWN = "revision_unknown"
    """Something was appended that was never recorded."""
    NOT_COVERED_TO_END = "not_covered_to_end"
    """The last signature or document time stamp does not cover the file."""
    DOCUMENT_TIMESTAMP_MISSING = "document_timestamp_missing"
    REVOCATION_UNKNOWN = "revocation_unknown"
    """The root's revocation list is overdue: its keeper has to renew it before anything can be confirmed."""


@dataclass(frozen=True, slots=True)
class ExpectedSignature:
    """What the platform recorded when the signature was made."""

    field: str
    signer: str
    """A person's pseudonym, or the office's name for a seal."""
    certificate_serial: str | None = None
    """Hexadecimal; compared if recorded."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the platform recorded about a document."""

    signatures: tuple[ExpectedSignature, ...]
    revision_hashes: tuple[str, ...]
    document_timestamp: bool = False
    """Whether long-term proof was added."""

    @classmethod
    def parse(cls, raw: object) -> Expected | None:
        """Read `signatures` [{field, signer, certificate_serial?}], `revision_hashes` and `document_timestamp`?.

        None (the platform knows nothing of the document) stays None. Raises EngineError `signing.expectation_invalid`.
        """
        if raw is None:
            return None
        if not isinstance(raw, Mapping):
            raise EngineError("signing.expectation_invalid")
        try:
            signatures = tuple(
                ExpectedSignature(str(one["field"]), str(one["signer"]), one.get("certificate_serial"))
                for one in raw["signatures"]
            )
            hashes = tuple(str(one).lower() for one in raw["revision_hashes"])
        except (KeyError, TypeError, AttributeError) as wrong:
            raise EngineError("signing.expectation_invalid") from wrong
        return cls(signatures, hashes, bool(raw.get("document_timestamp", False)))


@dataclass(frozen=True, slots=True)
class SignatureFacts:
    """One signature as found in the file."""

    field: str
    signer: str = ""
    """The pseudonym in the certificate (the office's name for a seal)."""
    common_name: str = ""
    role: str = ""
    """What its certificate is for: `person`, `seal`, `evidence`; empty for none of ours."""
    certificate_serial: str = ""
    certificate_sha256: str = ""
    signed_at: datetime | None = None
    """The time of the trusted time stamp."""
    intact: bool = False
    valid: bool = False
    trusted: bool = False
    timestamp_trusted: bool = False
    covers_whole_file: bool = False
    modifications: str = ""
    """What was done after it: `none`, `lta_updates`, `form_filling` (further signatures), or `other`."""
    reasons: tuple[Reason, ...] = ()

    @property
    def accepted(self) -> bool:
        """Return whether nothing speaks against it."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class TimestampFacts:
    """One document time stamp as found in the file."""

    field: str
    stamped_at: datetime | None = None
    covers_whole_file: bool = False
    reasons: tuple[Reason, ...] = ()

    @property
    def accepted(self) -> bool:
        """Return whether nothing speaks against it."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """A document's verification."""

    sha256: str
    revision_hashes: tuple[str, ...] = ()
    signatures: tuple[SignatureFacts, ...] = ()
    document_timestamps: tuple[TimestampFacts, ...] = ()
    reasons: tuple[Reason, ...] = field(default=())
    """What speaks against the document as a whole."""

    @property
    def parts(self) -> tuple[SignatureFacts | TimestampFacts, ...]:
        """Return signatures and document time stamps."""
        return (*self.signatures, *self.document_timestamps)

    @property
    def accepted(self) -> bool:
        """Return whether document, signatures and time stamps are all accepted, and there is at least one signature."""
        return bool(self.signatures) and not self.reasons and all(part.accepted for part in self.parts)


def as_json(facts: DocumentFacts) -> dict[str, object]:
    """Return the facts as plain JSON values, `accepted` included at every level."""
    return {
        "accepted": facts.accepted,
        "sha256": facts.sha256,
        "revision_hashes": list(facts.revision_hashes),
        "reasons": [reason.value for reason in facts.reasons],
        "signatures": [_part(one) for one in facts.signatures],
        "document_timestamps": [_part(one) for one in facts.document_timestamps],
    }


def _part(part: SignatureFacts | TimestampFacts) -> dict[str, object]:
    plain: dict[str, object] = {"accepted": part.accepted}
    for name in type(part).__slots__:
        value = getattr(part, name)
        if isinstance(value, datetime):
            value = value.isoformat()
        elif name == "reasons":
            value = [reason.value for reason in value]
        plain[name] = value
    return plain
