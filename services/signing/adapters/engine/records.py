"""Compares what a file contains with what the platform recorded.

Decides how a difference is named. A signature that was cut off, an exchanged signer or an appended revision leaves a
file whose remaining signatures are all good: only the record tells.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from services.signing.adapters.engine.facts import DocumentFacts, Expected, ExpectedSignature, Reason, SignatureFacts


def compare(facts: DocumentFacts, expected: Expected | None, *, ends_clean: bool) -> DocumentFacts:
    """Return the facts with all that speaks against the record; `ends_clean`: no bytes follow the last revision."""
    reasons = [*facts.reasons, *_coverage(facts)]
    if expected is None:
        return replace(facts, reasons=(*reasons, Reason.NOT_RECORDED))
    wanted = {one.field: one for one in expected.signatures}
    signatures = tuple(_against(one, wanted.get(one.field)) for one in facts.signatures)
    present = [one.field for one in signatures]
    if set(wanted) - set(present):
        reasons.append(Reason.SIGNATURE_MISSING)
    if expected.document_timestamp and not facts.document_timestamps:
        reasons.append(Reason.DOCUMENT_TIMESTAMP_MISSING)
    reasons.extend(_revisions(facts.revision_hashes, expected.revision_hashes, ends_clean=ends_clean))
    return replace(facts, signatures=signatures, reasons=tuple(reasons))


def judge_alone(facts: DocumentFacts, empty: tuple[str, ...], *, ends_clean: bool) -> DocumentFacts:
    """Return the facts with all that the file itself gives away, where no record can be asked.

    Fields stand in a document from the start, and every later revision is a signature or a document time stamp: an empty
    field tells of a signature that was cut off, a missing time stamp of a cut end, a revision too many of an addition.
    """
    reasons = [*facts.reasons, *_coverage(facts)]
    if empty or not facts.signatures:
        reasons.append(Reason.SIGNATURE_MISSING)
    if not facts.document_timestamps:
        reasons.append(Reason.DOCUMENT_TIMESTAMP_MISSING)
    if len(facts.revision_hashes) != len(facts.parts) + 1 or not ends_clean:
        reasons.append(Reason.REVISION_UNKNOWN)
    return replace(facts, reasons=tuple(reasons))


def _against(found: SignatureFacts, wanted: ExpectedSignature | None) -> SignatureFacts:
    reasons = list(found.reasons)
    if wanted is None:
        reasons.append(Reason.FIELD_UNEXPECTED)
    elif found.signer != wanted.signer:
        reasons.append(Reason.SIGNER_UNEXPECTED)
    elif wanted.certificate_serial is not None and found.certificate_serial != wanted.certificate_serial.lower():
        reasons.append(Reason.CERTIFICATE_UNEXPECTED)
    return replace(found, reasons=tuple(reasons))


def _coverage(facts: DocumentFacts) -> Iterable[Reason]:
    if not any(part.covers_whole_file for part in facts.parts):
        yield Reason.NOT_COVERED_TO_END


def _revisions(found: tuple[str, ...], recorded: tuple[str, ...], *, ends_clean: bool) -> Iterable[Reason]:
    if any(one != other for one, other in zip(found, recorded, strict=False)):
        yield Reason.REVISION_CHANGED
    if len(found) < len(recorded):
        yield Reason.REVISION_MISSING
    if len(found) > len(recorded) or not ends_clean:
        yield Reason.REVISION_UNKNOWN
