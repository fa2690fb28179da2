"""What the gateway is told by its environment, read once; a missing variable ends the start with its name."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass

from gateway.auth import Network
from services.common.kit.settings import Environment, SettingMissing

LOOPBACK = "127.0.0.1"
SOURCE_PURPOSE = b"guohu gateway: hash of a caller's address"


@dataclass(frozen=True)
class GatewaySettings:
    """Where the gateway listens, whose tokens it believes, and its limits.

    `source_key` is derived from the gateway's own private key: the same in all its replicas, known to nobody else.
    """

    host: str
    port: int
    access_public_pem: bytes
    source_key: bytes
    trusted_proxies: tuple[Network, ...]
    secure: bool
    max_connections: int
    max_workers: int
    max_header_seconds: float
    max_body_seconds: float
    max_answer_seconds: float
    max_buffered_mib: int

    @classmethod
    def read(cls, values: Environment) -> GatewaySettings:
        """Read the environment. Raises SettingMissing."""
        return cls(
            host=values.text("GUOHU_HTTP_HOST", LOOPBACK),
            port=values.integer("GUOHU_HTTP_PORT"),
            access_public_pem=values.pem("GUOHU_ACCESS_TOKEN_PUBLIC_KEY_FILE"),
            source_key=hmac.new(values.pem("GUOHU_ACTOR_KEY_FILE"), SOURCE_PURPOSE, hashlib.sha256).digest(),
            trusted_proxies=_networks(values.text("GUOHU_TRUSTED_PROXIES", "")),
            secure=values.text("GUOHU_PUBLIC_URL").startswith("https://"),
            max_connections=values.integer("GUOHU_MAX_CONNECTIONS", 512),
            max_workers=values.integer("GUOHU_MAX_WORKERS", 64),
            max_header_seconds=values.number("GUOHU_MAX_HEADER_SECONDS", 10),
            max_body_seconds=values.number("GUOHU_MAX_BODY_SECONDS", 30),
            max_answer_seconds=values.number("GUOHU_MAX_ANSWER_SECONDS", 120),
            max_buffered_mib=values.integer("GUOHU_MAX_BUFFERED_MIB", 128),
        )


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(one.strip()) for one in text.split(",") if one.strip())
    except ValueError as wrong:
        raise SettingMissing("GUOHU_TRUSTED_PROXIES is not a list of networks such as 10.0.0.0/8") from wrong
