"""Uploaded materials: put, taken away, listed, seen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.messages.contract_words import Download
from services.common.messages.shapes import command, query
from services.common.values import CaseNo, PersonId


@dataclass(frozen=True, kw_only=True)
class MaterialReference:
    """An uploaded file as kept with a request."""

    case_no: CaseNo
    file_id: str
    person_id: PersonId
    material_id: str
    media_type: str
    pages: int
    sha256: str


@command("contract", "accept_upload", reply=MaterialReference, process="worker", deadline=25.0)
@dataclass(frozen=True, kw_only=True)
class AcceptUpload:
    """上传材料: the file put under `incoming/{upload_id}` for a person's material; checked, cleaned and kept, or refused and deleted.

    `version` is the contract's (decision 12). `sha256` is of the bytes put there, `media_type` what the sender declared.
    """

    case_no: CaseNo
    version: int
    person_id: PersonId
    material_id: str
    kind: str
    upload_id: str
    sha256: str
    media_type: str
    replaces: str = ""  # the file whose place it takes


@command("contract", "remove_material", reply=MaterialReference)
@dataclass(frozen=True, kw_only=True)
class RemoveMaterial:
    """Take an uploaded file away."""

    case_no: CaseNo
    file_id: str


@dataclass(frozen=True, kw_only=True)
class MaterialFileView:
    """An uploaded file."""

    file_id: str
    kind: str
    version: int
    media_type: str
    size: int
    pages: int
    sha256: str
    uploaded_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class MaterialView:
    """One material of one person, with its files where the viewer may see them."""

    person_id: PersonId
    material_id: str
    name: str
    any_of: tuple[str, ...]
    required: bool
    status: str  # DONE 上传完成, TODO 点击上传
    may_upload: bool
    files: tuple[MaterialFileView, ...]


@dataclass(frozen=True, kw_only=True)
class Materials:
    """The materials of a case."""

    case_no: CaseNo
    version: int
    materials: tuple[MaterialView, ...]


@query("contract", "list_materials", reply=Materials)
@dataclass(frozen=True, kw_only=True)
class ListMaterials:
    """申请材料 of a case, as far as the caller may see them."""

    case_no: CaseNo


@query("contract", "download_material", reply=Download)
@dataclass(frozen=True, kw_only=True)
class DownloadMaterial:
    """An uploaded file, as kept."""

    case_no: CaseNo
    file_id: str


@query("contract", "get_material_page", reply=Download, process="worker", deadline=15.0)
@dataclass(frozen=True, kw_only=True)
class GetMaterialPage:
    """One page of an uploaded file as a picture, from 1; `longest` side in pixels."""

    case_no: CaseNo
    file_id: str
    page: int
    longest: int
