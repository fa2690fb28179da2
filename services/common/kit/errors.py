"""The one error shape of the system. Decides kinds and codes' form; only the gateway turns a kind into HTTP."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

Context: TypeAlias = dict[str, str | int | bool | list[str] | None]


class Kind(StrEnum):
    """What a caller can do about an error."""

    INVALID = "invalid"  # mend the input
    UNAUTHENTICATED = "unauthenticated"  # sign in or prove identity
    FORBIDDEN = "forbidden"  # not yours to do
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"  # the state does not allow it
    STALE = "stale"  # read again, then repeat
    MISMATCH = "mismatch"  # the same request_id with another body
    LIMITED = "limited"  # later
    UNAVAILABLE = "unavailable"  # later, with the same request_id
    INTERNAL = "internal"


class DomainError(Exception):
    """A refusal: `code` is dotted and stable, `kind` says what the caller can do, `context` is plain data without personal details."""

    code = "common.refused"
    kind = Kind.INVALID

    def __init__(
        self, code: str | None = None, kind: Kind | None = None, **context: str | int | bool | list[str] | None
    ) -> None:
        self.code = code or type(self).code
        self.kind = kind or type(self).kind
        self.context: Context = dict(context)
        super().__init__(self.code)


class ServiceError(DomainError):
    """A neighbour's refusal as it arrived over the bus (the one wire error)."""


class Unavailable(DomainError):
    """No answer within the deadline, or nobody to ask; the same request_id may be sent again."""

    code = "common.unavailable"
    kind = Kind.UNAVAILABLE


class InvalidValue(DomainError):
    """A value breaks its own format; `field` names which."""

    code = "value.invalid"
    kind = Kind.INVALID


class NotAuthenticated(DomainError):
    """No valid proof of who asks."""

    code = "actor.missing"
    kind = Kind.UNAUTHENTICATED


class Forbidden(DomainError):
    """Known, but not allowed."""

    code = "actor.forbidden"
    kind = Kind.FORBIDDEN


class NotFound(DomainError):
    """No such thing, or not for this person: the two are never told apart."""

    code = "common.not_found"
    kind = Kind.NOT_FOUND


class Conflict(DomainError):
    """The state does not allow it."""

    code = "common.conflict"
    kind = Kind.CONFLICT


def to_wire(error: DomainError) -> dict[str, object]:
    """Return the body of an error reply."""
    return {"code": error.code, "kind": error.kind.value, "context": error.context}


def from_wire(body: dict[str, object]) -> DomainError:
    """Rebuild a neighbour's error; `Unavailable` stays distinguishable because callers repeat on it."""
    kind = Kind(str(body["kind"]))
    raw = body.get("context")
    context: Context = dict(raw) if isinstance(raw, dict) else {}
    cls = Unavailable if kind is Kind.UNAVAILABLE else ServiceError
    error = cls(str(body["code"]), kind)
    error.context = context
    return error
