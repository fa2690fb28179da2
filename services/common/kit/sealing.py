"""Pictures encrypted to one process: X25519 key agreement, HKDF-SHA256, AES-256-GCM. Used by the gateway and by identity.

Decides the box a face frame or a card portrait travels in, so that neither the broker nor anybody but the holder of the
private half can look inside; leaves to identity how long a private half lives. A box is the base64 text of

    sender's one-time public key (32 bytes) || nonce (12 bytes) || AES-256-GCM ciphertext with its tag (16 bytes)

under the key HKDF-SHA256(shared secret, no salt, info "guohu-face-frame"). A browser makes the same with WebCrypto.
"""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.common.kit.errors import InvalidValue

INFO = b"guohu-face-frame"
KEY = 32
NONCE = 12
TAG = 16


@dataclass(frozen=True)
class SealingPair:
    """A key pair: `public` as base64 to hand out, `private` as 32 raw bytes to keep encrypted and to delete."""

    public: str
    private: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> SealingPair:
        """Return a new pair."""
        private = X25519PrivateKey.generate()
        return cls(base64.b64encode(private.public_key().public_bytes_raw()).decode(), private.private_bytes_raw())


def seal(data: bytes, public_key: str) -> str:
    """Return the box of `data` for the holder of `public_key` (base64). Raises InvalidValue `sealing.key_invalid`."""
    try:
        recipient = X25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        sender = X25519PrivateKey.generate()
        shared = sender.exchange(recipient)
    except (ValueError, binascii.Error) as wrong:
        raise InvalidValue("sealing.key_invalid") from wrong
    nonce = os.urandom(NONCE)
    box = AESGCM(_derive(shared)).encrypt(nonce, data, None)
    return base64.b64encode(sender.public_key().public_bytes_raw() + nonce + box).decode()


def open_sealed(box: str, private_key: bytes) -> bytes:
    """Return the data. Raises InvalidValue `sealing.unreadable`: not a box, damaged, or sealed to another key."""
    try:
        raw = base64.b64decode(box, validate=True)
        if len(raw) < KEY + NONCE + TAG:
            raise InvalidValue("sealing.unreadable")
        sender = X25519PublicKey.from_public_bytes(raw[:KEY])
        shared = X25519PrivateKey.from_private_bytes(private_key).exchange(sender)
        return AESGCM(_derive(shared)).decrypt(raw[KEY : KEY + NONCE], raw[KEY + NONCE :], None)
    except (ValueError, InvalidTag) as wrong:
        raise InvalidValue("sealing.unreadable") from wrong


def _derive(shared: bytes) -> bytes:
    return HKDF(SHA256(), KEY, salt=None, info=INFO).derive(shared)
