"""One signed HTTP exchange with an authority's desk. Decides who is speaking and what counts as an answer, never what it means.

A request carries X-Key-Id, X-Timestamp (seconds), X-Nonce and X-Signature = hex HMAC-SHA256 over method, path, timestamp,
nonce and the body's SHA-256, joined by line feeds; the answer is signed over the nonce, its status and its body, so that
nobody in between can turn a yes into a no. Whatever is not a signed 200 with a JSON object is `Unavailable`: never a guess.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from services.common.kit.errors import Unavailable

LONGEST_ANSWER = 1024 * 1024
CHUNK = 64 * 1024
TRIES = 2
"""One repetition of a question: it changes nothing, so asking again is harmless."""


@dataclass(frozen=True)
class Desk:
    """An authority that shares a key with us. `code`: the refusal when there is no usable answer; `seconds` for each try."""

    base: str
    key_id: str
    key: bytes = field(repr=False)
    code: str
    seconds: float = 1.5

    def ask(self, path: str, question: Mapping[str, Any], *, tries: int = TRIES) -> Mapping[str, Any]:
        """Return the answer's object. Raises Unavailable. Nothing is logged: both sides may name people.

        `tries` is 1 for what changes something there: the caller decides when it is sent again.
        """
        body = json.dumps(question, ensure_ascii=False, separators=(",", ":")).encode()
        for _ in range(tries):
            answer = self._once(urlsplit(self.base).path.rstrip("/") + path, body)
            if answer is not None:
                return answer
        raise Unavailable(self.code)

    def _once(self, path: str, body: bytes) -> Mapping[str, Any] | None:
        timestamp, nonce = str(int(time.time())), secrets.token_hex(16)
        told = {
            "Content-Type": "application/json",
            "X-Key-Id": self.key_id,
            "X-Timestamp": timestamp,
            "X-Nonce": nonce,
            "X-Signature": self._sign("POST", path, timestamp, nonce, hashlib.sha256(body).hexdigest()),
        }
        try:
            status, raw, signature = self._send(path, told, body)
            good = self._sign(nonce, str(status), hashlib.sha256(raw).hexdigest())
            read = json.loads(raw) if status == http.HTTPStatus.OK else None
        except (OSError, http.client.HTTPException, ValueError, RecursionError):
            return None
        signed = hmac.compare_digest(good.encode(), signature.encode())
        return read if signed and isinstance(read, dict) else None

    def _send(self, path: str, told: dict[str, str], body: bytes) -> tuple[int, bytes, str]:
        """Return status, content and signature. Raises OSError for silence and for what is too long or too slow."""
        until = time.monotonic() + self.seconds
        parts = urlsplit(self.base)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=self.seconds)
        try:
            connection.request("POST", path, body, told)
            response = connection.getresponse()
            raw = b""
            while chunk := response.read1(CHUNK):
                raw += chunk
                if len(raw) > LONGEST_ANSWER or time.monotonic() > until:
                    raise TimeoutError(self.code)
            if response.length:
                raise ConnectionError(self.code)  # cut off in the middle
            return response.status, raw, response.getheader("X-Signature", "")
        finally:
            connection.close()

    def _sign(self, *parts: str) -> str:
        return hmac.new(self.key, "\n".join(parts).encode(), hashlib.sha256).hexdigest()
