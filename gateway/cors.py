"""Which pages of other origins may read our answers in a browser (Fetch standard, CORS protocol): none unless a setting names them.

Decides headers only. Cookies are not used here, so credentials are never allowed; a page needs a token of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

ASKED_FOR = "Access-Control-Request-Method"
MAY_SEND = (
    "Accept-Language",
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Traceparent",
    "X-Correlation-Id",
    "X-Step-Token",
)
MAY_READ = (
    "Content-Disposition",
    "ETag",
    "Location",
    "RateLimit-Limit",
    "RateLimit-Policy",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Repr-Digest",
    "Retry-After",
    "X-Correlation-Id",
)
KEPT_SECONDS = 600
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")


@dataclass(frozen=True)
class Cors:
    """The origins of one deployment, each exactly as a browser sends it: `https://city.example`."""

    origins: frozenset[str] = frozenset()

    @classmethod
    def read(cls, text: str) -> Cors:
        """Read a list parted by commas. Raises ValueError: a star, a path, a capital letter; no pattern is understood."""
        origins = frozenset(one.strip() for one in text.split(",") if one.strip())
        if not all(_ORIGIN.fullmatch(one) for one in origins):
            raise ValueError(f"no exact origins: {text}")
        return cls(origins)

    def headers(self, origin: str) -> Mapping[str, str]:
        """Return what an answer to that origin carries; nothing where it is not one of ours."""
        if origin not in self.origins:
            return {}
        return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": ", ".join(MAY_READ)}

    def preflight(self, origin: str, methods: str) -> Mapping[str, str]:
        """Return what answers the question before a request; nothing where the origin is not one of ours."""
        if origin not in self.origins:
            return {}
        return {
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": ", ".join(MAY_SEND),
            "Access-Control-Max-Age": str(KEPT_SECONDS),
        }
