"""Certificate revocation lists of the platform (RFC 5280, 5).

Decides how a list is built. Which certificates are revoked is the caller's knowledge: the engine keeps no state, so
every list it makes says exactly what it was told, and the caller has to tell all of them for ever (also the expired).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from services.signing.adapters.engine.certificates import CLOCK_SKEW, Issuer
from services.signing.adapters.engine.der import generalized_time
from services.signing.adapters.engine.errors import EngineError

_EXPIRED_ON_LIST = x509.ObjectIdentifier("2.5.29.60")
_REASONS = {flag.value: flag for flag in x509.ReasonFlags}
_P384_BITS = 384


@dataclass(frozen=True, slots=True)
class Revocation:
    """One revoked certificate."""

    serial: int
    revoked_at: datetime
    reason: str = "unspecified"
    """A reason of RFC 5280 5.3.1 in its own spelling, such as `keyCompromise` or `cessationOfOperation`."""

    @classmethod
    def parse(cls, raw: Mapping[str, object]) -> Revocation:
        """Read `serial` (hex), `revoked_at` (ISO), `reason`?. Raises EngineError `signing.revocation_invalid`."""
        try:
            moment = datetime.fromisoformat(str(raw["revoked_at"]))
            read = cls(int(str(raw["serial"]), 16), moment, str(raw.get("reason", "unspecified")))
        except (KeyError, ValueError) as wrong:
            raise EngineError("signing.revocation_invalid") from wrong
        if moment.tzinfo is None or read.serial <= 0 or read.reason not in _REASONS:
            raise EngineError("signing.revocation_invalid")
        return read


def revocation_list(issuer: Issuer, now: datetime, life: timedelta, revoked: Iterable[Revocation]) -> bytes:
    """Return the issuer's list as DER, valid from a moment ago for `life`; its number grows with the clock."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.name)
        .last_update(now - CLOCK_SKEW)
        .next_update(now + life)
        .add_extension(x509.CRLNumber(int(now.timestamp() * 1000)), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
    )
    if issuer.certificate is not None:
        # ITU-T X.509 9.5.2.8: revoked certificates stay on the list after they expire, all of them from the issuer's
        # first day.
        kept = generalized_time(issuer.certificate.not_valid_before_utc)
        builder = builder.add_extension(x509.UnrecognizedExtension(_EXPIRED_ON_LIST, kept), critical=False)
    for one in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(one.serial).revocation_date(one.revoked_at)
        if one.reason != "unspecified":  # RFC 5280 5.3.1: leave it out rather than say so
            entry = entry.add_extension(x509.CRLReason(_REASONS[one.reason]), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    digest = hashes.SHA384() if issuer.key.key_size >= _P384_BITS else hashes.SHA256()
    return builder.sign(issuer.key, digest).public_bytes(Encoding.DER)
