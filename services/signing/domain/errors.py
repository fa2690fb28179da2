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


class AlreadySigned(DomainError):
    """One signature each."""

    code = "signing.already_signed"
    kind = Kind.CONFLICT


class IdentityRequired(DomainError):
    """No signing session, or it has run out: prove identity (again)."""

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


class ReasonTooShort(DomainError):
    """A refusal needs a reason."""

    code = "signing.reason_required"
    kind = Kind.INVALID
