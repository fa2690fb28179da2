"""Materials for tests of the case: files as if they had been uploaded, without bytes."""

from __future__ import annotations

import hashlib

from services.common.messages.contract import Side
from services.common.profiles import DocumentKind
from services.common.values import CaseNo, PersonId
from services.contract.domain.materials import MaterialFile
from tests.support import contract_builders as make
from tests.support.contract_fakes import Store


def file_of(person_id: PersonId, material_id: str, kind: str, serial: int = 1, **changed: object) -> MaterialFile:
    """Return an uploaded file of one page."""
    file_id = hashlib.sha256(f"{person_id}:{material_id}:{serial}".encode()).hexdigest()[:32]
    told: dict[str, object] = {
        "file_id": file_id,
        "person_id": person_id,
        "material_id": material_id,
        "kind": DocumentKind(kind),
        "version": 0,
        "key": f"contract/materials/{make.NO}/{file_id}.jpg",
        "media_type": "image/jpeg",
        "size": 1000,
        "pages": 1,
        "sha256": file_id * 2,
        "original_sha256": file_id[::-1] * 2,
        "original_sm3": file_id[::-1] * 2,
        "uploaded_by": person_id,
        "uploaded_at": make.NOW,
    }
    return MaterialFile(**{**told, **changed})  # type: ignore[arg-type]


def bring(store: Store, no: CaseNo, side: Side) -> None:
    """Put a file to every required material of a side that has none."""
    case = store.cases[no]
    wanted = [one for one in case.materials.rows if one.party.side is side and one.required and not one.done]
    brought = [file_of(one.party.person_id, one.material.id, one.material.any_of[0].value) for one in wanted]
    case.files = (*case.files, *brought)
