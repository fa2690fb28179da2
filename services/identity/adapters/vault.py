"""Everything secret that leaves memory goes through here: fields sealed, look-up indexes keyed, token keys derived.

The field key seals (and former ones open, until everything is rewritten). Indexes and tokens hang on the index key, which
stays when the field key is changed: a look-up must find what was written before. Each use gets a key of its own by HKDF.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.common.kit.fields import FieldCipher, blind_index

KEY_BYTES = 32


class Vault:
    """Seals, opens, indexes and authenticates for identity alone."""

    def __init__(self, cipher: FieldCipher, index_key: bytes) -> None:
        self.cipher = cipher
        self._index_key = _derive(index_key, b"guohu-identity-index")
        self._token_key = _derive(index_key, b"guohu-identity-token")
        self._audit_key = _derive(index_key, b"guohu-identity-audit")

    def index(self, kind: str, text: str) -> str:
        """Return a keyed hash: equal for equal texts of a kind, useless without the key."""
        return blind_index(f"{kind}:{text}", self._index_key)

    def mac(self, text: str) -> bytes:
        """Return the HMAC-SHA256 of a token's content."""
        return hmac.new(self._token_key, text.encode(), hashlib.sha256).digest()

    def audit_mac(self, text: str) -> str:
        """Return the HMAC-SHA256 that seals the audit, in hexadecimal digits."""
        return hmac.new(self._audit_key, text.encode(), hashlib.sha256).hexdigest()


def _derive(key: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(key)
