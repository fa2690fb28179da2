"""Verifies a signed document against what the platform recorded about it, or alone where no record is at hand.

Decides what counts: every signature valid and trusted by the platform's root alone at the time its own time stamp
states, changes only by later signatures and proof, the recorded fields, signers and revisions and no others, the last
item covering the file. A check of hashes alone is no verification: other readers accept text that was added later. The
words are in `facts`, one signature in `judging`, the comparison with the records in `records`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from asn1crypto import crl, x509
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from services.signing.adapters.engine import asn1_patch, reading
from services.signing.adapters.engine.changes import StepwiseAnalysis
from services.signing.adapters.engine.facts import DocumentFacts, Expected, Reason, SignatureFacts, TimestampFacts
from services.signing.adapters.engine.judging import Setting, judge_signature, judge_timestamp
from services.signing.adapters.engine.layout import revision_ends, starts_well
from services.signing.adapters.engine.reading import SignedReader
from services.signing.adapters.engine.records import compare, judge_alone
from services.signing.adapters.engine.revisions import LARGEST_DOCUMENT, Revision, revisions
from services.signing.adapters.engine.timestamping import Clock, token_time
from services.signing.adapters.engine.trust import Rules, Trust

MOST_SIGNATURES = 200
"""More than a case can have people and renewals; what a stranger's file may cost is bounded."""
MOST_REVISIONS = 300

asn1_patch.apply()
reading.apply()


class Verifier:
    """Verifies documents with the platform's root as the only anchor. Never raises for what a document contains."""

    def __init__(self, clock: Clock) -> None:
        """Use `clock` for what nothing later has stamped."""
        self._clock = clock

    def verify(self, document: bytes, expected: Expected | None, trust: Trust) -> DocumentFacts:
        """Return the facts about a document; with `expected` None (no record of it) it is never accepted."""
        found = revisions(document)
        facts, _ = self._facts(document, found, trust)
        if not (trust.current or trust.offline):
            facts = replace(facts, reasons=(*facts.reasons, Reason.REVOCATION_UNKNOWN))
        if Reason.DOCUMENT_DAMAGED in facts.reasons:
            return replace(facts, reasons=(Reason.DOCUMENT_DAMAGED,))
        return compare(facts, expected, ends_clean=_ends_clean(document, found))

    def verify_alone(self, document: bytes, trust: Trust) -> DocumentFacts:
        """Return the facts about a document of which nothing is known but the file: nothing missing, nothing added.

        Certificates are judged as of today where `trust` holds today's lists, else as of the end of the lists in the file.
        """
        found = revisions(document)
        facts, empty = self._facts(document, found, trust)
        if Reason.DOCUMENT_DAMAGED in facts.reasons:
            return facts
        return judge_alone(facts, empty, ends_clean=_ends_clean(document, found))

    def _facts(
        self, document: bytes, found: tuple[Revision, ...], trust: Trust
    ) -> tuple[DocumentFacts, tuple[str, ...]]:
        facts = DocumentFacts(sha256(document).hexdigest())
        damaged = replace(facts, reasons=(Reason.DOCUMENT_DAMAGED,)), ()
        if len(document) > LARGEST_DOCUMENT or len(found) > MOST_REVISIONS or not starts_well(document):
            return damaged
        try:
            opened = _Opened.read(document)
            rules = Rules.of(trust, opened.certificates, opened.lists)
        except Exception:  # noqa: BLE001 - whatever hostile bytes make a parser raise is one fact
            return damaged
        now = rules.latest(self._clock())
        setting = Setting(document, revision_ends(found), rules, StepwiseAnalysis(), now)
        signatures, stamps = asyncio.run(_evaluate(opened, setting))
        hashes = tuple(one.sha256 for one in found)
        return replace(facts, revision_hashes=hashes, signatures=signatures, document_timestamps=stamps), opened.empty


def _ends_clean(document: bytes, found: tuple[Revision, ...]) -> bool:
    return bool(found) and found[-1].end == len(document)


@dataclass(frozen=True, slots=True)
class _Opened:
    """What a file carries: everything in it that has to be parsed before anything can be judged."""

    signatures: list[EmbeddedPdfSignature]
    stamps: list[EmbeddedPdfSignature]
    times: list[datetime]
    """What the document time stamps state, in their order."""
    certificates: list[x509.Certificate]
    lists: list[crl.CertificateList]
    empty: tuple[str, ...]
    """Names of signature fields nobody has signed."""

    @classmethod
    def read(cls, document: bytes) -> _Opened:
        """Parse a document; raises whatever a parser raises on hostile bytes."""
        reader = SignedReader(document)
        if len(reader.embedded_signatures) > MOST_SIGNATURES:
            raise ValueError("more signatures than a case has people")
        stamps = list(reader.embedded_timestamp_signatures)
        times = [token_time(stamp.signed_data) for stamp in stamps]
        signatures = list(reader.embedded_regular_signatures)
        empty = tuple(str(name) for name, _, _ in enumerate_sig_fields(reader, filled_status=False))
        if "/DSS" not in reader.root:  # not archived yet
            return cls(signatures, stamps, times, [], [], empty)
        store = DocumentSecurityStore.read_dss(reader)
        lists = [crl.CertificateList.load(ref.get_object().data) for ref in store.crls]
        return cls(signatures, stamps, times, list(store.load_certs()), lists, empty)


async def _evaluate(opened: _Opened, setting: Setting) -> tuple[tuple[SignatureFacts, ...], tuple[TimestampFacts, ...]]:
    # A document time stamp is judged at the time of the one that covers it; the last one now.
    covered_by = (*opened.times[1:], setting.now)
    stamps = [await judge_timestamp(one, setting, when) for one, when in zip(opened.stamps, covered_by, strict=False)]
    proof = next((facts.stamped_at for facts in stamps if Reason.TIMESTAMP_UNTRUSTED not in facts.reasons), None)
    signatures = [await judge_signature(one, setting, proof) for one in opened.signatures]
    return tuple(signatures), tuple(stamps)
