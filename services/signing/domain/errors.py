"""Refusals of signing. Codes are stable."""

from __future__ import annotations

from services.common.kit.errors import DomainError, Kind


class TaskNotFound(DomainError):
    """No such task, or not this person's: never told apart."""

    code = "signing.task_not_found"
    kind = Kind.NOT_FOUND


class EnvelopeNotFound(DomainError):
    """No such envelope."""

    code = "signing.envelope_not_found"
    kind = Kind.NOT_FOUND


class EnvelopeEndedAlready(DomainError):
    """Refused, expired or recalled: nobody signs it any more."""

    code = "signing.envelope_ended"
    kind = Kind.CONFLICT


class NotAllSigned(DomainError):
    """Only what all have signed can be sealed."""

    code = "signing.not_all_signed"
    kind = Kind.CONFLICT


class AlreadySigned(DomainError):
    """One signature each."""

    code = "signing.already_signed"
    kind = Kind.CONFLICT


class IdentityRequired(DomainError):
    """No signing session of the caller's, or it has run out: prove identity (again)."""

    code = "signing.identity_required"
    kind = Kind.UNAUTHENTICATED


class NotSigner(DomainError):
    """The proof names another person than the task (NOT_SIGNER)."""

    code = "signing.not_signer"
    kind = Kind.FORBIDDEN


class DocumentUnread(DomainError):
    """A document was not opened yet (DOC_UNREAD); `documents` names which."""

    code = "signing.document_unread"
    kind = Kind.CONFLICT


class HashMismatch(DomainError):
    """What the signer agreed to is not what is to be signed (HASH_MISMATCH)."""

    code = "signing.hash_mismatch"
    kind = Kind.CONFLICT


class HandwritingInvalid(DomainError):
    """Not a signature drawn by hand: empty, outside the canvas, or out of bounds."""

    code = "signing.handwriting_invalid"
    kind = Kind.INVALID


class IntentInvalid(DomainError):
    """The words of the button pressed are missing, too long, or hold what no button shows."""

    code = "signing.intent_invalid"
    kind = Kind.INVALID


class ReasonInvalid(DomainError):
    """A refusal needs a reason, and not a novel."""

    code = "signing.reason_required"
    kind = Kind.INVALID


class ResendTooSoon(DomainError):
    """The link was sent less than a minute ago; `retry_after` in seconds."""

    code = "signing.resend_too_soon"
    kind = Kind.LIMITED


class ResendLimit(DomainError):
    """The link was sent again five times within a day; `retry_after` in seconds."""

    code = "signing.resend_limit"
    kind = Kind.LIMITED


class FieldsDiffer(DomainError):
    """The signature fields of the documents are not those of the signers and the seal: somebody's signature would be lost."""

    code = "signing.fields_differ"
    kind = Kind.CONFLICT


class DocumentMovedOn(DomainError):
    """The document has grown since it was read: to be done again with the newest revision."""

    code = "signing.document_moved_on"
    kind = Kind.CONFLICT


class StoredDocumentDiffers(DomainError):
    """The stored bytes are not those recorded."""

    code = "signing.stored_document_differs"
    kind = Kind.CONFLICT


class RevisionsDiffer(DomainError):
    """What came back from the engine is not what went in with something appended."""

    code = "signing.revisions_differ"
    kind = Kind.CONFLICT


class TooManyVerifications(DomainError):
    """One source has had too many files verified within an hour; `retry_after` in seconds, `limit` per hour."""

    code = "signing.too_many_verifications"
    kind = Kind.LIMITED


class UploadNotFound(DomainError):
    """No file stands where the ticket says: verified already, or its time has run out."""

    code = "signing.upload_not_found"
    kind = Kind.NOT_FOUND


class RevocationListUnknown(DomainError):
    """There is one list of the root, and one of each issuing authority."""

    code = "signing.revocation_list_unknown"
    kind = Kind.NOT_FOUND


class PageInvalid(DomainError):
    """A page counted from less than 1, or a size other than s, m and l; `field` says which."""

    code = "signing.page_invalid"
    kind = Kind.INVALID


class EvidenceBroken(DomainError):
    """The evidence chain of the envelope is not whole."""

    code = "signing.evidence_broken"
    kind = Kind.CONFLICT
