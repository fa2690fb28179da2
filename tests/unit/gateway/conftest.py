"""One gateway with a fake bus: every question is recorded and answered by a sample or as a test arranged it."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from gateway.app import Gateway
from gateway.assembly import build_app
from gateway.config import GatewaySettings
from tests.unit.gateway.fakes import Browser, FakeBus, FakeIncoming, FakeLinks, Keys

INCOMING = FakeIncoming()


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
    return build_app(settings, bus, links, incoming=INCOMING), bus, links


@pytest.fixture
def incoming() -> FakeIncoming:
    INCOMING.kept.clear()
    INCOMING.down = False
    return INCOMING


@pytest.fixture
def bus(shared: tuple[Gateway, FakeBus, FakeLinks]) -> FakeBus:
    shared[1].answers.clear()
    shared[1].asked.clear()
    return shared[1]


@pytest.fixture
def links(shared: tuple[Gateway, FakeBus, FakeLinks]) -> FakeLinks:
    shared[2].files.clear()
    return shared[2]


@pytest.fixture
def browser(
    shared: tuple[Gateway, FakeBus, FakeLinks], keys: Keys, bus: FakeBus, links: FakeLinks, incoming: FakeIncoming
) -> Browser:
    del bus, links, incoming
    return Browser(shared[0], keys)
