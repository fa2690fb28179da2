"""The only place that knows how a refusal looks in HTTP: kind to status, code to text, all as RFC 9457 problems.

Decides status, headers and members of a problem; the texts in both languages are in `texts/`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from gateway.texts import Texts
from services.common.kit.errors import DomainError, Kind

MEDIA_TYPE = "application/problem+json"
LANGUAGES = ("zh", "en")
STATUS: Mapping[Kind, int] = {
    Kind.INVALID: 422,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.STALE: 412,
    Kind.MISMATCH: 422,
    Kind.LIMITED: 429,
    Kind.UNAVAILABLE: 503,
    Kind.INTERNAL: 500,
}
_KIND_OF_STATUS = {
    400: Kind.INVALID,
    401: Kind.UNAUTHENTICATED,
    403: Kind.FORBIDDEN,
    404: Kind.NOT_FOUND,
    412: Kind.STALE,
    429: Kind.LIMITED,
    503: Kind.UNAVAILABLE,
    500: Kind.INTERNAL,
    501: Kind.INVALID,
}
RETRY_AFTER = {Kind.LIMITED: 60, Kind.UNAVAILABLE: 2}
LONGEST_RETRY = 86_400
_FIELD_NAMES = frozenset({"field", "fields", "problems"})
_ERROR_LINE = re.compile(r"(?P<path>.*): (?P<code>[a-z_]+(?:\.[a-z0-9_]+)+)", re.DOTALL)
MOST_ERRORS = 100
"""Wrong fields named in one answer: a body of nothing but wrong members must not be answered with twenty times its size."""


class HttpError(Exception):
    """A refusal that exists only in HTTP: method, media type, precondition, size."""

    def __init__(self, status: int, code: str, headers: Mapping[str, str] | None = None) -> None:
        self.status, self.code, self.headers = status, code, dict(headers or {})
        super().__init__(code)


@dataclass(frozen=True)
class Problem:
    """A refusal ready to be sent."""

    status: int
    members: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """The JSON."""
        return json.dumps(self.members, ensure_ascii=False).encode()


def language_of(accept_language: str) -> str:
    """Return `zh` or `en`, as wished for in whatever script or country (`zh-Hans-CN`); Chinese where neither is, or both alike."""
    wishes: dict[str, float] = {}
    for tag, weight in parse_accept_header(accept_language, LanguageAccept):  # the dearest first
        wishes.setdefault(tag.partition("-")[0].lower(), weight)
    return max(LANGUAGES, key=lambda one: wishes.get(one, wishes.get("*", 0)))


class Problems:
    """Builds problems in the language asked for."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def of_domain(self, error: DomainError, language: str, correlation_id: str) -> Problem:
        """Return the problem of a refusal by a service or by our own checks."""
        status = STATUS[error.kind]
        members = self._members(status, error, language, correlation_id)
        if error.kind is Kind.INTERNAL:
            return Problem(status, members)
        errors = self._errors(error, language)
        if errors:
            members["errors"] = errors
        context = {name: value for name, value in error.context.items() if name not in _FIELD_NAMES}
        if context:
            members["context"] = context
        return Problem(status, members, self._headers(error))

    def of_http(self, error: HttpError, language: str, correlation_id: str) -> Problem:
        """Return the problem of a refusal that exists only in HTTP."""
        alike = DomainError(error.code, _KIND_OF_STATUS.get(error.status, Kind.INVALID))
        return Problem(error.status, self._members(error.status, alike, language, correlation_id), error.headers)

    def _members(self, status: int, error: DomainError, language: str, correlation_id: str) -> dict[str, Any]:
        members: dict[str, Any] = {
            "type": f"urn:guohu:problem:{error.code}",
            "title": self._title(status, error.kind, language),
            "status": status,
            "code": error.code,
            "detail": self._texts.text(error.code, error.kind, language, error.context),
        }
        if correlation_id:
            members["correlation_id"] = correlation_id
        return members

    def _title(self, status: int, kind: Kind, language: str) -> str:
        own = self._texts.find(f"http.status_{status}", language)
        return own or self._texts.find(f"kind.{kind.value}", language) or HTTPStatus(status).phrase

    def _errors(self, error: DomainError, language: str) -> list[dict[str, str]]:
        """One entry per wrong field: its path in the body, why, and the reason in words."""
        lines = error.context.get("fields") or error.context.get("problems")
        if isinstance(lines, list):
            return [self._entry(line, language) for line in lines[:MOST_ERRORS]]
        name = error.context.get("field")
        return [self._entry(f"{name}: {error.code}", language)] if isinstance(name, str) else []

    def _entry(self, line: str, language: str) -> dict[str, str]:
        match = _ERROR_LINE.fullmatch(line)
        path, code = (match["path"], match["code"]) if match else (line, "field.invalid")
        return {"field": path, "code": code, "detail": self._texts.text(code, Kind.INVALID, language, {})}

    @staticmethod
    def _headers(error: DomainError) -> dict[str, str]:
        if error.kind is Kind.UNAUTHENTICATED:
            return {"WWW-Authenticate": 'Bearer realm="guohu"'}
        if error.kind not in RETRY_AFTER:
            return {}
        given = error.context.get("retry_after")
        wait = given if isinstance(given, int) and 0 < given <= LONGEST_RETRY else RETRY_AFTER[error.kind]
        headers = {"Retry-After": str(wait)}
        limit = error.context.get("limit")
        if error.kind is Kind.LIMITED and isinstance(limit, int):
            headers |= {"RateLimit-Limit": str(limit), "RateLimit-Remaining": "0", "RateLimit-Reset": str(wait)}
        return headers
