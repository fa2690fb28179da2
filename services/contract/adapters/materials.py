"""Materials in PostgreSQL, in the object store, and in the engine that looks into them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Protocol

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.common.kit.errors import DomainError, Kind, NotFound, Unavailable
from services.common.kit.objects import INCOMING
from services.common.kit.unit_of_work import Database
from services.common.profiles import DocumentKind
from services.common.values import CaseNo, PersonId
from services.contract.adapters.tables import CASES, MATERIALS, OBJECT_DROPS, PARTIES
from services.contract.application.ports import Inspected
from services.contract.domain.materials import MaterialFile

ENGINE = "services.contract.adapters.inspection.engine"
SECONDS = 18.0
"""For one file. Measured: 64 million pixels 2 s, on cores busy with other things up to 10 s; twenty A4 pages scanned at
300 dots per inch 8 s there. The command as a whole has 25 s."""
_HOPELESS = {"engine.too_slow": "contract.file_too_complex", "engine.failed": "contract.file_broken"}
"""What the engine could not finish is the file's fault. One that died or was busy is ours: the upload is tried again."""
_COLUMNS = tuple(name for name in MaterialFile.__dataclass_fields__ if name != "key")


def files_of(session: Session, no: CaseNo) -> tuple[MaterialFile, ...]:
    """Return a case's files that were not removed, the oldest first."""
    query = select(MATERIALS).where(MATERIALS.c.case_no == str(no), MATERIALS.c.removed_at.is_(None))
    return tuple(_file(row) for row in session.execute(query.order_by(MATERIALS.c.uploaded_at, MATERIALS.c.file_id)))


def _file(row: Any) -> MaterialFile:
    told = {name: getattr(row, name) for name in _COLUMNS}
    people = {name: PersonId(told[name]) for name in ("person_id", "uploaded_by")}
    return MaterialFile(**{**told, **people, "kind": DocumentKind(row.kind), "key": row.object_key})


@dataclass(frozen=True)
class StoredMaterials:
    """Uploaded files within a unit of work."""

    session: Session

    def add(self, no: CaseNo, file: MaterialFile) -> None:
        """Insert; its bytes are no longer due."""
        told = {name: getattr(file, name) for name in _COLUMNS}
        plain = {name: str(told[name]) for name in ("person_id", "uploaded_by", "kind")}
        self.session.execute(insert(MATERIALS), {**told, **plain, "case_no": str(no), "object_key": file.key})
        self.dropped(file.key)

    def remove(self, no: CaseNo, file: MaterialFile, by: PersonId, at: dt.datetime) -> None:
        """Mark; its bytes are due now."""
        mine = (MATERIALS.c.file_id == file.file_id) & (MATERIALS.c.case_no == str(no))
        self.session.execute(update(MATERIALS).where(mine).values(removed_by=str(by), removed_at=at))
        self.plan_drop(file.key, at)

    def plan_drop(self, key: str, due: dt.datetime) -> None:
        """Insert, or set the time anew."""
        planned = upsert(OBJECT_DROPS).values(object_key=key, due=due)
        self.session.execute(planned.on_conflict_do_update(index_elements=["object_key"], set_={"due": due}))

    def dropped(self, key: str) -> None:
        """Delete the plan."""
        self.session.execute(delete(OBJECT_DROPS).where(OBJECT_DROPS.c.object_key == key))

    def remove_strays(self, at: dt.datetime, quiet_since: dt.datetime, limit: int) -> int:
        """Mark files whose person left the case when its side was saved anew, once the case has been quiet."""
        quiet = exists().where(CASES.c.case_no == MATERIALS.c.case_no, CASES.c.updated_at <= quiet_since)
        party = exists().where(PARTIES.c.case_no == MATERIALS.c.case_no, PARTIES.c.person_id == MATERIALS.c.person_id)
        query = select(MATERIALS.c.file_id, MATERIALS.c.object_key).where(
            MATERIALS.c.removed_at.is_(None), ~party, quiet
        )
        strays = self.session.execute(query.limit(limit).with_for_update(skip_locked=True)).all()
        for one in strays:
            gone = update(MATERIALS).where(MATERIALS.c.file_id == one.file_id)
            self.session.execute(gone.values(removed_by="contract", removed_at=at))
            self.plan_drop(one.object_key, at)
        return len(strays)


@dataclass(frozen=True)
class StoredDrops:
    """Bytes due to be deleted."""

    database: Database

    def due(self, now: dt.datetime, limit: int) -> tuple[str, ...]:
        """Return keys, the longest due first."""
        query = select(OBJECT_DROPS.c.object_key).where(OBJECT_DROPS.c.due <= now).order_by(OBJECT_DROPS.c.due)
        with self.database.read() as session:
            return tuple(session.scalars(query.limit(limit)))


class Pool(Protocol):
    """Engine processes."""

    def run(self, job: str, args: dict[str, Any], timeout: float = ...) -> dict[str, Any]:
        """Run one job."""


@dataclass(frozen=True)
class EngineInspection:
    """Looks into files in the engine; its refusals arrive as DomainError."""

    pool: Pool

    def inspect(self, data: bytes, declared: str) -> Inspected:
        """Return the clean copy. Raises DomainError `contract.file_*`, Unavailable."""
        result = self._run("inspect_file", {"data": data, "declared": declared})
        hashes = {name: str(result[name]) for name in ("sha256", "original_sha256", "original_sm3")}
        return Inspected(result["data"], str(result["media_type"]), int(result["pages"]), **hashes)

    def draw_page(self, data: bytes, media_type: str, page: int, longest: int) -> bytes:
        """Return the page. Raises DomainError `contract.page_unknown`, Unavailable."""
        asked = {"data": data, "media_type": media_type, "page": page, "longest": longest}
        drawn: bytes = self._run("draw_page", asked)["data"]
        return drawn

    def _run(self, job: str, args: dict[str, Any]) -> dict[str, Any]:
        try:
            return self.pool.run(job, args, SECONDS)
        except DomainError as wrong:
            if wrong.code in _HOPELESS:
                raise DomainError(_HOPELESS[wrong.code], Kind.INVALID) from wrong
            if wrong.code == "contract.page_unknown":
                raise NotFound(wrong.code) from wrong
            raise


class Store(Protocol):
    """The object store as kit gives it."""

    def put(self, key: str, data: bytes) -> str:
        """Keep."""

    def get(self, key: str) -> bytes:
        """Return."""

    def stat(self, key: str) -> tuple[int, str]:
        """Return size and SHA-256."""

    def delete(self, key: str) -> None:
        """Remove."""

    def old(self, folder: str, before: dt.datetime, limit: int) -> list[str]:
        """List."""

    def link(self, key: str) -> str:
        """Return a link."""


PAGES = "contract/pages"


@dataclass(frozen=True)
class StoredUploads:
    """The object store as the use cases of materials see it."""

    store: Store

    def take(self, upload_id: str) -> bytes:
        """Return what the gateway put in. Raises Unavailable `contract.upload_lost`: the sweep was faster."""
        try:
            return self.store.get(f"{INCOMING}/{upload_id}")
        except NotFound as gone:
            raise Unavailable("contract.upload_lost") from gone

    def discard(self, upload_id: str) -> None:
        """Delete it."""
        self.store.delete(f"{INCOMING}/{upload_id}")

    def forgotten(self, before: dt.datetime, limit: int) -> tuple[str, ...]:
        """Return uploads put in before then."""
        return tuple(PurePosixPath(key).name for key in self.store.old(INCOMING, before, limit))

    def put(self, key: str, data: bytes) -> tuple[int, str]:
        """Keep; return size and SHA-256."""
        return len(data), self.store.put(key, data)

    def get(self, key: str) -> bytes:
        """Return."""
        return self.store.get(key)

    def size_and_hash(self, key: str) -> tuple[int, str] | None:
        """Return size and SHA-256, None where there is nothing."""
        try:
            return self.store.stat(key)
        except NotFound:
            return None

    def drop(self, key: str) -> None:
        """Delete the bytes, and the pictures drawn of them: they stand under the file's id."""
        end = dt.datetime.max.replace(tzinfo=dt.UTC)
        for page in self.store.old(f"{PAGES}/{PurePosixPath(key).stem}", end, 1_000):
            self.store.delete(page)
        self.store.delete(key)

    def link(self, key: str) -> str:
        """Return a 60-second internal link."""
        return self.store.link(key)
