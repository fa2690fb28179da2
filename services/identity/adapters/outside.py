"""One HTTPS exchange with somebody outside: bounded in time and size, no redirects, and no answer is `Unavailable`.

Decides nothing about what an answer means. Nothing of request or answer is logged: both may hold personal data.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from services.common.kit.errors import Unavailable

LONGEST_ANSWER = 4 * 1024 * 1024
SECONDS = 4.0


@dataclass(frozen=True)
class Answer:
    """What came back: HTTP status, the JSON object and the bytes it was read from; header names in lower case."""

    status: int
    body: Mapping[str, Any]
    raw: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outside:
    """Somebody outside, by base address. `code`: the refusal when there is no usable answer."""

    base: str
    code: str
    seconds: float = SECONDS

    @property
    def host(self) -> str:
        """Host and port as the Host header names them."""
        return urlsplit(self.base).netloc

    def send(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Return status and JSON. Raises Unavailable for no answer, an answer too long, or one that is no JSON object."""
        connection = self._connection()
        try:
            connection.request(method, urlsplit(self.base).path.rstrip("/") + path, body or None, dict(headers or {}))
            response = connection.getresponse()
            raw = response.read(LONGEST_ANSWER + 1)
            read = json.loads(raw) if len(raw) <= LONGEST_ANSWER else None
        except (OSError, http.client.HTTPException, ValueError) as silent:
            # `from None`: the exception's text may quote an address with a secret in it
            raise Unavailable(self.code) from (silent if isinstance(silent, socket.timeout) else None)
        finally:
            connection.close()
        if not isinstance(read, dict):
            raise Unavailable(self.code)
        given = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, read, raw, given)

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.base)
        if parts.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(parts.netloc, timeout=self.seconds, context=context)
        return http.client.HTTPConnection(parts.netloc, timeout=self.seconds)
