"""The keeper's acts years later: the next issuing authority, the next time stamper. Those before stay where they are.

Decides how a generation is named and that it stands beside the former, whose signatures stay good and whose list is still made.
Needs the root's key in its place, as `renew_root_list` does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from services.common.kit.errors import Kind
from services.signing.adapters.engine import certificates
from services.signing.adapters.engine.certificates import Issuer
from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.keys import FileKeyStore, KeyStore
from services.signing.adapters.engine.platform_folder import INTERMEDIATE, ROOT, TSA, Layout, Passphrases, write

Make = Callable[[Issuer, x509.Name, ec.EllipticCurvePublicKey, datetime], x509.Certificate]


def renew_intermediate(
    folder: Path, now: datetime, passphrases: Passphrases | None = None, keys: KeyStore | None = None
) -> str:
    """Make the next issuing authority (签发证书) and return its key id: what is issued from now on comes from it.

    Raises EngineError `signing.pki_missing`, `.key_missing` (of the root), `.key_exists`.
    """
    return _renewed(
        Layout(folder), INTERMEDIATE, "电子签名签发证书", certificates.intermediate_certificate, now, passphrases, keys
    )


def renew_tsa(folder: Path, now: datetime, passphrases: Passphrases | None = None, keys: KeyStore | None = None) -> str:
    """Make the next time stamper (时间戳) and return its key id. Raises as `renew_intermediate`."""
    return _renewed(Layout(folder), TSA, "时间戳", certificates.tsa_certificate, now, passphrases, keys)


def _renewed(
    layout: Layout,
    kind: str,
    title: str,
    make: Make,
    now: datetime,
    passphrases: Passphrases | None,
    keys: KeyStore | None,
) -> str:
    phrases = passphrases or Passphrases()
    root = layout.issuer(ROOT, FileKeyStore(layout.root_key, phrases.root))
    _require_own(root)
    key_id = f"{kind}-{now:%Y%m%d%H%M%S}"
    store = keys or FileKeyStore(layout.keys, phrases.platform)
    store.create(key_id, "p256")
    # a name of its own: readers match lists with authorities by name
    name = certificates.name_of(f"{layout.organisation} {title} {now:%Y%m%d%H%M%S}", organisation=layout.organisation)
    certificate = make(root, name, store.public_key(key_id), now)
    write(layout.certificate(key_id), certificate.public_bytes(Encoding.PEM))
    return key_id


def _require_own(root: Issuer) -> None:
    """Look at the root's key before anything is made: it may be away, or another platform's."""
    if root.certificate is None or root.certificate.public_key() != root.key.public_key():
        raise EngineError("signing.pki_damaged", Kind.CONFLICT, part="root_key")
