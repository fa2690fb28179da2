"""Who sends a request: access tokens to actors, addresses to hashes.

Decides whether a token is genuine, its session not ended, and of the kind a route asks for; what its bearer may do is
decided by the services.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import ipaddress
import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from gateway.routing import Who
from services.common.kit import tokens
from services.common.kit.calls import Actor, ActorKind, Call, new_id
from services.common.kit.errors import DomainError, Forbidden, NotAuthenticated
from services.common.messages import identity

log = logging.getLogger(__name__)
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

AUDIENCE = "gateway"
LONGEST_TOKEN = 4096
HASH_CHARACTERS = 32
IPV6_HOME = 64
FRESH_SECONDS = 2.0
ASK_SECONDS = 2.0
TOKEN_SECONDS = 16 * 60.0
"""A minute longer than an access token lives: afterwards the token itself is refused."""
ENDING = (
    identity.SignOut,
    identity.SignOutEverywhere,
    identity.SetPassword,
    identity.RefreshSession,
    identity.ChangeMobile,
    identity.RecoverAccount,
    identity.EraseAccount,
)
"""Orders after which a session may be over."""
NOBODY = Actor(ActorKind.ANONYMOUS, "anonymous")
_KINDS: Mapping[str, ActorKind] = {"PERSON": ActorKind.PERSON, "STAFF": ActorKind.STAFF}
_WANTED: Mapping[Who, ActorKind] = {"person": ActorKind.PERSON, "staff": ActorKind.STAFF}


class Ended(Protocol):
    """Knows sessions that ended before their access tokens."""

    def has(self, session_id: str) -> bool:
        """Whether that session ended."""


class Asks(Protocol):
    """The way to the services."""

    def ask(self, message: Any, call: Call, *, request_id: str | None = None, deadline: float | None = None) -> Any:
        """Return the reply."""


class NoneEnded:
    """Believes every genuine token until it expires."""

    def has(self, session_id: str) -> bool:
        """Return False."""
        del session_id
        return False


class EndedSessions:
    """Sessions identity ended, asked for at most every two seconds and only while requests come; `asks` may be used through it.

    A request is judged by a list at most FRESH_SECONDS old (plus the time one question takes); after a command through
    this gateway that may end sessions, by a new one. While identity does not answer, the last list holds: nobody can end
    a session then either. A question per request would cost each one a round trip; a broadcast would be lost on a
    gateway that starts afterwards.
    """

    def __init__(self, asks: Asks, clock: Callable[[], float] = time.monotonic) -> None:
        self._asks, self._clock = asks, clock
        self._known: dict[str, float] = {}
        self._since: dt.datetime | None = None
        self._asked_at = -math.inf
        self._asking = False

    def ask(self, message: Any, call: Call, *, request_id: str | None = None, deadline: float | None = None) -> Any:
        """Pass a question on; an order that may end sessions makes the list stale, also when its answer was lost."""
        try:
            return self._asks.ask(message, call, request_id=request_id, deadline=deadline)
        finally:
            if isinstance(message, ENDING):
                self._asked_at = -math.inf

    def has(self, session_id: str) -> bool:
        """Whether that session ended."""
        if not self._asking and self._clock() - self._asked_at >= FRESH_SECONDS:
            self._refresh()
        return session_id in self._known

    def _refresh(self) -> None:
        self._asking, self._asked_at = True, self._clock()
        call = Call(NOBODY, new_id(), None, time.time() + ASK_SECONDS)
        try:
            found = self._asks.ask(identity.ListEndedSessions(since=self._since), call, deadline=ASK_SECONDS)
        except DomainError as silent:
            log.warning("ended sessions not told", extra={"code": silent.code})
            return
        finally:
            self._asking = False
        self._since = found.until
        forget = self._clock() + TOKEN_SECONDS
        self._known = {one: until for one, until in self._known.items() if until > self._clock()}
        self._known |= dict.fromkeys(found.session_ids, forget)


@dataclass(frozen=True)
class Authenticator:
    """Reads access tokens issued by identity."""

    public_pem: bytes
    ended: Ended = field(default_factory=NoneEnded)

    def actor(self, authorization: str | None) -> Actor:
        """Return who asks; nobody where no header was sent. Raises NotAuthenticated: bad or expired token, ended session."""
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
        if session and self.ended.has(session):
            raise NotAuthenticated("identity.session_over")
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

    def connected(self, peer: str) -> str:
        """Return under what name a connection is counted; empty for a trusted proxy, which brings everybody's."""
        return "" if self._is_trusted(peer) else _home(peer)

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
