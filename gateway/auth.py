"""Who sends a request: access tokens to actors, addresses to hashes.

Decides whether a token is genuine and of the kind a route asks for; what its bearer may do is decided by the services.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gateway.routing import Who
from services.common.kit import tokens
from services.common.kit.calls import Actor, ActorKind
from services.common.kit.errors import Forbidden, NotAuthenticated

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

AUDIENCE = "gateway"
LONGEST_TOKEN = 4096
HASH_CHARACTERS = 32
IPV6_HOME = 64
NOBODY = Actor(ActorKind.ANONYMOUS, "anonymous")
_KINDS: Mapping[str, ActorKind] = {"PERSON": ActorKind.PERSON, "STAFF": ActorKind.STAFF}
_WANTED: Mapping[Who, ActorKind] = {"person": ActorKind.PERSON, "staff": ActorKind.STAFF}


@dataclass(frozen=True)
class Authenticator:
    """Reads access tokens issued by identity."""

    public_pem: bytes

    def actor(self, authorization: str | None) -> Actor:
        """Return who asks; nobody where no header was sent. Raises NotAuthenticated for a bad or expired token."""
        if not authorization:
            return NOBODY
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.isascii() or len(token) > LONGEST_TOKEN:
            raise NotAuthenticated("token.invalid")
        claims = tokens.verify(token.strip(), self.public_pem, audience=AUDIENCE)
        kind = _KINDS.get(str(claims.get("kind")))
        subject, roles = claims.get("sub"), claims.get("roles", [])
        if kind is None or not isinstance(subject, str) or not subject or not isinstance(roles, list):
            raise NotAuthenticated("token.invalid")
        office, session = str(claims.get("office") or ""), str(claims.get("sid") or "")
        return Actor(kind, subject, tuple(map(str, roles)), office, session)


def require(actor: Actor, wanted: Who) -> None:
    """Raise NotAuthenticated where nobody is signed in, Forbidden where citizen and staff are mixed up."""
    if wanted == "anyone":
        return
    if actor.kind is ActorKind.ANONYMOUS:
        raise NotAuthenticated("actor.sign_in_required")
    needed = _WANTED.get(wanted, actor.kind)
    if actor.kind is not needed:
        raise Forbidden("actor.persons_only" if needed is ActorKind.PERSON else "actor.staff_only")


@dataclass(frozen=True)
class Sources:
    """Turns the address a request comes from into a hash that limits can count and nobody can read back.

    `X-Forwarded-For` is believed only from `trusted` proxies, and read from its right end.
    """

    key: bytes
    trusted: Sequence[Network] = ()

    def of(self, peer: str, forwarded_for: str) -> str:
        """Return the hash for one request."""
        address = peer
        hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
        while hops and self._is_trusted(address):
            address = hops.pop()
        return hmac.new(self.key, _home(address).encode(), hashlib.sha256).hexdigest()[:HASH_CHARACTERS]

    def _is_trusted(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self.trusted)


def _home(address: str) -> str:
    """Return what one subscriber has: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, IPV6_HOME), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
