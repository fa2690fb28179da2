"""Short-lived signed tokens (JWT, Ed25519). Decides form and checks; what claims mean belongs to issuer and reader."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from services.common.kit.errors import NotAuthenticated

LEEWAY = dt.timedelta(seconds=5)


@lru_cache(maxsize=64)
def _private(pem: bytes) -> Any:
    return load_pem_private_key(pem, password=None)


@lru_cache(maxsize=64)
def _public(pem: bytes) -> Any:
    return load_pem_public_key(pem)


def sign(claims: dict[str, Any], private_pem: bytes, *, lifetime: dt.timedelta, now: dt.datetime) -> str:
    """Return a token with `iat` and `exp` added."""
    body = {**claims, "iat": int(now.timestamp()), "exp": int((now + lifetime).timestamp())}
    return jwt.encode(body, _private(private_pem), algorithm="EdDSA")


def verify(token: str, public_pem: bytes, *, audience: str) -> dict[str, Any]:
    """Return the claims. Raises NotAuthenticated: `token.expired` or `token.invalid`."""
    try:
        return dict(
            jwt.decode(
                token,
                _public(public_pem),
                algorithms=["EdDSA"],
                audience=audience,
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "aud"]},
            )
        )
    except jwt.ExpiredSignatureError as wrong:
        raise NotAuthenticated("token.expired") from wrong
    except jwt.PyJWTError as wrong:
        raise NotAuthenticated("token.invalid") from wrong
