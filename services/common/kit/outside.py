"""HTTP with somebody outside: bounded in time and size, no redirects, and whatever is no answer is `Unavailable`, never a guess.

`Outside` is one exchange. `Partner` signs it with a shared key: a request carries X-Key-Id, X-Timestamp (seconds), X-Nonce
and X-Signature = hex HMAC-SHA256 over method, path, timestamp, nonce and the body's SHA-256, joined by line feeds; the
answer is signed over nonce, status and body, so that nobody in between turns a no into a yes.

Decides who is speaking and what counts as an answer, never what it means. Logs nothing: both sides may name people.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from services.common.kit.errors import Unavailable
from services.common.kit.settings import PartnerSettings

LONGEST_ANSWER = 1024 * 1024
CHUNK = 64 * 1024
SECONDS = 4.0
TRIES = 2
"""One repetition, for questions that change nothing or carry an id that makes both one question."""


@dataclass(frozen=True)
class Answer:
    """What came back: HTTP status, the JSON object, the bytes it was read from, header names in lower case."""

    status: int
    body: Mapping[str, Any]
    raw: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outside:
    """Somebody outside, by base address. `code`: the refusal when there is no usable answer; `seconds` for a whole exchange."""

    base: str
    code: str
    seconds: float = SECONDS

    @property
    def host(self) -> str:
        """Host and port as the Host header names them."""
        return urlsplit(self.base).netloc

    def path(self, path: str) -> str:
        """Return the path as it is sent, below the base address."""
        return urlsplit(self.base).path.rstrip("/") + path

    def send(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Return status and JSON object. Raises Unavailable for silence, an answer too long or too slow, or no JSON object."""
        until = time.monotonic() + self.seconds
        try:
            address = self.base.rstrip("/") + path
            asked = requests.Request(method, address, headers=dict(headers or {}), data=body or None).prepare()
            # below a session: that would read a redirect's body whole, and obey the environment
            with closing(HTTPAdapter()) as sender:
                response = sender.send(asked, stream=True, timeout=self.seconds)
                raw = self._read(response, until)
                read = json.loads(raw)
        except (OSError, HTTPError, ValueError, RecursionError):
            raise Unavailable(self.code) from None  # the exception's text may quote an address with a secret in it
        if not isinstance(read, dict):
            raise Unavailable(self.code)
        return Answer(
            response.status_code, read, raw, {name.lower(): value for name, value in response.headers.items()}
        )

    def _read(self, response: requests.Response, until: float) -> bytes:
        raw = b""
        while chunk := response.raw.read1(CHUNK, decode_content=True):
            raw += chunk
            if len(raw) > LONGEST_ANSWER or time.monotonic() > until:
                raise TimeoutError(self.code)
        if response.raw.length_remaining:
            raise ConnectionError(self.code)  # cut off in the middle
        return raw


def request_signature(key: bytes, method: str, path: str, timestamp: str, nonce: str, body: bytes) -> str:
    """Return the signature of a request."""
    return _sign(key, method, path, timestamp, nonce, hashlib.sha256(body).hexdigest())


def answer_signature(key: bytes, nonce: str, status: int, body: bytes) -> str:
    """Return the signature of the answer to the request with that nonce."""
    return _sign(key, nonce, str(status), hashlib.sha256(body).hexdigest())


def _sign(key: bytes, *parts: str) -> str:
    return hmac.new(key, "\n".join(parts).encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Partner:
    """An authority, bank or carrier that shares a key with us."""

    outside: Outside
    key_id: str
    key: bytes = field(repr=False)
    clock: Callable[[], float] = time.time

    @classmethod
    def of(cls, settings: PartnerSettings, code: str, seconds: float = SECONDS) -> Partner:
        """Return the partner a deployment names."""
        return cls(Outside(settings.url, code, seconds), settings.key_id, settings.key)

    @property
    def code(self) -> str:
        """The refusal when there is no usable answer."""
        return self.outside.code

    def ask(self, path: str, question: Mapping[str, Any], *, tries: int = TRIES) -> Mapping[str, Any]:
        """Return the signed answer's object. Raises Unavailable for anything but a signed 200.

        `tries` is 1 for what changes something there and has no id of its own: the caller decides when it is sent again.
        """
        body = json.dumps(question, ensure_ascii=False, separators=(",", ":")).encode()
        for left in reversed(range(tries)):
            try:
                answer = self.exchange(path, body)
            except Unavailable:
                if not left:
                    raise
            else:
                if answer.status == requests.codes.ok:
                    return answer.body
        raise Unavailable(self.outside.code)

    def exchange(self, path: str, body: bytes) -> Answer:
        """Return the partner's answer to one POST, whatever its status. Raises Unavailable unless the partner signed it."""
        timestamp, nonce = str(int(self.clock())), secrets.token_hex(16)
        headers = {
            "Content-Type": "application/json",
            "X-Key-Id": self.key_id,
            "X-Timestamp": timestamp,
            "X-Nonce": nonce,
            "X-Signature": request_signature(self.key, "POST", self.outside.path(path), timestamp, nonce, body),
        }
        answer = self.outside.send("POST", path, headers=headers, body=body)
        good = answer_signature(self.key, nonce, answer.status, answer.raw)
        if not hmac.compare_digest(good.encode(), answer.headers.get("x-signature", "").encode()):
            raise Unavailable(self.outside.code)
        return answer
