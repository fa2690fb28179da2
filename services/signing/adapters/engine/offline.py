"""Verifies a signed PDF or an evidence package with nothing but the file and the platform's root: no network, no database.

Decides what an evidence package must be: report signed by the platform for this use, record the one attached to it, every file
the one listed, every document as recorded, the chain of acts whole and in accord with the documents.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from services.signing.adapters.engine import package, report
from services.signing.adapters.engine.facts import DocumentFacts, Expected, as_json
from services.signing.adapters.engine.timestamping import Clock
from services.signing.adapters.engine.trust import Trust
from services.signing.adapters.engine.verification import Verifier
from services.signing.domain.evidence import Head, Record, is_whole

MOST_FILES, MOST_BYTES = 400, 256 * 1024 * 1024
_SIGNING_ACTS = ("identified", "document_opened", "signature_requested")
"""What must be on record of a person before their signature."""


@dataclass(frozen=True)
class Judged:
    """What came of it. `reasons` concern the package; those of documents stand with them."""

    kind: str
    sha256: str
    reasons: tuple[str, ...] = ()
    documents: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons and bool(self.documents) and all(one["accepted"] for one in self.documents.values())

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "accepted": self.accepted,
            "kind": self.kind,
            "sha256": self.sha256,
            "reasons": list(self.reasons),
            "documents": dict(self.documents),
            "case_no": self.record.get("case_no", ""),
            "acts": len(self.record.get("chain", [])),
        }


def verify_file(content: bytes, root: bytes, clock: Clock) -> Judged:
    """Judge a PDF or a package by the root (DER). Never raises for what a file contains."""
    if content.startswith(b"PK"):
        return _Package(content, Verifier(clock), root).judged()
    trust = Trust(root, offline=True)
    facts = Verifier(clock).verify_alone(content, trust)
    return Judged("pdf", facts.sha256, documents={"pdf": as_json(facts)})


def root_within(content: bytes) -> bytes | None:
    """Return the root certificate a package brings along, to be believed only if its hash is compared with a published one."""
    try:
        return _unpacked(content).get("certificates/root.cer") if content.startswith(b"PK") else None
    except (ValueError, zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        return None


class _Package:
    def __init__(self, content: bytes, verifier: Verifier, root: bytes) -> None:
        self._content, self._verifier, self._root = content, verifier, root

    def judged(self) -> Judged:
        digest = hashlib.sha256(self._content).hexdigest()
        try:
            files = _unpacked(self._content)
            raw = files[package.RECORD]
            record = json.loads(raw)
            authorities, lists = _all(files, "certificates/issuing"), _all(files, "lists/")
            trust = Trust(self._root, authorities, lists, offline=True)
            facts = self._verifier.verify_alone(files[package.REPORT], trust)
            reasons = [
                *_report(facts, files[package.REPORT], raw),
                *_listing(files, record),
                *_chain(record),
                *_agreement(record),
            ]
            documents = {one["kind"]: self._document(files, one, trust) for one in record["documents"]}
        except Exception:  # noqa: BLE001 - whatever hostile bytes make a parser raise is one fact
            return Judged("evidence", digest, ("package_damaged",))
        return Judged(
            "evidence", digest, tuple(dict.fromkeys(reasons)), {"report": as_json(facts), **documents}, record
        )

    def _document(self, files: Mapping[str, bytes], told: Mapping[str, Any], trust: Trust) -> dict[str, Any]:
        content = files.get(f"documents/{told['kind']}.pdf", b"")
        return as_json(self._verifier.verify(content, Expected.parse(told["expected"]), trust))


def _all(files: Mapping[str, bytes], beginning: str) -> tuple[bytes, ...]:
    """Return the files so named. Raises KeyError where there is none."""
    found = tuple(content for name, content in sorted(files.items()) if name.startswith(beginning))
    if not found:
        raise KeyError(beginning)
    return found


def _unpacked(content: bytes) -> dict[str, bytes]:
    """Return the files. Raises ValueError for an archive that is none of ours: doubled names, too much in it."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        entries = archive.infolist()
        names = [one.filename for one in entries]
        if (
            len(set(names)) != len(names)
            or len(names) > MOST_FILES
            or sum(one.file_size for one in entries) > MOST_BYTES
        ):
            raise ValueError("not an evidence package")
        found = {one.filename: archive.read(one) for one in entries}
    if package.packed(found) != content:
        raise ValueError("bytes that belong to no file")
    return found


def _report(facts: DocumentFacts, content: bytes, raw: bytes) -> Iterable[str]:
    signed = len(facts.signatures) == 1 and facts.signatures[0].role == "evidence"
    if not (facts.accepted and signed):
        yield "report_not_accepted"
    if report.attached(content) != raw:
        yield "record_differs_from_report"


def _listing(files: Mapping[str, bytes], record: Mapping[str, Any]) -> Iterable[str]:
    listed: Mapping[str, str] = record["files"]
    present = set(files) - {package.RECORD, package.REPORT}
    if record["format"] != package.FORMAT:
        yield "format_unknown"
    if set(listed) - present:
        yield "file_missing"
    if present - set(listed):
        yield "file_unexpected"
    if any(hashlib.sha256(files[name]).hexdigest() != listed[name] for name in present & set(listed)):
        yield "file_changed"


def _chain(record: Mapping[str, Any]) -> Iterable[str]:
    told = [
        Record(
            one["number"], one["act"], dt.datetime.fromisoformat(one["at"]), one["facts"], one["before"], one["hash"]
        )
        for one in record["chain"]
    ]
    if not is_whole(told, Head(record["head"]["number"], record["head"]["hash"])):
        yield "chain_broken"


def _agreement(record: Mapping[str, Any]) -> Iterable[str]:
    """Hold acts against documents: each signature is an act and each act a signature, and nobody signed without what comes before."""
    chain, people = record["chain"], {one["task"]: one["person"] for one in record["signers"]}
    for one in chain:
        earlier = [(other["act"], other["facts"].get("task")) for other in chain[: one["number"] - 1]]
        if one["act"] == "signed" and any((act, one["facts"]["task"]) not in earlier for act in _SIGNING_ACTS):
            yield "act_missing"
    for document in record["documents"]:
        facts = [one["facts"] for one in chain if one["act"] in {"signed", "sealed"}]
        mine = [one for one in facts if one["document"] == document["kind"]]
        signers = {one["certificate_serial"]: one["signer"] for one in document["expected"]["signatures"]}
        whole = sorted(one["certificate"] for one in mine) == sorted(signers)
        own = all("task" not in one or people[one["task"]] == signers.get(one["certificate"]) for one in mine)
        if not (whole and own and {one["after"] for one in mine} <= set(document["revisions"])):
            yield "acts_differ_from_documents"
