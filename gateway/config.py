"""What the gateway is told by its environment, read once; a missing variable ends the start with its name."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from gateway.auth import Network
from gateway.cors import Cors
from gateway.limits import Pace, Paces
from services.common.kit.settings import Environment, SettingMissing

T = TypeVar("T")
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
    max_connections_per_source: int
    paces: Paces
    cors: Cors

    @classmethod
    def read(cls, values: Environment) -> GatewaySettings:
        """Read the environment. Raises SettingMissing."""
        return cls(
            host=values.text("GUOHU_HTTP_HOST", LOOPBACK),
            port=values.integer("GUOHU_HTTP_PORT"),
            access_public_pem=values.pem("GUOHU_ACCESS_TOKEN_PUBLIC_KEY_FILE"),
            source_key=hmac.new(values.pem("GUOHU_ACTOR_KEY_FILE"), SOURCE_PURPOSE, hashlib.sha256).digest(),
            trusted_proxies=_read(
                values, "GUOHU_TRUSTED_PROXIES", "", _networks, "a list of networks such as 10.0.0.0/8"
            ),
            secure=values.text("GUOHU_PUBLIC_URL").startswith("https://"),
            max_connections=values.integer("GUOHU_MAX_CONNECTIONS", 512),
            max_workers=values.integer("GUOHU_MAX_WORKERS", 64),
            max_header_seconds=values.number("GUOHU_MAX_HEADER_SECONDS", 10),
            max_body_seconds=values.number("GUOHU_MAX_BODY_SECONDS", 30),
            max_answer_seconds=values.number("GUOHU_MAX_ANSWER_SECONDS", 120),
            max_buffered_mib=values.integer("GUOHU_MAX_BUFFERED_MIB", 128),
            max_connections_per_source=values.integer("GUOHU_MAX_CONNECTIONS_PER_SOURCE", 64),
            paces=Paces(
                source=_pace(values, "GUOHU_RATE_PER_SOURCE", "1200/60"),
                anonymous=_pace(values, "GUOHU_RATE_ANONYMOUS", "300/60"),
                account=_pace(values, "GUOHU_RATE_PER_ACCOUNT", "600/60"),
            ),
            cors=_read(values, "GUOHU_CORS_ORIGINS", "", Cors.read, "origins such as https://city.example"),
        )


def _read(values: Environment, name: str, default: str, read: Callable[[str], T], wanted: str) -> T:
    try:
        return read(values.text(name, default))
    except ValueError as wrong:
        raise SettingMissing(f"{name} is not {wanted}") from wrong


def _pace(values: Environment, name: str, default: str) -> Pace | None:
    return _read(values, name, default, Pace.read, "requests/seconds such as 600/60, or off")


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(one.strip()) for one in text.split(",") if one.strip())
