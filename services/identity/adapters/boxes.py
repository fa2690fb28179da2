"""The port `Sealing` over the shared box format of `kit/sealing`."""

from __future__ import annotations

from services.common.kit import sealing
from services.identity.application.ports import KeyPair


class X25519Boxes:
    """Keys and boxes for portraits and frames."""

    def new_pair(self) -> KeyPair:
        """Return a fresh pair."""
        pair = sealing.SealingPair.generate()
        return KeyPair(pair.public, pair.private)

    def open(self, box: str, private: bytes) -> bytes:
        """Return the content. Raises InvalidValue `sealing.unreadable`."""
        return sealing.open_sealed(box, private)
