"""The port behind which the platform's keys live, and its implementation on a folder of encrypted files.

Decides how a digest gets signed by a named key. Leaves to others which key signs what. `keys_pkcs11` has the same three
calls on a token: certificates are built through `StoredKey`, which hands every signature to the store.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, NoReturn, Protocol

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from services.common.kit.errors import Kind
from services.signing.adapters.engine.errors import EngineError

_CURVES: dict[str, ec.EllipticCurve] = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1()}
_HASHES: dict[int, hashes.HashAlgorithm] = {32: hashes.SHA256(), 48: hashes.SHA384()}
_KEY_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class KeyStore(Protocol):
    """Holds private keys by id and never gives them away."""

    def create(self, key_id: str, curve: str) -> None:
        """Make a new ECDSA key on `p256` or `p384`. Raises EngineError `signing.key_exists`."""

    def public_key(self, key_id: str) -> ec.EllipticCurvePublicKey:
        """Return the public half. Raises EngineError `signing.key_missing`."""

    def sign_digest(self, key_id: str, digest: bytes) -> bytes:
        """Return the DER ECDSA signature over a SHA-256 or SHA-384 digest. Raises EngineError `signing.key_missing`."""


def key_store(setting: str, folder: Path, secret: str | None) -> KeyStore:
    """Return the store a setting names: `file` (in `folder`, by passphrase) or `pkcs11:token=LABEL?module-path=FILE` (by PIN).

    Raises EngineError `signing.keys_setting_invalid`, `.keys_unavailable` where the client library is not installed.
    """
    if setting == "file":
        return FileKeyStore(folder, secret)
    try:
        from services.signing.adapters.engine.keys_pkcs11 import Pkcs11KeyStore
    except ImportError as absent:
        raise EngineError("signing.keys_unavailable", Kind.UNAVAILABLE, reason="client") from absent
    return Pkcs11KeyStore.of(setting, secret)


class FileKeyStore:
    """Keys as PKCS#8 files of one folder, parsed once and held; encrypted if a passphrase is given."""

    def __init__(self, folder: Path, passphrase: str | None = None) -> None:
        """Use `folder` (created with mode 0700 when the first key is made)."""
        self._folder = folder
        self._passphrase = passphrase.encode() if passphrase else None
        self._held: dict[str, ec.EllipticCurvePrivateKey] = {}

    def create(self, key_id: str, curve: str) -> None:
        """Write a new key with mode 0600, never over an existing one."""
        key = ec.generate_private_key(_CURVES[curve])
        how: serialization.KeySerializationEncryption = (
            serialization.BestAvailableEncryption(self._passphrase)
            if self._passphrase
            else serialization.NoEncryption()
        )
        pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            descriptor = os.open(self._path(key_id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as taken:
            raise EngineError("signing.key_exists", Kind.CONFLICT, key_id=key_id) from taken
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
        self._held[key_id] = key

    def public_key(self, key_id: str) -> ec.EllipticCurvePublicKey:
        """Return the public half of a held or stored key."""
        return self._load(key_id).public_key()

    def sign_digest(self, key_id: str, digest: bytes) -> bytes:
        """Sign with a held or stored key."""
        return self._load(key_id).sign(digest, ec.ECDSA(utils.Prehashed(_HASHES[len(digest)])))

    def _load(self, key_id: str) -> ec.EllipticCurvePrivateKey:
        if key_id not in self._held:
            try:
                key = serialization.load_pem_private_key(self._path(key_id).read_bytes(), self._passphrase)
            except FileNotFoundError as absent:
                raise EngineError("signing.key_missing", Kind.UNAVAILABLE, key_id=key_id) from absent
            except (ValueError, TypeError) as wrong:  # wrong or needless passphrase, or no key at all
                raise EngineError("signing.key_unreadable", Kind.INTERNAL, key_id=key_id) from wrong
            if not isinstance(key, ec.EllipticCurvePrivateKey):
                raise EngineError("signing.key_unreadable", Kind.INTERNAL, key_id=key_id)
            self._held[key_id] = key
        return self._held[key_id]

    def _path(self, key_id: str) -> Path:
        if not _KEY_ID.fullmatch(key_id):
            raise EngineError("signing.key_missing", Kind.INTERNAL)
        return self._folder / f"{key_id}.pem"


class StoredKey(ec.EllipticCurvePrivateKey):
    """A key of a store in the shape that certificate builders ask for; it can sign and nothing else."""

    def __init__(self, store: KeyStore, key_id: str) -> None:
        """Name the key; nothing is read yet."""
        self._store = store
        self._key_id = key_id

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        """Hash here, let the store sign the digest."""
        algorithm = signature_algorithm.algorithm
        if isinstance(algorithm, utils.Prehashed):
            return self._store.sign_digest(self._key_id, bytes(data))
        digest = hashes.Hash(algorithm)
        digest.update(data)
        return self._store.sign_digest(self._key_id, digest.finalize())

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """Return the public half."""
        return self._store.public_key(self._key_id)

    @property
    def curve(self) -> ec.EllipticCurve:
        """Return the curve of the key."""
        return self.public_key().curve

    @property
    def key_size(self) -> int:
        """Return the size of the curve in bits."""
        return self.curve.key_size

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> NoReturn:  # noqa: ARG002
        """Refuse: a signing key agrees on nothing."""
        raise EngineError("signing.key_use_refused", Kind.INTERNAL)

    def private_numbers(self) -> NoReturn:
        """Refuse: the store keeps the secret."""
        raise EngineError("signing.key_use_refused", Kind.INTERNAL)

    def private_bytes(self, encoding: object, format: object, encryption_algorithm: object) -> NoReturn:  # noqa: A002, ARG002
        """Refuse: the store keeps the secret."""
        raise EngineError("signing.key_use_refused", Kind.INTERNAL)

    def __copy__(self) -> StoredKey:
        """Return itself: it holds a name only."""
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> StoredKey:
        """Return itself: it holds a name only."""
        return self
