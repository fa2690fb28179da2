"""What people are shown of a case: parties, steps, duties, barred acts, cautions; and their list of cases."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from services.common.messages.contract_terms import Holding, Terms
from services.common.messages.contract_words import Judgment, ReturnItem, Side
from services.common.messages.shapes import query
from services.common.values import CaseNo, PersonId


@dataclass(frozen=True, kw_only=True)
class PartyView:
    """A party as the viewer may see them."""

    person_id: PersonId
    side: Side
    is_main: bool
    name: str
    id_number: str
    mobile: str
    address: str
    marital: str
    share: str
    must_confirm: bool
    confirmed_at: dt.datetime | None
    is_viewer: bool
    id_valid_until: dt.date | None = None
    id_valid_long: bool = False
    postcode: str = ""
    born: dt.date | None = None  # from the number, as sex and nationality
    sex: str = ""  # MALE, FEMALE
    nationality: str = ""
    company: str = ""  # the enterprise this person acts for
    uscc: str = ""


@dataclass(frozen=True, kw_only=True)
class Act:
    """An entry of the case's history: appended, never rewritten."""

    at: dt.datetime
    act: str
    by: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Barred:
    """An act the viewer cannot do now, and why: also which materials are missing, or which character of which field has no font."""

    act: str
    reason: str
    character: str = ""
    field: str = ""
    materials: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StepView:
    """One of the steps shown on top of the screen."""

    name: str
    status: str  # DONE, CURRENT, TODO
    note: str = ""  # of the last step: 待审核, 审核中, 退回, 备案中, 已备案, 已推送


@dataclass(frozen=True, kw_only=True)
class ChecklistRow:
    """A row of what the viewer's side has to bring or fill in: DONE 上传完成, UPLOAD 点击上传, FILL 请填写, FILLED 已填写."""

    id: str
    name: str
    status: str
    required: bool


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Who must do what by when, for the case to go on."""

    act: str
    roles: tuple[str, ...]  # party roles, OFFICE, or SYSTEM
    by: dt.datetime
    mine: bool


@dataclass(frozen=True, kw_only=True)
class DocumentView:
    """A document of the case."""

    kind: str
    status: str  # PREVIEW, SIGNING, SIGNED, FILED
    sha256: str
    pages: int
    signatures: int


@dataclass(frozen=True, kw_only=True)
class AcknowledgementView:
    """Who has acknowledged a note, after reading which text."""

    person_id: PersonId
    text_id: str
    text_version: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class WarningView:
    """A note of the register that may be sold with, once everybody of these sides has acknowledged it."""

    reason: str  # the register's code, such as MORTGAGED
    text_id: str
    text_version: str
    sides: tuple[Side, ...]
    acknowledged: tuple[AcknowledgementView, ...]
    mine_to_acknowledge: bool


@dataclass(frozen=True, kw_only=True)
class PaperView:
    """A paper the register's notes ask for, such as ENTERPRISE_PAPERS."""

    paper: str
    provided: bool


@dataclass(frozen=True, kw_only=True)
class ConsentView:
    """A side's agreement to give a signed contract up (解除)."""

    side: Side
    person_id: PersonId
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class Caution:
    """What is allowed but unusual, and whom it is about: nobody is stopped."""

    code: str
    person_ids: tuple[PersonId, ...]


@dataclass(frozen=True, kw_only=True)
class CancellationView:
    """备案注销 as far as it has come; `refusal_` is what the office answered to the last application."""

    ground: str
    judgment: Judgment | None
    agreed: tuple[Side, ...]
    refusal_rule: str
    refusal_reason: str
    refusal_remedies: str
    cancelled_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class MaterialProgress:
    """Whether a material of a person is there, for the checklist."""

    person_id: PersonId
    material_id: str
    name: str
    required: bool
    status: str  # DONE 上传完成, TODO 点击上传
    files: int


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """The case as one person sees it."""

    case_no: CaseNo
    state: str
    revision: int
    version: int
    title_id: str
    location: str
    certificate_no: str
    building_area: Decimal
    parties: tuple[PartyView, ...]
    terms: Terms | None
    steps: tuple[StepView, ...]
    allowed_acts: tuple[str, ...]
    barred_acts: tuple[Barred, ...]
    missing: tuple[str, ...]  # field paths still to fill on the viewer's side
    history: tuple[Act, ...]
    filing_no: str
    return_items: tuple[ReturnItem, ...]
    documents: tuple[DocumentView, ...] = field(default=())
    checklist: tuple[ChecklistRow, ...] = ()
    duty: Duty | None = None  # None: nothing is waited for
    holding: Holding | None = None
    warnings: tuple[WarningView, ...] = ()
    papers: tuple[PaperView, ...] = ()
    cautions: tuple[Caution, ...] = ()
    rescission: tuple[ConsentView, ...] = ()
    end_reason: str = ""  # of a revocation, as its author wrote it: to parties and reviewers
    cancellation: CancellationView | None = None
    materials: tuple[MaterialProgress, ...] = field(default=())


@query("contract", "get_case", reply=CaseView)
@dataclass(frozen=True, kw_only=True)
class GetCase:
    """The case for its party, its reviewer or a service."""

    case_no: CaseNo


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """A line of 我的合同."""

    case_no: CaseNo
    state: str
    role: str
    location: str
    updated_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class CaseList:
    """A page of the caller's cases; `next_cursor` is empty on the last."""

    cases: tuple[CaseRow, ...]
    next_cursor: str


@query("contract", "list_cases", reply=CaseList)
@dataclass(frozen=True, kw_only=True)
class ListCases:
    """我的合同: every case the caller is a party or co-owner of, newest first."""

    side: str
    state: str
    cursor: str
    limit: int
