"""Personal fields at rest: AES-256-GCM per field with the key's id in the value, and a blind index for look-ups."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.common.kit.errors import DomainError, Kind
from services.common.kit.settings import FieldKeys

NONCE = 12


class FieldCipher:
    """Seals with the first key, opens with any: rotation adds a key in front and rewrites at leisure."""

    def __init__(self, *keys: bytes) -> None:
        self._keys = {self._name(key): AESGCM(key) for key in keys}
        self._first = self._name(keys[0])

    @classmethod
    def of(cls, keys: FieldKeys) -> FieldCipher:
        """Return the cipher of a service's keys."""
        return cls(keys.newest) if keys.former is None else cls(keys.newest, keys.former)

    @property
    def newest(self) -> str:
        """The name of the key it seals with; every value sealed with it begins so."""
        return self._first

    @staticmethod
    def _name(key: bytes) -> str:
        return hashlib.sha256(b"guohu-field-key-id" + key).hexdigest()[:8]

    def seal(self, text: str) -> str:
        """Return `key id:base64`."""
        return self.seal_bytes(text.encode())

    def open(self, sealed: str) -> str:
        """Return the text. Raises DomainError `field.unreadable`."""
        return self.open_bytes(sealed).decode()

    def renewed(self, sealed: str) -> str:
        """Return the same under the newest key. Raises DomainError `field.unreadable`."""
        return self.seal_bytes(self.open_bytes(sealed))

    def seal_bytes(self, data: bytes) -> str:
        """Return `key id:base64`."""
        nonce = os.urandom(NONCE)
        box = self._keys[self._first].encrypt(nonce, data, self._first.encode())
        return f"{self._first}:{base64.b64encode(nonce + box).decode()}"

    def open_bytes(self, sealed: str) -> bytes:
        """Return the bytes. Raises DomainError `field.unreadable`."""
        name, _, body = sealed.partition(":")
        try:
            raw = base64.b64decode(body)
            return self._keys[name].decrypt(raw[:NONCE], raw[NONCE:], name.encode())
        except (KeyError, ValueError, InvalidTag) as wrong:
            raise DomainError("field.unreadable", Kind.INTERNAL) from wrong


def blind_index(text: str, key: bytes) -> str:
    """Return a keyed hash equal for equal texts, useless without the key."""
    return hmac.new(key, b"blind-index:" + text.encode(), hashlib.sha256).hexdigest()
