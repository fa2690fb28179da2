"""An uploaded file for those who may see it: the file, or one of its pages as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from services.common.kit.calls import Call
from services.common.messages.contract import Download, DownloadMaterial, GetMaterialPage
from services.common.profiles import Profiles
from services.contract.application.ports import CaseReader, Inspection, UploadStore
from services.contract.application.viewers import viewer_of
from services.contract.domain.errors import CaseNotFound
from services.contract.domain.materials import MaterialFile

PAGES = "contract/pages"


@dataclass(frozen=True)
class VisibleFiles:
    """Finds a file and holds it against who asks: to all others it does not exist."""

    reader: CaseReader
    profiles: Profiles

    def get(self, message: DownloadMaterial | GetMaterialPage, call: Call) -> MaterialFile:
        """Return the file. Raises CaseNotFound."""
        case = self.reader.get(message.case_no)
        viewer = viewer_of(case, call.actor, self.profiles)
        file = case.file(message.file_id)
        owner = case.party(file.person_id)
        if owner is None or not viewer.sees_files(case, owner.side):
            raise CaseNotFound
        return file


@dataclass(frozen=True)
class MaterialDownloading:
    """The clean copy: the original's bytes were never kept, only their hashes."""

    files: VisibleFiles
    store: UploadStore

    def __call__(self, message: DownloadMaterial, call: Call) -> Download:
        """Return a link. Raises CaseNotFound."""
        file = self.files.get(message, call)
        name = f"{file.material_id}_{message.case_no.number}_{file.file_id[-8:]}{PurePosixPath(file.key).suffix}"
        return Download(
            link=self.store.link(file.key),
            file_name=name,
            media_type=file.media_type,
            size=file.size,
            sha256=file.sha256,
        )


@dataclass(frozen=True)
class MaterialPaging:
    """Drawn once in the engine and kept beside: a file never changes, so its pictures do not either."""

    files: VisibleFiles
    store: UploadStore
    inspection: Inspection

    def __call__(self, message: GetMaterialPage, call: Call) -> Download:
        """Return a link to the picture. Raises CaseNotFound, NotFound `contract.page_unknown`, Unavailable."""
        file = self.files.get(message, call)
        key = f"{PAGES}/{file.file_id}/{message.page}-{message.longest}.jpg"
        kept = self.store.size_and_hash(key) or self._draw(message, file, key)
        return Download(
            link=self.store.link(key),
            file_name=f"{file.material_id}_{message.case_no.number}_{message.page}.jpg",
            media_type="image/jpeg",
            size=kept[0],
            sha256=kept[1],
        )

    def _draw(self, message: GetMaterialPage, file: MaterialFile, key: str) -> tuple[int, str]:
        data = self.store.get(file.key)
        return self.store.put(key, self.inspection.draw_page(data, file.media_type, message.page, message.longest))
