"""Verifies a signed document against what the platform recorded about it.

Decides what counts: every signature valid and trusted by the platform's root alone at the time its own time stamp
states, changes only by later signatures and proof, the recorded fields, signers and revisions and no others, the last
item covering the file. A check of hashes alone is no verification: other readers accept text that was added later. The
words are in `facts`, the comparison with the records in `records`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO

from asn1crypto import crl, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import ModificationInfo, PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from services.signing.adapters.engine import asn1_patch
from services.signing.adapters.engine.authority import Authority
from services.signing.adapters.engine.certificates import SEAL_POLICY
from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.facts import DocumentFacts, Expected, Reason, SignatureFacts, TimestampFacts
from services.signing.adapters.engine.records import compare
from services.signing.adapters.engine.revisions import LARGEST_DOCUMENT, revisions, signature_tokens
from services.signing.adapters.engine.revocation import Revocation
from services.signing.adapters.engine.timestamping import Clock, token_time

_ALLOWED = {
    ModificationLevel.NONE: "none",
    ModificationLevel.LTA_UPDATES: "lta_updates",
    ModificationLevel.FORM_FILLING: "form_filling",
}

asn1_patch.apply()


class Verifier:
    """Verifies documents with the platform's root as the only anchor. Never raises for what a document contains."""

    def __init__(self, authority: Authority, clock: Clock) -> None:
        """Take the anchor from `authority`; `clock` gives the time for what nothing later has stamped."""
        self._authority = authority
        self._root = x509.Certificate.load(authority.root_der)
        self._intermediate = x509.Certificate.load(authority.intermediate_der)
        self._clock = clock

    def verify(self, document: bytes, expected: Expected | None, revoked: Iterable[Revocation] = ()) -> DocumentFacts:
        """Return the facts about a document; with `expected` None (no record of it) it is never accepted."""
        facts = DocumentFacts(sha256(document).hexdigest())
        if len(document) > LARGEST_DOCUMENT:
            return replace(facts, reasons=(Reason.DOCUMENT_DAMAGED,))
        try:
            opened = _Opened.read(document)
        except Exception:  # noqa: BLE001 - as for signatures
            return replace(facts, reasons=(Reason.DOCUMENT_DAMAGED,))
        evidence, current = self._evidence(opened, list(revoked))
        signatures, stamps = asyncio.run(_evaluate(opened, evidence, self._clock()))
        found = revisions(document)
        facts = replace(
            facts,
            revision_hashes=tuple(one.sha256 for one in found),
            signatures=signatures,
            document_timestamps=stamps,
            reasons=() if current else (Reason.REVOCATION_UNKNOWN,),
        )
        return compare(facts, expected, ends_clean=bool(found) and found[-1].end == len(document))

    def _evidence(self, opened: _Opened, revoked: list[Revocation]) -> tuple[_Evidence, bool]:
        certificates = [self._intermediate, *opened.certificates]
        try:
            fresh = self._authority.lists(self._clock(), revoked)
        except EngineError:
            return _Evidence(self._root, certificates, opened.lists), False
        current = [crl.CertificateList.load(der) for der in (fresh.root, fresh.intermediate)]
        return _Evidence(self._root, certificates, [*opened.lists, *current]), True


@dataclass(frozen=True, slots=True)
class _Opened:
    """What a file carries: everything in it that has to be parsed before anything can be judged."""

    signatures: list[EmbeddedPdfSignature]
    stamps: list[EmbeddedPdfSignature]
    times: list[datetime]
    """What the document time stamps state, in their order."""
    certificates: list[x509.Certificate]
    lists: list[crl.CertificateList]

    @classmethod
    def read(cls, document: bytes) -> _Opened:
        """Parse a document; raises whatever a parser raises on hostile bytes."""
        reader = PdfFileReader(BytesIO(document))
        stamps = list(reader.embedded_timestamp_signatures)
        times = [token_time(stamp.signed_data) for stamp in stamps]
        signatures = list(reader.embedded_regular_signatures)
        if "/DSS" not in reader.root:  # not archived yet
            return cls(signatures, stamps, times, [], [])
        store = DocumentSecurityStore.read_dss(reader)
        lists = [crl.CertificateList.load(ref.get_object().data) for ref in store.crls]
        return cls(signatures, stamps, times, list(store.load_certs()), lists)


async def _evaluate(
    opened: _Opened, evidence: _Evidence, now: datetime
) -> tuple[tuple[SignatureFacts, ...], tuple[TimestampFacts, ...]]:
    # A document time stamp is judged at the time of the one that covers it; the last one now.
    covered_by = (*opened.times[1:], now)
    stamps = [
        await _timestamp(stamp, evidence.at(when)) for stamp, when in zip(opened.stamps, covered_by, strict=False)
    ]
    proof = next((facts.stamped_at for facts in stamps if Reason.TIMESTAMP_UNTRUSTED not in facts.reasons), None)
    signatures = [await _signature(one, evidence, proof=proof, now=now) for one in opened.signatures]
    return tuple(signatures), tuple(stamps)


@dataclass(frozen=True, slots=True)
class _Evidence:
    root: x509.Certificate
    certificates: list[x509.Certificate]
    lists: list[crl.CertificateList]

    def at(self, moment: datetime) -> ValidationContext:
        """Return the rules for judging certificates at a moment; lists made later speak about it too."""
        return ValidationContext(
            trust_roots=[self.root],
            other_certs=self.certificates,
            moment=moment,
            crls=self.lists,
            ocsps=[],
            revocation_mode="require",
            retroactive_revinfo=True,
        )


async def _signature(
    one: EmbeddedPdfSignature, evidence: _Evidence, proof: datetime | None, now: datetime
) -> SignatureFacts:
    field = str(one.field_name)
    try:
        tokens = signature_tokens(one.signed_data)
        stated = token_time(tokens[0]) if tokens else proof
        status = await async_validate_pdf_signature(one, evidence.at(stated or now), evidence.at(proof or now))
    except Exception:  # noqa: BLE001 - as for signatures
        return SignatureFacts(field, reasons=(Reason.UNREADABLE,))
    return _judged(field, one, status, stated)


def _judged(
    field: str, one: EmbeddedPdfSignature, status: PdfSignatureStatus, stated: datetime | None
) -> SignatureFacts:
    certificate = one.signer_cert
    subject = certificate.subject.native
    stamp = status.timestamp_validity
    stamp_trusted = bool(stamp and stamp.valid and stamp.trusted)
    return SignatureFacts(
        field=field,
        signer=_signer(certificate),
        common_name=str(subject.get("common_name", "")),
        certificate_serial=f"{certificate.serial_number:x}",
        certificate_sha256=certificate.sha256.hex(),
        signed_at=stated if stamp_trusted or stamp is None else None,
        intact=status.intact,
        valid=status.valid,
        trusted=status.trusted,
        timestamp_trusted=stamp_trusted,
        covers_whole_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        modifications=_modifications(status),
        reasons=tuple(_reasons(status, stated)),
    )


def _reasons(status: PdfSignatureStatus, stated: datetime | None) -> Iterable[Reason]:
    if not status.intact:
        yield Reason.DIGEST_MISMATCH
    elif not status.valid:
        yield Reason.SIGNATURE_INVALID
    if status.revoked:
        yield Reason.CERTIFICATE_REVOKED
    elif not status.trusted:
        yield Reason.CERTIFICATE_UNTRUSTED
    stamp = status.timestamp_validity
    if stated is None:
        yield Reason.TIMESTAMP_MISSING
    elif stamp is not None and not (stamp.intact and stamp.valid and stamp.trusted):
        yield Reason.TIMESTAMP_UNTRUSTED
    if status.intact and not _unmodified(status):
        yield Reason.MODIFIED_AFTERWARDS
    sound = status.intact and status.valid and status.trusted and stated is not None and _unmodified(status)
    if sound and not status.bottom_line and (stamp is None or stamp.trusted):
        yield Reason.SIGNATURE_INVALID  # the library objects to something that has no name here


async def _timestamp(stamp: EmbeddedPdfSignature, rules: ValidationContext) -> TimestampFacts:
    field = str(stamp.field_name)
    try:
        status = await async_validate_pdf_timestamp(stamp, rules)
    except Exception:  # noqa: BLE001 - as for signatures
        return TimestampFacts(field, reasons=(Reason.UNREADABLE, Reason.TIMESTAMP_UNTRUSTED))
    reasons = []
    if not (status.intact and status.valid and status.trusted):
        reasons.append(Reason.TIMESTAMP_UNTRUSTED)
    if status.intact and not _unmodified(status):
        reasons.append(Reason.MODIFIED_AFTERWARDS)
    covers = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return TimestampFacts(field, status.timestamp, covers_whole_file=covers, reasons=tuple(reasons))


def _unmodified(status: ModificationInfo) -> bool:
    covered = status.coverage is not None and status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
    return covered and status.docmdp_ok is not False and status.modification_level in _ALLOWED


def _modifications(status: ModificationInfo) -> str:
    level = status.modification_level
    return _ALLOWED.get(level, "other") if level is not None else "other"


def _signer(certificate: x509.Certificate) -> str:
    subject = certificate.subject.native
    if "serial_number" in subject:
        return str(subject["serial_number"])
    policies = certificate.certificate_policies_value
    sealed = policies is not None and any(one["policy_identifier"].dotted == SEAL_POLICY for one in policies)
    return str(subject.get("common_name", "")) if sealed else ""
