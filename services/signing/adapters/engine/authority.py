"""The platform's certification authority at daily work: one-event certificates, seals, revocation lists.

Decides which stored part is used for what. Leaves the contents of certificates to `certificates`, the keeping of keys
to `keys`, and founding and renewal to `platform_folder`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from services.common.kit.errors import Kind
from services.signing.adapters.engine.certificates import (
    Issuer,
    Signer,
    event_certificate,
    evidence_certificate,
    name_of,
)
from services.signing.adapters.engine.cms import Credential
from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.expiries import Expiry, expiries
from services.signing.adapters.engine.keys import FileKeyStore, KeyStore
from services.signing.adapters.engine.platform_folder import (
    INTERMEDIATE,
    ROOT,
    TSA,
    Generation,
    Layout,
    is_valid,
    newest,
)
from services.signing.adapters.engine.revocation import Revocation, revocation_list

LIST_LIFE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RevocationLists:
    """The lists that stand behind every certificate of the platform, as DER."""

    root: bytes
    issuing: Mapping[str, bytes]
    """Of each issuing authority whose key is at hand, by its key id."""
    next_update: datetime

    @property
    def every(self) -> tuple[bytes, ...]:
        """Return all of them."""
        return (self.root, *self.issuing.values())


class Authority:
    """The loaded platform: its certificates parsed once, its keys through a store, for a process's whole life.

    Issuing authorities, time stampers and seals follow one another in the folder without a restart.
    """

    def __init__(self, folder: Path, passphrase: str | None = None, keys: KeyStore | None = None) -> None:
        """Load from `folder`. Raises EngineError `signing.pki_missing` if no platform was founded there."""
        self._layout = Layout(folder)
        self._keys: KeyStore = keys or FileKeyStore(self._layout.keys, passphrase)
        self.root = self._layout.read_certificate(self._layout.certificate(ROOT))
        self.root_der = self.root.public_bytes(Encoding.DER)
        self._read: dict[str, x509.Certificate] = {}
        self._issuers: dict[str, Issuer] = {}
        self._stampers: dict[str, Credential] = {}
        self._listed: tuple[int, frozenset[int]] | None = None
        self._seals: dict[str, Credential] = {}
        for kind in (INTERMEDIATE, TSA):
            if not self._generations(kind):
                raise EngineError("signing.pki_missing", Kind.UNAVAILABLE, part=kind)

    def issue(self, signer: Signer, now: datetime) -> Credential:
        """Return a fresh key with a one-event certificate; the key lives in memory until it has signed."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = event_certificate(self._issuer(now), signer, key.public_key(), now)
        return Credential.of(certificate, _held(key))

    def expiries(self, now: datetime) -> list[Expiry]:
        """Return when certificates and the root's list run out, as they are in the folder now."""
        return expiries(self._layout, now)

    @property
    def reporter(self) -> str:
        """In whose name evidence reports are signed."""
        return f"{self._layout.organisation} 证据报告"

    def issue_for_evidence(self, now: datetime) -> Credential:
        """Return a fresh key by which the platform signs one evidence report."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = evidence_certificate(self._issuer(now), name_of(self.reporter), key.public_key(), now)
        return Credential.of(certificate, _held(key))

    def tsa_credential(self, now: datetime) -> Credential:
        """Return the newest time stamper that is valid and not revoked. Raises EngineError `signing.pki_missing`."""
        key_id, certificate = newest(self._generations(TSA), self._gone(), now)
        if key_id not in self._stampers:
            self._stampers[key_id] = self._stored(key_id, certificate)
        return self._stampers[key_id]

    def seal(self, office_name: str, now: datetime) -> Credential:
        """Return the office's seal that is valid now and not revoked (the newest). Raises EngineError `signing.seal_unknown`."""
        held = self._seals.get(office_name)
        if held is None or not self._may_seal(held.certificate, now):
            held = self._seals[office_name] = self._find_seal(office_name, now)
        return held

    @property
    def issuing_ders(self) -> tuple[bytes, ...]:
        """Return the certificates of all issuing authorities, the first one first."""
        return tuple(one.public_bytes(Encoding.DER) for _, one in self._generations(INTERMEDIATE))

    def issuer_der(self, certificate: x509.Certificate) -> bytes:
        """Return the issuing authority's certificate behind one of ours. Raises EngineError `signing.pki_damaged`."""
        return self._issuer_of(certificate).public_bytes(Encoding.DER)

    def lists(self, now: datetime, revoked: Iterable[Revocation] = ()) -> RevocationLists:
        """Return the root's stored list and a fresh one of every issuing authority whose key is at hand.

        Raises EngineError `signing.root_list_expired` when the root's list has to be renewed by its keeper first.
        """
        stored = self._layout.read_list(ROOT)
        root_until = x509.load_der_x509_crl(stored).next_update_utc
        if root_until is None or root_until <= now:
            raise EngineError("signing.root_list_expired", Kind.UNAVAILABLE)
        every = {one.serial: one for one in (*revoked, *self._layout.revoked())}
        issuing = {
            key_id: revocation_list(self._layout.issuer(key_id, self._keys), now, LIST_LIFE, every.values())
            for key_id, _ in self._generations(INTERMEDIATE)
            if self._has_key(key_id)
        }
        return RevocationLists(stored, issuing, min(root_until, now + LIST_LIFE))

    def behind(self, held: Iterable[bytes], lists: RevocationLists) -> tuple[list[bytes], list[bytes]]:
        """Return certificates and lists of the authorities behind certificates (DER): each that issued one, and the root."""
        issuers = {x509.load_der_x509_certificate(one).issuer for one in held}
        chosen = [(name, one) for name, one in self._generations(INTERMEDIATE) if one.subject in issuers]
        ders = [one.public_bytes(Encoding.DER) for _, one in chosen]
        return [*ders, self.root_der], [
            lists.root,
            *(lists.issuing[name] for name, _ in chosen if name in lists.issuing),
        ]

    def _issuer(self, now: datetime) -> Issuer:
        key_id, _ = newest(self._generations(INTERMEDIATE), self._gone(), now)
        if key_id not in self._issuers:
            self._issuers[key_id] = self._layout.issuer(key_id, self._keys)
        return self._issuers[key_id]

    def _gone(self) -> frozenset[int]:
        """Return what the root has revoked, read anew when its list is."""
        changed = self._layout.changed(ROOT)
        if self._listed is None or self._listed[0] != changed:
            self._listed = changed, self._layout.serials_on_root_list()
        return self._listed[1]

    def _generations(self, kind: str) -> list[Generation]:
        names = self._layout.generations(kind)
        for name in names:
            if name not in self._read:
                self._read[name] = self._layout.read_certificate(self._layout.certificate(name))
        return [(name, self._read[name]) for name in names]

    def _issuer_of(self, certificate: x509.Certificate) -> x509.Certificate:
        for _, one in self._generations(INTERMEDIATE):
            if one.subject == certificate.issuer:
                return one
        raise EngineError("signing.pki_damaged", Kind.INTERNAL, part=INTERMEDIATE)

    def _has_key(self, key_id: str) -> bool:
        try:
            self._keys.public_key(key_id)
        except EngineError as absent:
            if absent.code != "signing.key_missing":
                raise
            return False
        return True

    def _may_seal(self, certificate: x509.Certificate, now: datetime) -> bool:
        gone = {one.serial for one in self._layout.revoked()} | self._gone()
        behind = (certificate, self._issuer_of(certificate))
        return all(is_valid(one, now) and one.serial_number not in gone for one in behind)

    def _find_seal(self, office_name: str, now: datetime) -> Credential:
        found = [
            (certificate.not_valid_before_utc, path.stem, certificate)
            for path in self._layout.seals.glob("*.pem")
            if _common_name(certificate := self._layout.read_certificate(path)) == office_name
            and self._may_seal(certificate, now)
        ]
        if not found:
            raise EngineError("signing.seal_unknown", Kind.NOT_FOUND)
        _, key_id, certificate = max(found, key=lambda seal: seal[:2])
        return self._stored(key_id, certificate)

    def _stored(self, key_id: str, certificate: x509.Certificate) -> Credential:
        def sign_digest(digest: bytes) -> bytes:
            return self._keys.sign_digest(key_id, digest)

        return Credential.of(certificate, sign_digest)


def _held(key: ec.EllipticCurvePrivateKey) -> Callable[[bytes], bytes]:
    """Return what signs a digest with a key that lives as long as this."""

    def sign_digest(digest: bytes) -> bytes:
        return key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))

    return sign_digest


def _common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
