"""The headers every answer carries, whoever gives it: the application, or the server before the application sees the request.

Decides what keeps browsers safe, who else may read an answer, and under which id it is found in the logs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from werkzeug.datastructures import Headers

from gateway.cors import Cors
from services.common.kit.calls import new_id

CORRELATION = "X-Correlation-Id"
_CORRELATION = re.compile(r"[A-Za-z0-9_-]{8,64}")
USUAL = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Vary": "Accept-Language, Authorization",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def correlation_of(given: str) -> str:
    """Return the id a client gave its request where it has a good form, or a new one."""
    return given if _CORRELATION.fullmatch(given) else new_id()


@dataclass(frozen=True)
class AnswerHeaders:
    """Of one deployment; `secure`: it is reached by https, and browsers are told to insist on it."""

    cors: Cors
    secure: bool

    def complete(self, headers: Headers, origin: str, correlation_id: str) -> None:
        """Add what an answer says nothing about itself, and what none lacks or changes. `origin`: of the page that asked."""
        for name, value in USUAL.items():
            headers.setdefault(name, value)
        if self.cors.origins:
            headers["Vary"] += ", Origin"
        headers.update({CORRELATION: correlation_id, **ALWAYS, **self.cors.headers(origin)})
        if self.secure:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
