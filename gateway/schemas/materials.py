"""Uploaded materials: what is sent beside a file, and how the list is shown."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Self

from gateway.schemas.base import Say, number, one_of, text
from services.common.messages import contract
from services.common.values import CaseNo, PersonId

SIZES = {"small": 320, "medium": 1080, "large": 2160}
"""Longest side of a page's picture in pixels; few, so that what is drawn is drawn once."""


@dataclass(frozen=True, kw_only=True)
class UploadQuery:
    """Whose material the file is, which of the accepted kinds, and beside which version of the contract (0 before 生成)."""

    person_id: PersonId
    material_id: str = text(40)
    kind: str = text(40)
    version: int = number(0, 999_999)
    replaces: str = text(32, 0, default="")

    def message(self, case_no: CaseNo, upload_id: str, sha256: str, media_type: str) -> contract.AcceptUpload:
        """Build the command."""
        return contract.AcceptUpload(
            case_no=case_no,
            version=self.version,
            person_id=self.person_id,
            material_id=self.material_id,
            kind=self.kind,
            upload_id=upload_id,
            sha256=sha256,
            media_type=media_type,
            replaces=self.replaces,
        )


@dataclass(frozen=True, kw_only=True)
class PageQuery:
    """How large the picture of a page is wanted."""

    size: str = one_of(*SIZES, default="medium")


@dataclass(frozen=True, kw_only=True)
class MaterialReferenceReply:
    """An uploaded file. `sha256` is of the clean copy that is kept."""

    case_no: CaseNo
    file_id: str
    person_id: PersonId
    material_id: str
    media_type: str
    pages: int
    sha256: str

    @classmethod
    def of(cls, file: contract.MaterialReference) -> Self:
        """Build from the message."""
        return cls(
            case_no=file.case_no,
            file_id=file.file_id,
            person_id=file.person_id,
            material_id=file.material_id,
            media_type=file.media_type,
            pages=file.pages,
            sha256=file.sha256,
        )


@dataclass(frozen=True, kw_only=True)
class MaterialFileReply:
    """An uploaded file in the list."""

    file_id: str
    kind: str
    version: int
    media_type: str
    size: int
    pages: int
    sha256: str
    uploaded_at: dt.datetime

    @classmethod
    def of(cls, file: contract.MaterialFileView) -> Self:
        """Build from the message."""
        return cls(
            file_id=file.file_id,
            kind=file.kind,
            version=file.version,
            media_type=file.media_type,
            size=file.size,
            pages=file.pages,
            sha256=file.sha256,
            uploaded_at=file.uploaded_at,
        )


@dataclass(frozen=True, kw_only=True)
class CaseMaterialReply:
    """One material of one person: any one of `any_of` will do. `label` is 上传完成 or 点击上传."""

    person_id: PersonId
    material_id: str
    name: str
    any_of: tuple[str, ...]
    required: bool
    status: str
    label: str
    may_upload: bool
    files: tuple[MaterialFileReply, ...]

    @classmethod
    def of(cls, row: contract.MaterialView, say: Say) -> Self:
        """Build from the message."""
        return cls(
            person_id=row.person_id,
            material_id=row.material_id,
            name=row.name,
            any_of=row.any_of,
            required=row.required,
            status=row.status,
            label=say(f"material.{row.status.lower()}"),
            may_upload=row.may_upload,
            files=tuple(MaterialFileReply.of(one) for one in row.files),
        )


@dataclass(frozen=True, kw_only=True)
class CaseMaterialsReply:
    """The materials of a case; `version` goes with every upload."""

    case_no: CaseNo
    version: int
    materials: tuple[CaseMaterialReply, ...]

    @classmethod
    def of(cls, found: contract.Materials, say: Say) -> Self:
        """Build from the message."""
        rows = tuple(CaseMaterialReply.of(one, say) for one in found.materials)
        return cls(case_no=found.case_no, version=found.version, materials=rows)


@dataclass(frozen=True, kw_only=True)
class MaterialProgressReply:
    """Whether a material of a person is there, for the checklist: `label` is 上传完成 or 点击上传."""

    person_id: PersonId
    material_id: str
    name: str
    required: bool
    status: str
    label: str
    files: int

    @classmethod
    def of(cls, row: contract.MaterialProgress, say: Say) -> Self:
        """Build from the message."""
        return cls(
            person_id=row.person_id,
            material_id=row.material_id,
            name=row.name,
            required=row.required,
            status=row.status,
            label=say(f"material.{row.status.lower()}"),
            files=row.files,
        )
