"""One platform, one engine and one finished document for all tests of the signing engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from services.signing.adapters.engine.appearance import Appearances
from services.signing.adapters.engine.authority import Authority
from services.signing.adapters.engine.jobs import Engine
from services.signing.adapters.engine.lettering import SEAL_FAMILIES, TEXT_FAMILIES, Typeface
from services.signing.adapters.engine.platform_folder import Passphrases, add_seal, create_platform
from services.signing.adapters.engine.timestamping import PlatformTimeStamper
from tests.adapters.signing.sample import OFFICE, PEOPLE, SIGNERS, contract, ink, traced

PICTURED = "signer_3"
"""Who has handed in a picture instead of strokes."""
START = datetime(2026, 1, 5, 6, 3, tzinfo=UTC)


@dataclass
class SteppingClock:
    """A clock that the test moves."""

    now: datetime = START

    def __call__(self) -> datetime:
        """Return the moment set."""
        return self.now


@dataclass
class Case:
    """A document on its way, with what a service would record about it."""

    engine: Engine
    clock: SteppingClock
    document: bytes = field(default_factory=contract)
    signatures: list[dict[str, str]] = field(default_factory=list)
    revision_hashes: list[str] = field(default_factory=list)
    archived: bool = False

    def __post_init__(self) -> None:
        """Record the base revision."""
        self.base = self.document
        self.revision_hashes.append(sha256(self.document).hexdigest())

    def sign(self, name: str, **changed: Any) -> dict[str, Any]:
        """Sign one field, a minute after the last act."""
        self.clock.now += timedelta(minutes=1)
        args = {
            "document": self.document,
            "expected_sha256": sha256(self.document).hexdigest(),
            "field": name,
            "signer": {"person_id": PEOPLE[name], "name": "测试甲", "case_no": "2026010500001"},
            "ink": ink(int(name[-1])),
            "signing_time": self.clock.now.isoformat(),
            "reason": "签署存量房买卖合同",
            "location": "黄石市",
        }
        result = self.engine.sign(args | changed)
        self._record(name, PEOPLE[name], result)
        self.revision_hashes.append(result["sha256"])
        return result

    def seal(self, **changed: Any) -> dict[str, Any]:
        """Seal and archive."""
        self.clock.now += timedelta(minutes=1)
        args = {
            "document": self.document,
            "expected_sha256": sha256(self.document).hexdigest(),
            "field": "seal",
            "office_name": OFFICE,
            "filing_no": "HS-2026-000123",
            "filing_date": "2026-01-05",
            "signing_time": self.clock.now.isoformat(),
        }
        result = self.engine.seal(args | changed)
        self._record("seal", OFFICE, result)
        self.revision_hashes = result["revision_hashes"]
        self.archived = result["level"] == "B-LTA"
        return result

    def expected(self) -> dict[str, Any]:
        """Return the record in the shape `verify` asks for."""
        return {
            "signatures": list(self.signatures),
            "revision_hashes": list(self.revision_hashes),
            "document_timestamp": self.archived,
        }

    def verify(self, document: bytes | None = None, **changed: Any) -> dict[str, Any]:
        """Verify a document (by default the case's) against the record."""
        args = {"document": self.document if document is None else document, "expected": self.expected()}
        return self.engine.verify(args | changed)

    def _record(self, name: str, signer: str, result: dict[str, Any]) -> None:
        self.document = result["document"]
        self.signatures.append({"field": name, "signer": signer, "certificate_serial": result["certificate_serial"]})


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a platform with one seal, its root's key taken away as an operator would."""
    folder = tmp_path_factory.mktemp("signing") / "pki"
    phrases = Passphrases("daily", "offline")
    create_platform(
        folder, "测试平台", START - timedelta(days=1), publication_url="http://crl.example.test/", passphrases=phrases
    )
    add_seal(folder, OFFICE, START - timedelta(days=1), phrases)
    (folder / "root").rename(folder.parent / "root-key-offline")
    return folder


@pytest.fixture(scope="session")
def appearances() -> Appearances:
    """Open the fonts once."""
    return Appearances(Typeface.installed(TEXT_FAMILIES), Typeface.installed(SEAL_FAMILIES))


@pytest.fixture(scope="session")
def engine_at(pki: Path, appearances: Appearances) -> Callable[[SteppingClock], Engine]:
    """Return a way to an engine with a clock of one's own."""
    authority = Authority(pki, "daily")

    def make(clock: SteppingClock) -> Engine:
        return Engine(authority, appearances, PlatformTimeStamper(authority.tsa_credential, clock), clock)

    return make


@pytest.fixture
def case(engine_at: Callable[[SteppingClock], Engine]) -> Case:
    """Return an unsigned document."""
    clock = SteppingClock()
    return Case(engine_at(clock), clock)


@pytest.fixture(scope="session")
def finished(engine_at: Callable[[SteppingClock], Engine]) -> Case:
    """Return a document with four signatures, the seal and long-term proof. Not to be changed."""
    clock = SteppingClock()
    whole = Case(engine_at(clock), clock)
    for name in SIGNERS:
        whole.sign(name, ink=ink(int(name[-1])) if name != PICTURED else traced())
    whole.seal()
    return whole
