"""How refusals and headers are told in the OpenAPI document: which statuses an operation may answer, and all codes with their words.

Decides what is told only; what is refused is decided where it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from gateway.problems import MEDIA_TYPE
from gateway.routing import Route
from gateway.texts import Texts

EVERYWHERE = frozenset({400, 401, 408, 411, 413, 414, 422, 429, 431, 500, 503})
"""What the edge itself may say to any request: ill-formed, a token that is none, too slow, too large, too often; and no service there."""
_TITLE = re.compile(r"kind\..*|http\.status_[0-9]+")
LATER = frozenset({429, 503})
RATE_HEADERS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy")
HEADERS: Mapping[str, tuple[str, str]] = {
    "ETag": ("string", "The revision or content as it is now; give it back as If-Match or If-None-Match"),
    "Location": ("string", "Where the created thing is read"),
    "Retry-After": ("integer", "Seconds to wait"),
    "X-Correlation-Id": ("string", "Also in the problem and in our logs: tell it when asking for help"),
    "RateLimit-Limit": ("integer", "Requests in the allowance that ends first; absent where none is set"),
    "RateLimit-Remaining": ("integer", "Requests left of it"),
    "RateLimit-Reset": ("integer", "Seconds until all of it is there again"),
    "RateLimit-Policy": ("string", "Its size and its window in seconds: 600;w=60"),
}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. `code` is stable, `title` and `detail` are for people, `errors` name wrong fields.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "One of those listed in `x-codes`"},
        "detail": {"type": "string"},
        "correlation_id": {"type": "string"},
        "context": {"type": "object"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {
                    "field": {"type": "string", "examples": ["parties[1].id_number"]},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


def statuses_of(one: Route) -> list[int]:
    """Return every status of refusal an operation may answer."""
    found = set(EVERYWHERE)
    found |= {403, 404} if one.actor != "anyone" else set()
    found |= {404} if one.parts or one.body else set()
    found |= {415} if one.media else set()
    found |= {403, 404, 409, 412} if one.method != "GET" or one.has_effect else set()
    found |= {403, 409} if one.parts else set()
    found |= {428} if one.if_match else set()
    return sorted(found)


def responses(statuses: list[int], texts: Texts) -> dict[str, Any]:
    """Return the components: one response for each status."""
    return {f"Problem{status}": _response(status, texts) for status in statuses}


def _response(status: int, texts: Texts) -> dict[str, Any]:
    title = texts.find(f"http.status_{status}", "en") or HTTPStatus(status).phrase
    names = [
        "X-Correlation-Id",
        *(["Retry-After"] if status in LATER else []),
        *(RATE_HEADERS if status == 429 else []),
    ]
    return {
        "description": f"{title}: {texts.find(f'http.status_{status}', 'zh')}",
        "headers": reference_headers(names),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def headers() -> dict[str, Any]:
    """Return the components: every header that stands in answers."""
    return {name: {"description": about, "schema": {"type": kind}} for name, (kind, about) in HEADERS.items()}


def reference_headers(names: list[str]) -> dict[str, Any]:
    """Return references to some of them."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def codes(texts: Texts) -> dict[str, Mapping[str, str]]:
    """Return every code a problem may carry, with its words in both languages."""
    told = sorted(texts.entries.items())
    return {code: dict(words) for code, words in told if not _TITLE.fullmatch(code)}
