"""The PDF engine's processes as the use cases see them, and the platform's keys at first start."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.common.kit.engines import EnginePool
from services.signing.adapters.engine.platform_folder import add_seal, create_platform
from services.signing.domain.envelope import Envelope, Task

log = logging.getLogger(__name__)
MODULE = "services.signing.adapters.engine.jobs"
SECONDS = 30.0
ZONE = dt.timezone(dt.timedelta(hours=8))


@dataclass(frozen=True)
class PooledEngine:
    """Jobs in `services.signing.adapters.engine`."""

    pool: EnginePool

    def sign(self, document: bytes, sha256: str, envelope: Envelope, task: Task) -> dict[str, Any]:
        """Sign the task's field with the drawn signature, as of the moment the person signed."""
        moment = task.requested_at or dt.datetime.now(dt.UTC)
        return self.pool.run(
            "sign",
            {
                "document": document,
                "expected_sha256": sha256,
                "field": task.field,
                "signer": {"person_id": str(task.person_id), "name": task.name, "case_no": envelope.case_no.number},
                "ink": json.loads(task.handwriting),
                "signing_time": moment.isoformat(),
                "reason": f"签署存量房买卖合同 业务编号 {envelope.case_no.number}",
                "location": "",
            },
            SECONDS,
        )

    def seal(self, document: bytes, sha256: str, envelope: Envelope, filing_no: str, at: dt.datetime) -> dict[str, Any]:
        """Seal, lock, add long-term data."""
        args = {
            "document": document,
            "expected_sha256": sha256,
            "field": envelope.seal_field,
            "office_name": envelope.office_name,
            "filing_no": filing_no,
            "filing_date": at.astimezone(ZONE).date().isoformat(),
            "signing_time": dt.datetime.now(dt.UTC).isoformat(),
        }
        return self.pool.run("seal", args, SECONDS)

    def verify(self, document: bytes, expected: dict[str, Any] | None) -> dict[str, Any]:
        """Validate with difference analysis against what is recorded."""
        return self.pool.run("verify", {"document": document, "expected": expected}, SECONDS)


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
