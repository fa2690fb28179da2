"""申请材料: what is asked of whom, what is there, and how far that is."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import (
    ListMaterials,
    MaterialFileView,
    MaterialProgress,
    Materials,
    MaterialView,
)
from services.common.profiles import Profiles
from services.contract.application.ports import CaseReader
from services.contract.application.viewers import Viewer, viewer_of
from services.contract.domain.case import Case
from services.contract.domain.materials import Asked, MaterialFile

DONE, TODO = "DONE", "TODO"


@dataclass(frozen=True)
class MaterialListing:
    """Everybody who may see the case sees what is there; the files themselves only those they are for."""

    reader: CaseReader
    profiles: Profiles

    def __call__(self, message: ListMaterials, call: Call) -> Materials:
        """Return the list. Raises CaseNotFound."""
        case = self.reader.get(message.case_no)
        viewer = viewer_of(case, call.actor, self.profiles)
        rows = tuple(_view(case, one, viewer) for one in case.materials.rows)
        return Materials(case_no=case.no, version=case.version, materials=rows)


def progress(case: Case) -> tuple[MaterialProgress, ...]:
    """Return the checklist's rows of materials."""
    return tuple(
        MaterialProgress(
            person_id=one.party.person_id,
            material_id=one.material.id,
            name=one.material.name,
            required=one.required,
            status=_status(one),
            files=len(one.files),
        )
        for one in case.materials.rows
    )


def _status(row: Asked) -> str:
    return DONE if row.done else TODO


def _view(case: Case, row: Asked, viewer: Viewer) -> MaterialView:
    shown = row.files if viewer.sees_files(case, row.party.side) else ()
    return MaterialView(
        person_id=row.party.person_id,
        material_id=row.material.id,
        name=row.material.name,
        any_of=tuple(kind.value for kind in row.material.any_of),
        required=row.required,
        status=_status(row),
        may_upload=viewer.party is not None and case.may_attach(viewer.party, row),
        files=tuple(_file(one) for one in shown),
    )


def _file(file: MaterialFile) -> MaterialFileView:
    return MaterialFileView(
        file_id=file.file_id,
        kind=file.kind.value,
        version=file.version,
        media_type=file.media_type,
        size=file.size,
        pages=file.pages,
        sha256=file.sha256,
        uploaded_at=file.uploaded_at,
    )
