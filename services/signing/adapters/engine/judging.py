"""Judges one signature or document time stamp of a file: what is wrong with it, in words of `facts`.

Decides which findings of the library and of `layout` count, and how they are named. Anything the library objects to is a
refusal, also what has no name here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from pyhanko.sign.diff_analysis import DiffPolicy, ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import ModificationInfo, PdfSignatureStatus, SignatureCoverageLevel

from services.signing.adapters.engine.certificates import EVENT_POLICY, EVIDENCE_POLICY, SEAL_POLICY
from services.signing.adapters.engine.facts import Reason, SignatureFacts, TimestampFacts
from services.signing.adapters.engine.layout import lies_well
from services.signing.adapters.engine.revisions import signature_tokens
from services.signing.adapters.engine.timestamping import token_time
from services.signing.adapters.engine.trust import Rules

_ALLOWED = {
    ModificationLevel.NONE: "none",
    ModificationLevel.LTA_UPDATES: "lta_updates",
    ModificationLevel.FORM_FILLING: "form_filling",
}

_ROLES = {EVENT_POLICY: "person", SEAL_POLICY: "seal", EVIDENCE_POLICY: "evidence"}


@dataclass(frozen=True, slots=True)
class Setting:
    """What all signatures of one file are judged by. `now`: the latest moment anything can be said about."""

    document: bytes
    ends: frozenset[int]
    rules: Rules
    changes: DiffPolicy
    now: datetime


async def judge_signature(one: EmbeddedPdfSignature, setting: Setting, proof: datetime | None) -> SignatureFacts:
    """Return the facts about a signature. `proof`: when a document time stamp says that all this existed. Never raises."""
    field = str(one.field_name)
    try:
        tokens = signature_tokens(one.signed_data)
        stated = token_time(tokens[0]) if tokens else proof
        signer, stamper = setting.rules.at(stated or setting.now), setting.rules.at(proof or setting.now)
        status = await async_validate_pdf_signature(one, signer, stamper, diff_policy=setting.changes)
        misplaced = not lies_well(setting.document, one, setting.ends)
        return _judged(field, one, status, stated, misplaced=misplaced)
    except Exception:  # noqa: BLE001 - whatever hostile bytes make a parser raise is one fact
        return SignatureFacts(field, reasons=(Reason.UNREADABLE,))


async def judge_timestamp(one: EmbeddedPdfSignature, setting: Setting, moment: datetime) -> TimestampFacts:
    """Return the facts about a document time stamp, its certificate judged as of `moment`. Never raises."""
    field = str(one.field_name)
    try:
        status = await async_validate_pdf_timestamp(one, setting.rules.at(moment), diff_policy=setting.changes)
        misplaced = not lies_well(setting.document, one, setting.ends)
    except Exception:  # noqa: BLE001 - as for signatures
        return TimestampFacts(field, reasons=(Reason.UNREADABLE, Reason.TIMESTAMP_UNTRUSTED))
    reasons = []
    if not (status.intact and status.valid and status.trusted):
        reasons.append(Reason.TIMESTAMP_UNTRUSTED)
    if status.intact and not _unmodified(status):
        reasons.append(Reason.MODIFIED_AFTERWARDS)
    if misplaced:
        reasons.append(Reason.COVERAGE_UNCLEAR)
    covers = status.coverage == SignatureCoverageLevel.ENTIRE_FILE and not misplaced
    return TimestampFacts(field, status.timestamp, covers_whole_file=covers, reasons=tuple(reasons))


def _judged(
    field: str, one: EmbeddedPdfSignature, status: PdfSignatureStatus, stated: datetime | None, *, misplaced: bool
) -> SignatureFacts:
    certificate = one.signer_cert
    stamp = status.timestamp_validity
    stamp_trusted = bool(stamp and stamp.valid and stamp.trusted)
    reasons = [*_reasons(status, stated), *([Reason.COVERAGE_UNCLEAR] if misplaced else [])]
    return SignatureFacts(
        field=field,
        signer=_signer(certificate),
        role=_role(certificate),
        common_name=str(certificate.subject.native.get("common_name", "")),
        certificate_serial=f"{certificate.serial_number:x}",
        certificate_sha256=certificate.sha256.hex(),
        signed_at=stated if stamp_trusted or stamp is None else None,
        intact=status.intact,
        valid=status.valid,
        trusted=status.trusted,
        timestamp_trusted=stamp_trusted,
        covers_whole_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE and not misplaced,
        modifications=_modifications(status),
        reasons=tuple(reasons),
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


def _unmodified(status: ModificationInfo) -> bool:
    covered = status.coverage is not None and status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
    return covered and status.docmdp_ok is not False and status.modification_level in _ALLOWED


def _modifications(status: ModificationInfo) -> str:
    level = status.modification_level
    return _ALLOWED.get(level, "other") if level is not None else "other"


def _signer(certificate: x509.Certificate) -> str:
    """Return a person's pseudonym; the name of whoever holds a seal's or the platform's evidence certificate."""
    subject = certificate.subject.native
    if "serial_number" in subject:
        return str(subject["serial_number"])
    return str(subject.get("common_name", "")) if _role(certificate) in {"seal", "evidence"} else ""


def _role(certificate: x509.Certificate) -> str:
    stated = certificate.certificate_policies_value or ()
    held = [_ROLES.get(one["policy_identifier"].dotted, "") for one in stated]
    return next(filter(None, held), "")
