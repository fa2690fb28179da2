"""The signed statement of who asks, carried in a header of every RPC (60 s).

The gateway may speak for anybody; every other issuer only for itself as a service, naming on whose behalf it asks.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from services.common.kit.calls import Actor, ActorKind
from services.common.kit.errors import NotAuthenticated

LIFETIME = 60
KEEP = 2048
SPEAKS_FOR_ALL = "gateway"


@dataclass
class ActorSigner:
    """Signs assertions of one issuer; the same actor is signed once per half lifetime."""

    issuer: str
    key: Ed25519PrivateKey
    _kept: OrderedDict[Actor, tuple[float, str]] = field(default_factory=OrderedDict)

    @classmethod
    def from_pem(cls, issuer: str, pem: bytes) -> ActorSigner:
        """Build from a key file's content."""
        key = load_pem_private_key(pem, password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError("actor keys are Ed25519")
        return cls(issuer, key)

    def sign(self, actor: Actor) -> str:
        """Return the assertion of this actor."""
        now = time.time()
        kept = self._kept.get(actor)
        if kept and kept[0] > now:
            return kept[1]
        claims = {
            "iss": self.issuer,
            "exp": now + LIFETIME,
            "kind": actor.kind.value,
            "sub": actor.id,
            "roles": list(actor.roles),
            "office": actor.office,
            "sid": actor.session,
            "obo": actor.on_behalf_of,
        }
        token = jwt.encode(claims, self.key, algorithm="EdDSA")
        self._kept[actor] = (now + LIFETIME / 2, token)
        while len(self._kept) > KEEP:
            self._kept.popitem(last=False)
        return token


@dataclass
class ActorReader:
    """Checks assertions against the public keys of all issuers; a token seen before is not checked twice."""

    keys: dict[str, Ed25519PublicKey]
    _kept: OrderedDict[str, tuple[float, Actor]] = field(default_factory=OrderedDict)

    @classmethod
    def from_folder(cls, folder: Path) -> ActorReader:
        """Read `<issuer>.pub` files."""
        keys = {}
        for file in sorted(folder.glob("*.pub")):
            key = load_pem_public_key(file.read_bytes())
            if isinstance(key, Ed25519PublicKey):
                keys[file.stem] = key
        return cls(keys)

    def read(self, token: str | None) -> Actor:
        """Return the actor. Raises NotAuthenticated: missing, expired or forged."""
        if not token:
            raise NotAuthenticated("actor.assertion_missing")
        kept = self._kept.get(token)
        if kept:
            if kept[0] < time.time():
                raise NotAuthenticated("actor.assertion_expired")
            return kept[1]
        return self._check(token)

    def _check(self, token: str) -> Actor:
        try:
            issuer = str(jwt.decode(token, options={"verify_signature": False}).get("iss"))
            claims = jwt.decode(
                token, self.keys.get(issuer, ""), algorithms=["EdDSA"], options={"require": ["exp", "iss", "sub"]}
            )
            kind = ActorKind(claims["kind"])
            actor = Actor(kind, claims["sub"], tuple(claims["roles"]), claims["office"], claims["sid"], claims["obo"])
        except jwt.ExpiredSignatureError as wrong:
            raise NotAuthenticated("actor.assertion_expired") from wrong
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as wrong:
            raise NotAuthenticated("actor.assertion_invalid") from wrong
        if issuer != SPEAKS_FOR_ALL and (actor.kind is not ActorKind.SERVICE or actor.id != issuer):
            raise NotAuthenticated("actor.assertion_invalid")
        self._kept[token] = (float(claims["exp"]), actor)
        while len(self._kept) > KEEP:
            self._kept.popitem(last=False)
        return actor
