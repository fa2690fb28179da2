"""The PDF engine's processes as the use cases see them, and the platform's keys at first start."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from services.common.kit.errors import DomainError
from services.signing.adapters.engine.platform_folder import add_seal, create_platform
from services.signing.application.ports import Checked, Expected, Expiry, Findings, Made
from services.signing.domain.envelope import Envelope
from services.signing.domain.errors import HandwritingInvalid
from services.signing.domain.parts import Document, Task
from services.signing.domain.picture import FIELD, Trace

log = logging.getLogger(__name__)
MODULE = "services.signing.adapters.engine.jobs"
PUBLIC_MODULE = "services.signing.adapters.engine.public_jobs"
PICTURE_MODULE = "services.signing.adapters.engine.picture_jobs"
PUBLIC_QUEUE = 8
"""Files that may wait for an engine; whoever comes then is asked to come again."""
PICTURE_QUEUE = 16
TRACE_SECONDS = 4.0
"""Less than whoever signs waits (5 s)."""
DRAW_SECONDS = 8.0
LISTS_SECONDS = 300.0
Values: TypeAlias = dict[str, Any]
SECONDS = 30.0
VERIFY_SECONDS = 15.0
"""Less than its asker waits (20 s)."""
ZONE = dt.timezone(dt.timedelta(hours=8))


class Pool(Protocol):
    """Engine processes."""

    def run(self, job: str, args: dict[str, Any], timeout: float = ...) -> dict[str, Any]:
        """Run one job."""


@dataclass(frozen=True)
class PooledEngine:
    """Jobs in `services.signing.adapters.engine`; what they find wrong arrives as DomainError."""

    pool: Pool

    def sign(self, before: bytes, document: Document, envelope: Envelope, task: Task) -> Made:
        """Sign the task's field with the drawn signature, as of the moment the person signed."""
        if task.requested_at is None:
            raise ValueError("this task's signature was never asked for")
        args = {
            "document": before,
            "expected_sha256": document.sha256,
            "field": task.field,
            "signer": {
                "person_id": str(task.person_id),
                "name": task.name,
                "case_no": envelope.case_no.number,
                "company": task.company,
                "uscc": task.uscc,
            },
            "ink": json.loads(task.handwriting),
            "signing_time": task.requested_at.isoformat(),
            "reason": f"签署存量房买卖合同 业务编号 {envelope.case_no.number}",
            "location": "",
        }
        result = self.pool.run("sign", args, SECONDS)
        return _made(result, (*document.revisions, result["sha256"]))

    def seal(self, before: bytes, document: Document, envelope: Envelope, filing_no: str, at: dt.datetime) -> Made:
        """Seal, lock, add long-term data. The filing's date is the day in China on which review approved."""
        args = {
            "document": before,
            "expected_sha256": document.sha256,
            "field": envelope.seal_field,
            "office_name": envelope.office_name,
            "filing_no": filing_no,
            "filing_date": at.astimezone(ZONE).date().isoformat(),
            "signing_time": dt.datetime.now(dt.UTC).isoformat(),
        }
        result = self.pool.run("seal", args, SECONDS)
        return _made(result, tuple(result["revision_hashes"]))

    def archive(self, before: bytes, document: Document) -> Made:
        """Add long-term proof."""
        result = self.pool.run("archive", {"document": before, "expected_sha256": document.sha256}, SECONDS)
        return Made(result["document"], tuple(result["revision_hashes"]), b"", "", str(result["level"]))

    def expiries(self) -> tuple[Expiry, ...]:
        """Return when certificates and lists run out."""
        found = self.pool.run("expiries", {}, SECONDS)["expiries"]
        return tuple(Expiry(one["kind"], one["name"], dt.datetime.fromisoformat(one["until"])) for one in found)

    def lists(self) -> dict[str, bytes]:
        """Return the revocation lists of today by the names they are published under."""
        return {str(name): bytes(der) for name, der in self.pool.run("crl", {}, SECONDS)["lists"].items()}

    def report(self, documents: Mapping[str, bytes], told: Values) -> bytes:
        """Make the evidence package."""
        return bytes(self.pool.run("evidence", {"documents": dict(documents), "told": told}, VERIFY_SECONDS)["package"])

    def trust(self) -> Values:
        """Return what certificates are judged by, with the revocation lists of now."""
        return dict(self.pool.run("trust", {}, SECONDS)["trust"])


@dataclass
class PublicEngine:
    """Engines that read strangers' files: few, with a short queue, a lower priority than signing, and no key.

    Root and revocation lists come from those that hold keys and are asked for anew every `LISTS_SECONDS`.
    """

    pool: Pool
    trust: Callable[[], Values]
    clock: Callable[[], float] = time.monotonic
    _held: Values | None = None
    _held_until: float = 0.0

    def revisions(self, document: bytes) -> tuple[str, ...]:
        """Return the hashes of all revisions."""
        return tuple(self.pool.run("revisions", {"document": document}, VERIFY_SECONDS)["revision_hashes"])

    def verify(self, document: bytes, expected: Expected | None) -> Findings:
        """Validate with difference analysis, against what is recorded."""
        args = {"document": document, "expected": _record(expected), "trust": self._trust()}
        facts = self.pool.run("verify", args, VERIFY_SECONDS)
        stamps = [reason for one in facts["document_timestamps"] for reason in one["reasons"]]
        reasons = dict.fromkeys([*facts["reasons"], *stamps])
        return Findings(bool(facts["accepted"]), tuple(reasons), tuple(_checked(one) for one in facts["signatures"]))

    def draw(self, document: bytes, page: int, dpi: int) -> bytes:
        """Return a page as JPEG."""
        return bytes(
            self.pool.run("page_image", {"document": document, "page": page, "dpi": dpi}, DRAW_SECONDS)["image"]
        )

    def _trust(self) -> Values:
        if self._held is None or self.clock() >= self._held_until:
            self._held, self._held_until = self.trust(), self.clock() + LISTS_SECONDS
        return self._held


@dataclass(frozen=True)
class PictureEngine:
    """Engines that read pictures of handwriting, beside the service that takes them."""

    pool: Pool

    def trace(self, picture: bytes) -> Trace | None:
        """Return the ink of a PNG, None where there is none. Raises HandwritingInvalid, Unavailable."""
        try:
            found = self.pool.run("trace", {"picture": picture}, TRACE_SECONDS)["trace"]
        except DomainError as wrong:
            if wrong.code != "signing.picture_invalid":
                raise
            raise HandwritingInvalid(field=FIELD, reason=str(wrong.context.get("reason"))) from wrong
        if found is None:
            return None
        outlines = tuple(tuple((float(x), float(y)) for x, y in one) for one in found["outlines"])
        return Trace(int(found["width"]), int(found["height"]), outlines, float(found["thickness"]))


def _record(expected: Expected | None) -> Values | None:
    if expected is None:
        return None
    return {
        "signatures": [dict(one) for one in expected.signatures],
        "revision_hashes": list(expected.revisions),
        "document_timestamp": expected.archived,
    }


def _made(result: dict[str, Any], revisions: tuple[str, ...]) -> Made:
    return Made(
        result["document"], revisions, result["certificate"], str(result["certificate_serial"]), str(result["level"])
    )


def _checked(one: dict[str, Any]) -> Checked:
    signed_at = dt.datetime.fromisoformat(one["signed_at"]) if one.get("signed_at") else None
    sound = one["trusted"] and one["intact"]
    name, company = (str(one[part]) if sound else "" for part in ("common_name", "company"))
    return Checked(
        one["field"], signed_at, bool(one["intact"]), bool(one["trusted"]), tuple(one["reasons"]), name, company
    )


def provide_platform(folder: Path, organisation: str, offices: list[str]) -> None:
    """Make the platform's certification authority and the offices' seals where they are missing. One process at a time.

    For the one-machine stack and tests; elsewhere the folder (or key store) is provided and nothing is made here.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    done = folder.with_name(f"{folder.name}.made.json")
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made: list[str] = json.loads(done.read_text()) if done.exists() else []
        now = dt.datetime.now(dt.UTC)
        if not folder.exists() or not any(folder.iterdir()):
            made = []
            create_platform(folder, organisation, now)
            log.info("platform keys made")
        for office in offices:
            if office not in made:
                add_seal(folder, office, now)
        done.write_text(json.dumps(sorted({*made, *offices}), ensure_ascii=False))
