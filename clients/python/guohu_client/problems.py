"""Refusals as exceptions: one class for each thing an app does about them; the stable `code` says which refusal it is.

Decides how an RFC 9457 problem is read. What an app shows is `detail`, or `words` in the other language; what it decides by is
`code`, never the words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

IN_FLIGHT = "request.in_flight"
TOKEN_EXPIRED = "token.expired"  # noqa: S105 - a code, not a secret


@dataclass(frozen=True)
class FieldFault:
    """One wrong field of a body: `field` is its path, such as `parties[1].mobile`."""

    field: str
    code: str
    detail: str


class Refused(Exception):
    """The server said no. `words` has the sentence in `zh` and `en` where the interface tells it (`x-codes`)."""

    def __init__(
        self,
        status: int,
        problem: Mapping[str, Any],
        what: str,
        *,
        retry_after: float | None = None,
        words: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.problem = dict(problem)
        self.code = str(problem.get("code", ""))
        self.detail = str(problem.get("detail", ""))
        self.context: dict[str, Any] = dict(problem.get("context") or {})
        self.correlation_id = str(problem.get("correlation_id", ""))
        self.retry_after = retry_after
        self.words = dict(words or {})
        self.fields = tuple(
            FieldFault(str(one.get("field", "")), str(one.get("code", "")), str(one.get("detail", "")))
            for one in problem.get("errors") or ()
        )
        super().__init__(f"{what}: {status} {self.code} {self.detail} {[(one.field, one.code) for one in self.fields]}")


class NotSignedIn(Refused):
    """401: sign in (again), or make the identity proof asked for."""


class NotAuthorised(Refused):
    """403: this person may not do that."""


class NotFound(Refused):
    """404: not there, or not this person's to see."""


class Stale(Refused):
    """412: somebody changed it meanwhile; read it again, show it, and repeat with the new revision."""


class Limited(Refused):
    """429: too often; `retry_after` says in how many seconds it may be tried again."""


class Unavailable(Refused):
    """502, 503, 504: nobody answered within the client's patience; the same request with the same key may be sent later."""


KINDS: Mapping[int, type[Refused]] = {
    401: NotSignedIn,
    403: NotAuthorised,
    404: NotFound,
    412: Stale,
    429: Limited,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}


def refusal(
    status: int, problem: Mapping[str, Any], what: str, *, retry_after: float | None, words: Mapping[str, str] | None
) -> Refused:
    """Return the exception of a problem, of the class an app handles."""
    return KINDS.get(status, Refused)(status, problem, what, retry_after=retry_after, words=words)
