"""The signed exchange with authorities and banks: HMAC-SHA256 over request and answer, clock and nonce included.

A request carries X-Key-Id, X-Timestamp (seconds), X-Nonce and X-Signature = hex HMAC-SHA256 over method, path, timestamp,
nonce and the body's SHA-256, joined by line feeds. The answer is signed the same way over its nonce, HTTP status and
body, so that nobody in between can turn a no into a yes. Decides only who is speaking; the content is the caller's.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.common.kit.errors import Unavailable
from services.identity.adapters.outside import Outside

TRIES = 2
"""One repetition: the `request_id` in the body makes both one question."""


def request_signature(key: bytes, method: str, path: str, timestamp: str, nonce: str, body: bytes) -> str:
    """Return the signature of a request."""
    return _sign(key, method, path, timestamp, nonce, hashlib.sha256(body).hexdigest())


def answer_signature(key: bytes, nonce: str, status: int, body: bytes) -> str:
    """Return the signature of the answer to the request with that nonce."""
    return _sign(key, nonce, str(status), hashlib.sha256(body).hexdigest())


def _sign(key: bytes, *parts: str) -> str:
    return hmac.new(key, "\n".join(parts).encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class SignedOutside:
    """A partner with whom a key is shared."""

    outside: Outside
    key_id: str
    key: bytes = field(repr=False)
    clock: Callable[[], float] = time.time

    def post(self, path: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the answer's object. Raises Unavailable for silence, an error status, or an answer not signed by the partner."""
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        for left in reversed(range(TRIES)):
            try:
                return self._once(path, body)
            except Unavailable:
                if not left:
                    raise
        raise Unavailable(self.outside.code)

    def _once(self, path: str, body: bytes) -> Mapping[str, Any]:
        timestamp, nonce = str(int(self.clock())), secrets.token_hex(16)
        headers = {
            "Content-Type": "application/json",
            "X-Key-Id": self.key_id,
            "X-Timestamp": timestamp,
            "X-Nonce": nonce,
            "X-Signature": request_signature(self.key, "POST", path, timestamp, nonce, body),
        }
        answer = self.outside.send("POST", path, headers=headers, body=body)
        good = answer_signature(self.key, nonce, answer.status, answer.raw)
        if answer.status != 200 or not hmac.compare_digest(good, answer.headers.get("x-signature", "")):
            raise Unavailable(self.outside.code)
        return answer.body
