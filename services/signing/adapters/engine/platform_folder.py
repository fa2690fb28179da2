"""The folder in which the platform's public key infrastructure lives, and the acts of its keeper.

Decides the layout, and how a platform is founded, a seal added and the root's revocation list renewed. These are acts
of an operator; `authority` only reads the result. The root's key stands in a folder of its own (`root/`) that can be
taken off the machine once the platform is founded: daily work never opens it.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from services.common.kit.errors import Kind
from services.signing.adapters.engine import certificates
from services.signing.adapters.engine.certificates import Issuer
from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.keys import FileKeyStore, KeyStore, StoredKey
from services.signing.adapters.engine.revocation import Revocation, revocation_list

ROOT, INTERMEDIATE, TSA = "root", "intermediate", "tsa"
ROOT_LIST_LIFE = timedelta(days=400)
"""A root's list is made by hand, once a year; the rest is room for being late."""


@dataclass(frozen=True, slots=True)
class Passphrases:
    """What protects the key files; None leaves them plain (development only)."""

    platform: str | None = None
    root: str | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand below the folder."""

    folder: Path

    def certificate(self, name: str) -> Path:
        """Return the place of an authority's or the time stamper's certificate."""
        return self.folder / "certificates" / f"{name}.pem"

    def generations(self, kind: str) -> list[str]:
        """Return the key ids of the issuing authorities, or of the time stampers, that followed one another; the first one first."""
        found = (path.stem for path in (self.folder / "certificates").glob(f"{kind}*.pem"))
        return sorted(name for name in found if name == kind or re.fullmatch(rf"{kind}-\d{{14}}", name))

    def serials_on_root_list(self) -> frozenset[int]:
        """Return what the root has revoked. Raises EngineError `signing.pki_missing`, `.pki_damaged`."""
        listed = x509.load_der_x509_crl(self.read_list(ROOT))
        return frozenset(one.serial_number for one in listed)

    def changed(self, name: str) -> int:
        """Return when a stored list was last written; 0 for none."""
        try:
            return self.revocation_list(name).stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def read_list(self, name: str) -> bytes:
        """Return a stored list. Raises EngineError `signing.pki_missing`, `.pki_damaged`."""
        try:
            stored = self.revocation_list(name).read_bytes()
            x509.load_der_x509_crl(stored)
        except FileNotFoundError as absent:
            raise EngineError("signing.pki_missing", Kind.UNAVAILABLE, part=f"{name}_list") from absent
        except ValueError as wrong:
            raise EngineError("signing.pki_damaged", Kind.INTERNAL, part=f"{name}_list") from wrong
        return stored

    @property
    def seals(self) -> Path:
        """Return the folder of the seals' certificates, each named by its key id."""
        return self.folder / "seals"

    @property
    def keys(self) -> Path:
        """Return the folder of the keys in daily use."""
        return self.folder / "keys"

    @property
    def root_key(self) -> Path:
        """Return the folder of the root's key, which may be elsewhere."""
        return self.folder / ROOT

    def revocation_list(self, name: str) -> Path:
        """Return the place of a published list (DER)."""
        return self.folder / "crl" / f"{name}.crl"

    @property
    def settings(self) -> Path:
        """Return the place of the platform's public settings."""
        return self.folder / "platform.json"

    @property
    def organisation(self) -> str:
        """Return who runs the platform."""
        return str(read_json(self.settings).get("organisation") or "")

    def crl_url(self, name: str) -> str | None:
        """Return the address certificates name for the list of `name`, if lists are published."""
        base = read_json(self.settings).get("publication_url")
        return f"{base.rstrip('/')}/{name}.crl" if base else None

    @property
    def revocations(self) -> Path:
        """Return the place where the keeper notes what the issuing authority has revoked."""
        return self.folder / "revoked.json"

    def revoked(self) -> list[Revocation]:
        """Return all of it, for ever also what has expired. Raises EngineError `signing.pki_damaged`."""
        try:
            return [Revocation.parse(one) for one in json.loads(self.revocations.read_text("utf-8"))]
        except FileNotFoundError:
            return []
        except (ValueError, TypeError, EngineError) as wrong:
            raise EngineError("signing.pki_damaged", Kind.INTERNAL, part="revoked") from wrong

    def read_certificate(self, path: Path) -> x509.Certificate:
        """Return a stored certificate. Raises EngineError `signing.pki_missing` or `signing.pki_damaged`."""
        try:
            return x509.load_pem_x509_certificate(path.read_bytes())
        except FileNotFoundError as absent:
            raise EngineError("signing.pki_missing", Kind.UNAVAILABLE, part=path.stem) from absent
        except ValueError as wrong:
            raise EngineError("signing.pki_damaged", Kind.INTERNAL, part=path.stem) from wrong

    def issuer(self, name: str, keys: KeyStore) -> Issuer:
        """Return an authority of the platform as issuer."""
        certificate = self.read_certificate(self.certificate(name))
        return Issuer(certificate, StoredKey(keys, name), certificate.subject, self.crl_url(name))


def create_platform(
    folder: Path,
    organisation: str,
    now: datetime,
    *,
    publication_url: str | None = None,
    passphrases: Passphrases | None = None,
    keys: KeyStore | None = None,
) -> None:
    """Found the platform in `folder`: root (P-384), intermediate (P-256), time stamper, first revocation lists.

    `organisation` runs the platform; `publication_url` is where the lists will be served. `keys`: where the keys of
    daily use are made instead of in the folder; the root's is always a file, to be taken away. Appears whole or not at all.
    Raises EngineError `signing.pki_exists`.
    """
    if folder.exists() and any(folder.iterdir()):
        raise EngineError("signing.pki_exists", Kind.CONFLICT)
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f"{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)  # what a founding that was killed left behind
    draft.mkdir(mode=0o700)
    layout = Layout(draft)
    layout.settings.write_text(json.dumps({"organisation": organisation, "publication_url": publication_url}), "utf-8")
    phrases = passphrases or Passphrases()
    root = _found_root(layout, organisation, FileKeyStore(layout.root_key, phrases.root), now)
    _found_daily(layout, organisation, root, keys or FileKeyStore(layout.keys, phrases.platform), now)
    if folder.exists():
        folder.rmdir()
    draft.rename(folder)


def add_seal(
    folder: Path,
    office_name: str,
    now: datetime,
    passphrases: Passphrases | None = None,
    keys: KeyStore | None = None,
) -> str:
    """Make key and certificate of an authority's seal (公章) and return the key id; a second call renews it.

    Raises EngineError `signing.pki_missing`.
    """
    layout = Layout(folder)
    store = keys or FileKeyStore(layout.keys, (passphrases or Passphrases()).platform)
    every = [(name, layout.read_certificate(layout.certificate(name))) for name in layout.generations(INTERMEDIATE)]
    issuer = layout.issuer(newest(every, layout.serials_on_root_list(), now)[0], store)
    key_id = f"seal-{sha256(office_name.encode()).hexdigest()[:12]}-{now:%Y%m%d%H%M%S}"
    store.create(key_id, "p256")
    certificate = certificates.seal_certificate(issuer, office_name, store.public_key(key_id), now)
    write(layout.seals / f"{key_id}.pem", certificate.public_bytes(Encoding.PEM))
    return key_id


Generation: TypeAlias = tuple[str, x509.Certificate]
"""Key id and certificate of an issuing authority or a time stamper."""


def newest(generations: Sequence[Generation], gone: Collection[int], now: datetime) -> Generation:
    """Return the one at work now: the newest that is valid and not revoked by the root. Raises EngineError `signing.pki_missing`."""
    for key_id, certificate in reversed(generations):
        if certificate.serial_number not in gone and is_valid(certificate, now):
            return key_id, certificate
    raise EngineError("signing.pki_missing", Kind.UNAVAILABLE, part="generation")


def is_valid(certificate: x509.Certificate, now: datetime) -> bool:
    """Whether it is neither of the future nor run out."""
    return certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc


def revoke(folder: Path, serial: int, now: datetime, reason: str) -> None:
    """Revoke a certificate of the issuing authority (a seal's whose key was lost, a person's issued wrongly); once is enough.

    It stands on every list made from now on, without a restart. Raises EngineError `signing.revocation_invalid`.
    """
    layout = Layout(folder)
    every = layout.revoked()
    fresh = Revocation.parse({"serial": f"{serial:x}", "revoked_at": now.isoformat(), "reason": reason})
    if all(one.serial != serial for one in every):
        every.append(fresh)
    kept = [
        {"serial": f"{one.serial:x}", "revoked_at": one.revoked_at.isoformat(), "reason": one.reason} for one in every
    ]
    write(layout.revocations, json.dumps(kept, indent=1).encode())


def renew_root_list(
    folder: Path, now: datetime, revoked: Iterable[Revocation] = (), passphrases: Passphrases | None = None
) -> None:
    """Write the root's revocation list anew; needs the root's key folder in its place.

    Raises EngineError `signing.key_missing`.
    """
    layout = Layout(folder)
    issuer = layout.issuer(ROOT, FileKeyStore(layout.root_key, (passphrases or Passphrases()).root))
    write(layout.revocation_list(ROOT), revocation_list(issuer, now, ROOT_LIST_LIFE, revoked))


def read_json(path: Path) -> dict[str, str | None]:
    """Return the platform's settings. Raises EngineError `signing.pki_missing` or `signing.pki_damaged`."""
    try:
        read = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as absent:
        raise EngineError("signing.pki_missing", Kind.UNAVAILABLE, part="settings") from absent
    except ValueError as wrong:
        raise EngineError("signing.pki_damaged", Kind.INTERNAL, part="settings") from wrong
    if not isinstance(read, dict):
        raise EngineError("signing.pki_damaged", Kind.INTERNAL, part="settings")
    return read


def _found_root(layout: Layout, organisation: str, store: FileKeyStore, now: datetime) -> Issuer:
    store.create(ROOT, "p384")
    key = StoredKey(store, ROOT)
    name = certificates.name_of(f"{organisation} 电子签名根证书", organisation=organisation)
    certificate = certificates.root_certificate(Issuer(None, key, name), now)
    write(layout.certificate(ROOT), certificate.public_bytes(Encoding.PEM))
    issuer = Issuer(certificate, key, name, layout.crl_url(ROOT))
    write(layout.revocation_list(ROOT), revocation_list(issuer, now, ROOT_LIST_LIFE, ()))
    return issuer


def _found_daily(layout: Layout, organisation: str, root: Issuer, store: KeyStore, now: datetime) -> None:
    for key_id in (INTERMEDIATE, TSA):
        store.create(key_id, "p256")
    name = certificates.name_of(f"{organisation} 电子签名签发证书", organisation=organisation)
    issued = certificates.intermediate_certificate(root, name, store.public_key(INTERMEDIATE), now)
    write(layout.certificate(INTERMEDIATE), issued.public_bytes(Encoding.PEM))
    stamp = certificates.name_of(f"{organisation} 时间戳", organisation=organisation)
    certificate = certificates.tsa_certificate(root, stamp, store.public_key(TSA), now)
    write(layout.certificate(TSA), certificate.public_bytes(Encoding.PEM))


def write(path: Path, content: bytes) -> None:
    """Put a file there whole or not at all."""
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.replace(path)
