"""Stand-ins for the bus and the object store, access tokens, and a browser for the gateway's tests."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import Client, TestResponse

from gateway.app import Gateway
from services.common.kit import tokens
from services.common.kit.calls import Call
from services.common.kit.errors import NotFound, Unavailable
from services.common.kit.sealing import seal
from services.common.messages.shapes import RPC_OF
from tests.unit.gateway.samples import Samples

PERSON = "p-abcdefghijklmnopqrstuvwxyz"
KEY = "test-key-0123456789"


@dataclass
class Asked:
    """One question as it left the gateway."""

    message: Any
    call: Call
    request_id: str | None


@dataclass
class FakeBus:
    """Implements `Asks`."""

    answers: dict[type, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    answered: list[Any] = field(default_factory=list)
    seals: dict[type, tuple[str, ...]] = field(default_factory=dict)  # members sealed to the reader key asked with
    samples: Samples = field(default_factory=Samples)

    def ask(self, message: Any, call: Call, *, request_id: str | None = None, deadline: float | None = None) -> Any:
        del deadline
        self.asked.append(Asked(message, call, request_id))
        answer = self.answers.get(type(message))
        if isinstance(answer, Exception):
            raise answer
        given = {name: seal(f"the {name}".encode(), message.reader_key) for name in self.seals.get(type(message), ())}
        self.answered.append(answer if answer is not None else self.samples.of(RPC_OF[type(message)].reply, **given))
        return self.answered[-1]

    @property
    def last(self) -> Asked:
        return self.asked[-1]


@dataclass
class FakeLinks:
    """Implements `OpensLinks`."""

    files: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)

    def open_link(self, link: str) -> tuple[int, str, Iterator[bytes]]:
        if link not in self.files:
            raise NotFound("object.not_found")
        size, sha256, data = self.files[link]
        return size, sha256, iter([data[: size // 2], data[size // 2 :]])


@dataclass
class FakeIncoming:
    """Implements `KeepsIncoming`."""

    kept: dict[str, bytes] = field(default_factory=dict)
    down: bool = False

    def put(self, upload_id: str, data: bytes) -> str:
        if self.down:
            raise Unavailable("object.store_unavailable")
        self.kept[upload_id] = data
        return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Keys:
    """The access token key of a test."""

    private: bytes
    public: bytes

    def token(self, kind: str = "PERSON", **claims: Any) -> str:
        told = {"sub": PERSON, "sid": "s-1", "kind": kind, "roles": [], "office": "", "aud": "gateway", **claims}
        return tokens.sign(told, self.private, lifetime=dt.timedelta(minutes=15), now=dt.datetime.now(dt.UTC))


class Browser:
    """Sends requests as somebody."""

    def __init__(self, app: Gateway, keys: Keys) -> None:
        self._client = Client(app)
        self.keys = keys

    def send(
        self, method: str, path: str, *, who: str = "person", json_body: Any = None, **options: Any
    ) -> TestResponse:
        """`who`: nobody, person or staff. An Idempotency-Key and If-Match are sent unless `bare`."""
        headers = dict(options.pop("headers", {}))
        if not options.pop("bare", False):
            headers = {"Idempotency-Key": KEY, "If-Match": '"3"', **headers}
        if who != "nobody":
            headers.setdefault("Authorization", f"Bearer {self.keys.token(who.upper())}")
        if json_body is not None:
            options |= {"data": json.dumps(json_body), "content_type": "application/json"}
        return self._client.open(path, method=method, headers=headers, **options)
