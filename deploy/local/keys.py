"""The stack's secrets: generated once, kept in files of mode 0600. Who is given which: `environment`.

Private and public halves lie in different folders, so that a folder of public keys can be handed out whole.
"""

import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from deploy.local.field_keys import FieldKeyFile, Step, new_key
from deploy.local.layout import write_private
from deploy.local.processes import ACTOR_ISSUERS, DATABASES, HOLDS_PERSONAL_DATA

_KEY_PAIRS = (
    "identity_proof",
    "access_token",
    *(f"actors/{issuer}" for issuer in ACTOR_ISSUERS),
    *(f"links/{service}" for service in DATABASES),
)


class Secrets:
    """Reads (and on first use makes) the secrets below one folder."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder; nothing is read or made yet."""
        self._folder = folder

    def create_missing(self) -> None:
        """Generate whatever does not exist yet. What exists is never replaced: data is encrypted with it."""
        for name in self._passwords():
            self._once(self._folder / "passwords" / name, secrets.token_urlsafe(24))
        for path in (self._folder / "person.key", *(self._field_keys(one) for one in HOLDS_PERSONAL_DATA)):
            self._once(path, new_key())
        for name in _KEY_PAIRS:
            self._pair(name)
        self.pki.mkdir(mode=0o700, exist_ok=True)

    @staticmethod
    def _passwords() -> list[str]:
        roles = [role for service in DATABASES for role in (owner_role(service), runtime_role(service))]
        return ["postgres", "amqp", "erlang_cookie", "supervisor", *roles]

    @staticmethod
    def _once(path: Path, value: str) -> None:
        if not path.exists():
            write_private(path, value.encode())

    def _pair(self, name: str) -> None:
        """Provide an Ed25519 pair; the public half is derived again when it is missing."""
        private, public = self.private_key(name), self.public_key(name)
        if private.exists() and public.exists():
            return
        if not private.exists():
            pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            write_private(private, pem)
        key = _load(private)
        write_private(public, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    def password(self, name: str) -> str:
        """Return the password of a database role, `amqp`, `postgres` (superuser), `supervisor`, or the Erlang cookie."""
        return (self._folder / "passwords" / name).read_text()

    @property
    def person_key(self) -> str:
        """Base64 of 32 bytes: the HMAC index key, one for all services, so that the same person has the same index."""
        return (self._folder / "person.key").read_text()

    def field_keys(self, service: str) -> FieldKeyFile:
        """Base64 of 32 bytes each: the AES-256-GCM keys of one service's personal fields, and the key of its keyed hashes."""
        return FieldKeyFile.read(self._field_keys(service))

    def change_field_key(self, service: str, step: Step) -> None:
        """Take a step of the change of a service's field key. Raises StackError when it is not that step's turn."""
        self.field_keys(service).after(step).write(self._field_keys(service))

    def _field_keys(self, service: str) -> Path:
        return self._folder / "field" / service

    def private_key(self, name: str) -> Path:
        """Return the PEM file of a private key, for example `actors/gateway`."""
        return self._folder / f"{name}.key"

    def public_key(self, name: str) -> Path:
        """Return the PEM file of the public half."""
        return self._folder / "public" / f"{name}.pub"

    @property
    def pki(self) -> Path:
        """The folder of the platform CA, which `signing` fills and alone is given."""
        return self._folder / "pki"


def owner_role(service: str) -> str:
    """Return the role that owns the tables and runs migrations."""
    return f"{service}_owner"


def runtime_role(service: str) -> str:
    """Return the lesser role the service's processes connect as."""
    return f"{service}_runtime"


def _load(path: Path) -> Ed25519PrivateKey:
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        message = f"{path} is not an Ed25519 key"
        raise TypeError(message)
    return key
