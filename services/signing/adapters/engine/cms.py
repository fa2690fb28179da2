"""Writes the two CMS messages of the platform (RFC 5652): a PAdES signature and a time-stamp token, as DER.

Decides which attributes are signed (ETSI EN 319 122-1 and 319 142-1: content type, message digest, signing certificate
v2, and the algorithms, RFC 6211; no signing time, which PAdES forbids). Leaves the digest to sign and the keys to
others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from services.signing.adapters.engine.der import explicit, implicit, integer, octets, oid, sequence, set_of

SIGNED_DATA = oid("1.2.840.113549.1.7.2")
DATA = oid("1.2.840.113549.1.7.1")
TST_INFO = oid("1.2.840.113549.1.9.16.1.4")
SHA256 = sequence(oid("2.16.840.1.101.3.4.2.1"))
_ECDSA_WITH_SHA256 = sequence(oid("1.2.840.10045.4.3.2"))
_CONTENT_TYPE = oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE_V2 = oid("1.2.840.113549.1.9.16.2.47")
_ALGORITHM_PROTECTION = oid("1.2.840.113549.1.9.52")
_TIMESTAMP_TOKEN = oid("1.2.840.113549.1.9.16.2.14")
_PROTECTED = sequence(_ALGORITHM_PROTECTION, set_of(sequence(SHA256, implicit(1, _ECDSA_WITH_SHA256))))

Stamp = Callable[[bytes], bytes]
"""Returns a time-stamp token (DER) over a SHA-256 digest."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A certificate with the means to sign by it: ECDSA over SHA-256, the key stays where it is."""

    certificate: x509.Certificate
    der: bytes
    sign_digest: Callable[[bytes], bytes]
    sid: bytes
    """IssuerAndSerialNumber, encoded."""
    certificate_attribute: bytes
    """The signed attribute that binds a signature to this very certificate (ESSCertIDv2, RFC 5035)."""

    @classmethod
    def of(cls, certificate: x509.Certificate, sign_digest: Callable[[bytes], bytes]) -> Self:
        """Prepare everything that does not change from one signature to the next."""
        der = certificate.public_bytes(Encoding.DER)
        issuer = certificate.issuer.public_bytes()
        serial = integer(certificate.serial_number)
        issuer_serial = sequence(sequence(explicit(4, issuer)), serial)
        identified = sequence(octets(sha256(der).digest()), issuer_serial)  # the hash defaults to SHA-256
        attribute = sequence(_SIGNING_CERTIFICATE_V2, set_of(sequence(sequence(identified))))
        return cls(certificate, der, sign_digest, sequence(issuer, serial), attribute)

    @property
    def serial(self) -> str:
        """Return the serial number in hexadecimal."""
        return f"{self.certificate.serial_number:x}"


def signature(digest: bytes, credential: Credential, issuer: bytes, stamp: Stamp | None) -> bytes:
    """Return a detached signature over the document's SHA-256 `digest`.

    `issuer` is the certificate (DER) above the signer's; with `stamp` the message carries a signature time stamp (B-T).
    """
    signed, value = _sign(DATA, digest, credential)
    unsigned = b""
    if stamp is not None:
        token = stamp(sha256(value).digest())
        unsigned = implicit(1, set_of(sequence(_TIMESTAMP_TOKEN, set_of(token))))
    signer = _signer_info(credential, signed, value, unsigned)
    return _signed_data(1, sequence(DATA), (credential.der, issuer), signer)


def timestamp_token(tst_info: bytes, credential: Credential) -> bytes:
    """Return a time-stamp token around an encoded TSTInfo (RFC 3161, 2.4.2)."""
    signed, value = _sign(TST_INFO, sha256(tst_info).digest(), credential)
    signer = _signer_info(credential, signed, value, b"")
    return _signed_data(3, sequence(TST_INFO, explicit(0, octets(tst_info))), (credential.der,), signer)


def _sign(content_type: bytes, digest: bytes, credential: Credential) -> tuple[bytes, bytes]:
    attributes = set_of(
        sequence(_CONTENT_TYPE, set_of(content_type)),
        sequence(_MESSAGE_DIGEST, set_of(octets(digest))),
        _PROTECTED,
        credential.certificate_attribute,
    )
    # Signed as a SET OF, carried under the tag [0] (RFC 5652, 5.4).
    return implicit(0, attributes), credential.sign_digest(sha256(attributes).digest())


def _signer_info(credential: Credential, signed: bytes, value: bytes, unsigned: bytes) -> bytes:
    return sequence(integer(1), credential.sid, SHA256, signed, _ECDSA_WITH_SHA256, octets(value), unsigned)


def _signed_data(version: int, content: bytes, certificates: tuple[bytes, ...], signer: bytes) -> bytes:
    held = implicit(0, set_of(*certificates))
    body = sequence(integer(version), set_of(SHA256), content, held, set_of(signer))
    return sequence(SIGNED_DATA, explicit(0, body))
