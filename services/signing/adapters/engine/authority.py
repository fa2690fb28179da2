"""The platform's certification authority at daily work: one-event certificates, seals, revocation lists.

Decides which stored part is used for what. Leaves the contents of certificates to `certificates`, the keeping of keys
to `keys`, and founding and renewal to `platform_folder`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from services.common.kit.errors import Kind
from services.signing.adapters.engine.certificates import Signer, event_certificate, evidence_certificate, name_of
from services.signing.adapters.engine.cms import Credential
from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.keys import FileKeyStore, KeyStore
from services.signing.adapters.engine.platform_folder import INTERMEDIATE, ROOT, TSA, Layout
from services.signing.adapters.engine.revocation import Revocation, revocation_list

LIST_LIFE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RevocationLists:
    """The lists that stand behind every certificate of the platform, as DER."""

    root: bytes
    intermediate: bytes
    next_update: datetime


class Authority:
    """The loaded platform: its certificates parsed, its keys through a store, for a process's whole life."""

    def __init__(self, folder: Path, passphrase: str | None = None, keys: KeyStore | None = None) -> None:
        """Load from `folder`. Raises EngineError `signing.pki_missing` if no platform was founded there."""
        self._layout = Layout(folder)
        self._keys: KeyStore = keys or FileKeyStore(self._layout.keys, passphrase)
        self.root, self.intermediate, self.tsa = (
            self._layout.read_certificate(self._layout.certificate(name)) for name in (ROOT, INTERMEDIATE, TSA)
        )
        self._issuer = self._layout.issuer(INTERMEDIATE, self._keys)
        self.intermediate_der = self.intermediate.public_bytes(Encoding.DER)
        self.root_der = self.root.public_bytes(Encoding.DER)
        self.tsa_credential = self._stored(TSA, self.tsa)
        self._seals: dict[str, Credential] = {}

    def issue(self, signer: Signer, now: datetime) -> Credential:
        """Return a fresh key with a one-event certificate; the key lives in memory until it has signed."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = event_certificate(self._issuer, signer, key.public_key(), now)

        def sign_digest(digest: bytes) -> bytes:
            return key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))

        return Credential.of(certificate, sign_digest)

    @property
    def reporter(self) -> str:
        """In whose name evidence reports are signed."""
        return f"{self._layout.organisation} 证据报告"

    def issue_for_evidence(self, now: datetime) -> Credential:
        """Return a fresh key by which the platform signs one evidence report."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = evidence_certificate(self._issuer, name_of(self.reporter), key.public_key(), now)

        def sign_digest(digest: bytes) -> bytes:
            return key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))

        return Credential.of(certificate, sign_digest)

    def seal(self, office_name: str, now: datetime) -> Credential:
        """Return the office's seal that is valid now (the newest). Raises EngineError `signing.seal_unknown`."""
        held = self._seals.get(office_name)
        if held is None or not _valid(held.certificate, now):
            held = self._seals[office_name] = self._find_seal(office_name, now)
        return held

    def lists(self, now: datetime, revoked: Iterable[Revocation] = ()) -> RevocationLists:
        """Return the root's stored list and a fresh one of the intermediate.

        Raises EngineError `signing.root_list_expired` when the root's list has to be renewed by its keeper first.
        """
        path = self._layout.revocation_list(ROOT)
        try:
            stored = path.read_bytes()
            root_until = x509.load_der_x509_crl(stored).next_update_utc
        except FileNotFoundError as absent:
            raise EngineError("signing.pki_missing", Kind.UNAVAILABLE, part="root_list") from absent
        except ValueError as wrong:
            raise EngineError("signing.pki_damaged", Kind.INTERNAL, part="root_list") from wrong
        if root_until is None or root_until <= now:
            raise EngineError("signing.root_list_expired", Kind.UNAVAILABLE)
        fresh = revocation_list(self._issuer, now, LIST_LIFE, revoked)
        return RevocationLists(stored, fresh, min(root_until, now + LIST_LIFE))

    def _find_seal(self, office_name: str, now: datetime) -> Credential:
        found = [
            (certificate.not_valid_before_utc, path.stem, certificate)
            for path in self._layout.seals.glob("*.pem")
            if _common_name(certificate := self._layout.read_certificate(path)) == office_name
            and _valid(certificate, now)
        ]
        if not found:
            raise EngineError("signing.seal_unknown", Kind.NOT_FOUND)
        _, key_id, certificate = max(found, key=lambda seal: seal[:2])
        return self._stored(key_id, certificate)

    def _stored(self, key_id: str, certificate: x509.Certificate) -> Credential:
        def sign_digest(digest: bytes) -> bytes:
            return self._keys.sign_digest(key_id, digest)

        return Credential.of(certificate, sign_digest)


def _common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _valid(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc
