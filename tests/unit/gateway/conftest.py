"""A gateway with a fake bus: every question is recorded and answered by a sample or as a test arranged it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from werkzeug.test import Client, TestResponse

from gateway.app import Gateway
from gateway.config import GatewaySettings
from gateway.service import build_app
from services.common.kit import tokens
from services.common.kit.calls import Call
from services.common.kit.errors import NotFound
from services.common.messages.shapes import RPC_OF
from tests.unit.gateway.samples import Samples

PERSON = "p_abcdefghijklmnopqrstuvwxyz"
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
    samples: Samples = field(default_factory=Samples)

    def ask(self, message: Any, call: Call, *, request_id: str | None = None, deadline: float | None = None) -> Any:
        del deadline
        self.asked.append(Asked(message, call, request_id))
        answer = self.answers.get(type(message))
        if isinstance(answer, Exception):
            raise answer
        return answer if answer is not None else self.samples.of(RPC_OF[type(message)].reply)

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


@dataclass(frozen=True)
class Keys:
    """The access token key of a test."""

    private: bytes
    public: bytes

    def token(self, kind: str = "PERSON", **claims: Any) -> str:
        told = {"sub": PERSON, "sid": "s-1", "kind": kind, "roles": [], "office": "", "aud": "gateway", **claims}
        return tokens.sign(told, self.private, lifetime=dt.timedelta(minutes=15), now=dt.datetime.now(dt.UTC))


@pytest.fixture(scope="session")
def keys() -> Keys:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Keys(private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


@pytest.fixture(scope="session")
def settings(keys: Keys) -> GatewaySettings:
    return GatewaySettings(
        host="127.0.0.1",
        port=0,
        access_public_pem=keys.public,
        source_key=b"k" * 32,
        trusted_proxies=(),
        secure=True,
        max_connections=10,
        max_workers=2,
        max_header_seconds=5,
        max_body_seconds=5,
        max_answer_seconds=5,
        max_buffered_mib=4,
    )


@pytest.fixture(scope="session")
def shared(settings: GatewaySettings) -> tuple[Gateway, FakeBus, FakeLinks]:
    """One application for all tests, because building its OpenAPI document takes a moment."""
    bus, links = FakeBus(), FakeLinks()
    return build_app(settings, bus, links), bus, links


@pytest.fixture
def bus(shared: tuple[Gateway, FakeBus, FakeLinks]) -> FakeBus:
    shared[1].answers.clear()
    shared[1].asked.clear()
    return shared[1]


@pytest.fixture
def links(shared: tuple[Gateway, FakeBus, FakeLinks]) -> FakeLinks:
    shared[2].files.clear()
    return shared[2]


class Browser:
    """Sends requests as somebody."""

    def __init__(self, app: Gateway, keys: Keys) -> None:
        self._client = Client(app)
        self.keys = keys

    def send(self, method: str, path: str, *, who: str = "person", json_body: Any = None, **options: Any) -> TestResponse:
        """`who`: nobody, person or staff. An Idempotency-Key and If-Match are sent unless `bare`."""
        headers = dict(options.pop("headers", {}))
        if not options.pop("bare", False):
            headers = {"Idempotency-Key": KEY, "If-Match": '"3"', **headers}
        if who != "nobody":
            headers.setdefault("Authorization", f"Bearer {self.keys.token(who.upper())}")
        if json_body is not None:
            options |= {"data": json.dumps(json_body), "content_type": "application/json"}
        return self._client.open(path, method=method, headers=headers, **options)


@pytest.fixture
def browser(shared: tuple[Gateway, FakeBus, FakeLinks], keys: Keys, bus: FakeBus, links: FakeLinks) -> Browser:
    del bus, links
    return Browser(shared[0], keys)
