"""Files from the server, taken only when they are whole: the `Repr-Digest` (RFC 9530) of the answer is compared with the bytes."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

from .client import Client

_SHA256 = re.compile(r"sha-256=:([A-Za-z0-9+/=]+):")


class DamagedDownload(Exception):
    """The bytes are not those the server promised; download again."""


def download(client: Client, operation: str, *, sha256: str = "", **parts: Any) -> bytes:
    """Return a file. `sha256`: in hex, where it is known from elsewhere. Raises DamagedDownload, Refused."""
    answer = client.do(operation, **parts)
    found = hashlib.sha256(answer.content).digest()
    promised = _SHA256.search(answer.headers.get("Repr-Digest", ""))
    if promised and base64.b64decode(promised[1]) != found:
        raise DamagedDownload(f"{operation}: other bytes than the server promised")
    if sha256 and found.hex() != sha256.lower():
        raise DamagedDownload(f"{operation}: other bytes than were named before")
    return answer.content
