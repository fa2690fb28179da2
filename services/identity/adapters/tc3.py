"""Tencent Cloud's request signature TC3-HMAC-SHA256 (签名方法 v3), for POST requests with a JSON body.

Signed are content type, host, action and the body's SHA-256, under a key derived from the secret for one UTC day and one
service. Decides nothing about what is asked; the server refuses a clock more than five minutes off.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass, field

ALGORITHM = "TC3-HMAC-SHA256"
CONTENT_TYPE = "application/json; charset=utf-8"
SIGNED_HEADERS = "content-type;host;x-tc-action"
TERMINATOR = "tc3_request"


@dataclass(frozen=True)
class Credentials:
    """What a deployment is given by Tencent Cloud (访问密钥)."""

    secret_id: str
    secret_key: str = field(repr=False)


def authorization(
    credentials: Credentials, service: str, host: str, action: str, body: bytes, moment: dt.datetime
) -> str:
    """Return the Authorization header for `body` sent to `host` at `moment` (aware)."""
    seconds = int(moment.timestamp())
    date = dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%d")
    scope = f"{date}/{service}/{TERMINATOR}"
    to_sign = "\n".join((ALGORITHM, str(seconds), scope, _digest(_canonical(host, action, body))))
    key = _mac(_mac(_mac(f"TC3{credentials.secret_key}".encode(), date), service), TERMINATOR)
    signature = _mac(key, to_sign).hex()
    return (
        f"{ALGORITHM} Credential={credentials.secret_id}/{scope}, SignedHeaders={SIGNED_HEADERS}, Signature={signature}"
    )


def _canonical(host: str, action: str, body: bytes) -> bytes:
    headers = f"content-type:{CONTENT_TYPE}\nhost:{host}\nx-tc-action:{action.lower()}\n"
    return "\n".join(("POST", "/", "", headers, SIGNED_HEADERS, _digest(body))).encode()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
