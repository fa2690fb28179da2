"""The use cases of materials on fakes: uploads as the gateway sends them, bytes in memory, an inspection without an engine."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from services.common.kit.calls import Call
from services.common.kit.errors import DomainError, Kind, Unavailable
from services.common.messages.contract import (
    AcceptUpload,
    Download,
    DownloadMaterial,
    GetMaterialPage,
    ListMaterials,
    MaterialReference,
    MaterialView,
    RemoveMaterial,
)
from services.common.messages.identity import Person
from services.contract.application.accept_upload import UploadAcceptance
from services.contract.application.download_material import MaterialDownloading, MaterialPaging, VisibleFiles
from services.contract.application.list_materials import MaterialListing
from services.contract.application.ports import Inspected
from services.contract.application.remove_material import MaterialRemoval
from services.contract.application.sweep_uploads import UploadSweep
from tests.support import contract_builders as make
from tests.support.contract_fakes import FakeReader, FakeWorks, Store
from tests.support.contract_world import World


@dataclass
class FakeUploads:
    """Stored bytes, kept in memory; `incoming` with the time they were put in."""

    incoming: dict[str, tuple[bytes, dt.datetime]] = field(default_factory=dict)
    kept: dict[str, bytes] = field(default_factory=dict)
    broken: bool = False

    def send(self, data: bytes, upload_id: str = "u1", at: dt.datetime = make.NOW) -> str:
        """Put something in, as the gateway does; returns its hash."""
        self.incoming[upload_id] = (data, at)
        return hashlib.sha256(data).hexdigest()

    def take(self, upload_id: str) -> bytes:
        if upload_id not in self.incoming:
            raise Unavailable("contract.upload_lost")
        return self.incoming[upload_id][0]

    def discard(self, upload_id: str) -> None:
        self.incoming.pop(upload_id, None)

    def forgotten(self, before: dt.datetime, limit: int) -> tuple[str, ...]:
        return tuple(name for name, (_, at) in self.incoming.items() if at < before)[:limit]

    def put(self, key: str, data: bytes) -> tuple[int, str]:
        if self.broken:
            raise Unavailable("object.store_unavailable")
        self.kept[key] = data
        return len(data), hashlib.sha256(data).hexdigest()

    def get(self, key: str) -> bytes:
        return self.kept[key]

    def size_and_hash(self, key: str) -> tuple[int, str] | None:
        data = self.kept.get(key)
        return None if data is None else (len(data), hashlib.sha256(data).hexdigest())

    def drop(self, key: str) -> None:
        stem = PurePosixPath(key).stem
        self.kept = {name: data for name, data in self.kept.items() if name != key and f"/{stem}/" not in name}

    def link(self, key: str) -> str:
        return f"link:{key}"


@dataclass
class FakeInspection:
    """Keeps everything as it is; files that begin with `refuse:` are refused with the code behind it."""

    drawn: list[tuple[int, int]] = field(default_factory=list)
    down: bool = False

    def inspect(self, data: bytes, declared: str) -> Inspected:
        del declared
        if self.down:
            raise Unavailable("engine.busy")
        if data.startswith(b"refuse:"):
            raise DomainError(data.removeprefix(b"refuse:").decode(), Kind.INVALID)
        sha256, pages = hashlib.sha256(data).hexdigest(), data.count(b"page") or 1
        return Inspected(b"clean " + data, "image/jpeg", pages, f"c{sha256[1:]}", sha256, sha256)

    def draw_page(self, data: bytes, media_type: str, page: int, longest: int) -> bytes:
        del media_type
        self.drawn.append((page, longest))
        return b"drawn " + data


@dataclass
class Uploading:
    """The use cases of materials on one world's store."""

    world: World
    uploads: FakeUploads = field(default_factory=FakeUploads)
    inspection: FakeInspection = field(default_factory=FakeInspection)

    def __post_init__(self) -> None:
        works, reader, profiles = FakeWorks(self.world.store), FakeReader(self.world.store), make.profiles()
        files, numbers = VisibleFiles(reader, profiles), itertools.count(1)
        self.accept = UploadAcceptance(
            works, reader, self.uploads, self.inspection, lambda: f"{next(numbers):032x}", lambda: self.world.at
        )
        self.remove_material = MaterialRemoval(works, lambda: self.world.at)
        self.list_materials = MaterialListing(reader, profiles)
        self.download_material = MaterialDownloading(files, self.uploads)
        self.get_page = MaterialPaging(files, self.uploads, self.inspection)
        self.sweep = UploadSweep(works, FakeDrops(self.world.store), self.uploads, lambda: self.world.at)

    def upload(
        self, who: Person, material: str = "other", data: bytes = b"paper", *, of: Person | None = None, **changed: Any
    ) -> MaterialReference:
        """Somebody uploads a file for a material, their own unless `of` says whose."""
        upload_id = f"u-{hashlib.sha256(data).hexdigest()[:8]}"
        told: dict[str, Any] = {
            "case_no": self.world.case.no,
            "version": self.world.case.version,
            "person_id": (of or who).person_id,
            "material_id": material,
            "kind": KINDS.get(material, "OTHER"),
            "upload_id": upload_id,
            "sha256": self.uploads.send(data, upload_id),
            "media_type": "",
        }
        return self.accept(AcceptUpload(**{**told, **changed}), make.call_of(who))

    def remove(self, who: Person, file_id: str) -> MaterialReference:
        """Somebody takes a file away."""
        return self.remove_material(RemoveMaterial(case_no=self.world.case.no, file_id=file_id), make.call_of(who))

    def listed(self, call: Call) -> dict[tuple[str, str], MaterialView]:
        """The list as somebody sees it: by role and material."""
        found = self.list_materials(ListMaterials(case_no=self.world.case.no), call)
        roles = {one.person_id: one.role.value for one in self.world.case.parties}
        return {(roles[one.person_id], one.material_id): one for one in found.materials}

    def download(self, call: Call, file_id: str) -> Download:
        """Somebody asks for a file."""
        return self.download_material(DownloadMaterial(case_no=self.world.case.no, file_id=file_id), call)

    def page(self, call: Call, file_id: str, page: int = 1, longest: int = 320) -> Download:
        """Somebody asks for a page."""
        message = GetMaterialPage(case_no=self.world.case.no, file_id=file_id, page=page, longest=longest)
        return self.get_page(message, call)


KINDS = {"id_card": "ID_CARD", "marriage_proof": "MARRIAGE_CERTIFICATE", "title_certificate": "TITLE_CERTIFICATE"}


@dataclass
class FakeDrops:
    """Bytes due to be deleted."""

    store: Store

    def due(self, now: dt.datetime, limit: int) -> tuple[str, ...]:
        return tuple(key for key, due in self.store.drops.items() if due <= now)[:limit]
