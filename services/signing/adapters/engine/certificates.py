"""The certificate profiles of the platform: what stands in each kind of certificate and how long it holds.

Decides names, extensions and lifetimes (RFC 5280, RFC 3161 2.3, 电子签名法 art. 21). Leaves to `authority` where
certificates are kept and to `keys` how they are signed. No identity number and no mobile number ever enters a
certificate: it is public.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from services.signing.adapters.engine.errors import EngineError

# Object identifiers under 2.25 are UUIDs (ITU-T X.667): nobody has to assign them.
EVENT_POLICY = "2.25.85495873683829423971309729791062593799"
SEAL_POLICY = "2.25.215655012977921530300331152879869612622"
EVIDENCE_POLICY = "2.25.119585462518352924233012382791992047977"
TIMESTAMP_POLICY = "2.25.320592912218569408064724295031892422283"
_DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
_ADOBE_DOCUMENTS = x509.ObjectIdentifier("1.2.840.113583.1.1.5")  # readers that predate RFC 9336 look for this one

ROOT_LIFE = timedelta(days=30 * 365)
INTERMEDIATE_LIFE = timedelta(days=15 * 365)
TSA_LIFE = timedelta(days=10 * 365)
SEAL_LIFE = timedelta(days=5 * 365)
EVENT_LIFE = timedelta(days=180)
"""Long enough that the seal and its revocation lists, which come weeks later, are made while the certificate still
holds: the past validation of ETSI EN 319 102-1 (5.6.2) asks for that. The key is gone as soon as it has signed."""
CLOCK_SKEW = timedelta(minutes=5)
TRADE_REGISTER = "NTRCN-"
LONGEST_NAME = 64  # ub-common-name of RFC 5280
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_IDENTITY_NUMBER = re.compile(r"\d{17}[\dXx]|(?<!\d)\d{15}(?!\d)")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: everything about a person that a certificate may say."""

    person_id: str
    """Pseudonym (serialNumber attribute); unique per person, meaningless outside."""
    name: str
    case_no: str
    """The case the one-event certificate was made for (OU attribute)."""
    company: str = ""
    """The enterprise the person signs for (O attribute), empty where there is none."""
    uscc: str = ""
    """Its 统一社会信用代码 (organizationIdentifier, ETSI EN 319 412-1 5.1.4: `NTRCN-` and the code)."""

    def __post_init__(self) -> None:
        """Refuse what does not fit in a certificate or must not. Raises EngineError `signing.signer_invalid`."""
        for field, value in (("person_id", self.person_id), ("name", self.name), ("case_no", self.case_no)):
            if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_NAME or not value.isprintable():
                raise EngineError("signing.signer_invalid", field=field)
            if _IDENTITY_NUMBER.search(value) or _MOBILE.search(value):
                raise EngineError("signing.signer_invalid", field=field, reason="personal_number")
        stated = bool(self.company.strip()) and self.company.isprintable() and bool(_USCC.fullmatch(self.uscc))
        if (self.company or self.uscc) and not stated:
            raise EngineError("signing.signer_invalid", field="company")

    def subject(self) -> x509.Name:
        """Return the certificate's subject."""
        organisation = self.company[:LONGEST_NAME] or None  # ub-organization-name; the code tells which is meant
        identifier = f"{TRADE_REGISTER}{self.uscc}" if self.uscc else None
        return name_of(
            self.name, organisation=organisation, identifier=identifier, unit=self.case_no, serial=self.person_id
        )


@dataclass(frozen=True, slots=True)
class Issuer:
    """The certificate and key that sign another certificate, and where its revocation list is published."""

    certificate: x509.Certificate | None
    key: ec.EllipticCurvePrivateKey
    name: x509.Name
    crl_url: str | None = None


def name_of(
    common: str,
    *,
    organisation: str | None = None,
    identifier: str | None = None,
    unit: str | None = None,
    serial: str | None = None,
) -> x509.Name:
    """Return a distinguished name in China with the parts given."""
    parts = [
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.ORGANIZATION_IDENTIFIER, identifier),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
        (NameOID.COMMON_NAME, common),
        (NameOID.SERIAL_NUMBER, serial),
    ]
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts if value])


def root_certificate(issuer: Issuer, now: datetime) -> x509.Certificate:
    """Return the self-signed root."""
    builder = _base(issuer, issuer.name, issuer.key.public_key(), now, ROOT_LIFE)
    return _authority(builder, path_length=1).sign(issuer.key, hashes.SHA384())


def intermediate_certificate(
    issuer: Issuer, subject: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.Certificate:
    """Return the certificate of the authority that issues all the others."""
    builder = _base(issuer, subject, key, now, INTERMEDIATE_LIFE)
    builder = _with_policies(_authority(builder, path_length=0), "2.5.29.32.0")
    return builder.sign(issuer.key, hashes.SHA384())


def tsa_certificate(
    issuer: Issuer, subject: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.Certificate:
    """Return a time-stamping certificate; its extended key usage is critical and single, as RFC 3161 asks.

    The root issues it: time stamps protect signatures also against a fault of the authority that issued their
    certificates.
    """
    builder = _base(issuer, subject, key, now, TSA_LIFE).add_extension(_usage(content_commitment=True), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return _with_policies(_end_entity(builder), TIMESTAMP_POLICY).sign(issuer.key, hashes.SHA384())


def seal_certificate(issuer: Issuer, office: str, key: ec.EllipticCurvePublicKey, now: datetime) -> x509.Certificate:
    """Return the certificate of an authority's electronic seal; `office` is its full official name."""
    builder = _base(issuer, name_of(office, organisation=office), key, now, SEAL_LIFE)
    return _with_policies(_signing(builder), SEAL_POLICY).sign(issuer.key, hashes.SHA256())


def event_certificate(
    issuer: Issuer, signer: Signer, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.Certificate:
    """Return a one-event certificate: for one signer and one signature in one case."""
    builder = _base(issuer, signer.subject(), key, now, EVENT_LIFE)
    return _with_policies(_signing(builder), EVENT_POLICY).sign(issuer.key, hashes.SHA256())


def evidence_certificate(
    issuer: Issuer, subject: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.Certificate:
    """Return the certificate by which the platform signs one evidence report; its policy keeps it apart from people's."""
    builder = _base(issuer, subject, key, now, EVENT_LIFE)
    return _with_policies(_signing(builder), EVIDENCE_POLICY).sign(issuer.key, hashes.SHA256())


def _base(
    issuer: Issuer, subject: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    signing_key = issuer.key.public_key() if issuer.certificate is None else issuer.certificate.public_key()
    if not isinstance(signing_key, ec.EllipticCurvePublicKey):
        raise EngineError("signing.pki_damaged", part="issuer")
    until = now + life
    if issuer.certificate is not None:  # nothing outlives what vouches for it
        until = min(until, issuer.certificate.not_valid_after_utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.name)
        .serial_number(x509.random_serial_number())
        .public_key(key)
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key), critical=False)
    )
    if issuer.crl_url:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(issuer.crl_url)], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    return builder


def _authority(builder: x509.CertificateBuilder, path_length: int) -> x509.CertificateBuilder:
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
    return builder.add_extension(_usage(key_cert_sign=True, crl_sign=True, digital_signature=False), critical=True)


def _end_entity(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    return builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)


def _signing(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    builder = _end_entity(builder).add_extension(_usage(content_commitment=True), critical=True)
    return builder.add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING, _ADOBE_DOCUMENTS]), critical=False)


def _with_policies(builder: x509.CertificateBuilder, *policies: str) -> x509.CertificateBuilder:
    stated = [x509.PolicyInformation(x509.ObjectIdentifier(policy), None) for policy in policies]
    return builder.add_extension(x509.CertificatePolicies(stated), critical=False)


def _usage(
    *,
    digital_signature: bool = True,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
