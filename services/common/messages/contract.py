"""What contract answers and tells: the case, its parties, terms, confirmations, documents."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from services.common.messages.contract_form import CaseForm, GetForm  # noqa: F401 - part of contract's messages
from services.common.messages.contract_terms import (  # noqa: F401 - part of contract's messages
    BankAccount,
    Holding,
    IncludedItem,
    Instalment,
    Loan,
    Supervision,
    TaxShare,
    Terms,
)
from services.common.messages.shapes import command, event, query
from services.common.values import CaseNo, CompanyName, IdNumber, Mobile, PersonId, PersonName, Uscc


class Side(StrEnum):
    """卖方 or 买方."""

    SELLER = "SELLER"
    BUYER = "BUYER"


class Marital(StrEnum):
    """婚姻状况."""

    SINGLE = "SINGLE"
    MARRIED = "MARRIED"
    DIVORCED = "DIVORCED"
    WIDOWED = "WIDOWED"


@dataclass(frozen=True, kw_only=True)
class CaseReference:
    """A case as kept with a request. `version` is the version of the contract's text, 0 before 生成."""

    case_no: CaseNo
    state: str
    revision: int
    version: int


@command("contract", "open_case", reply=CaseReference, deadline=10.0)
@dataclass(frozen=True, kw_only=True)
class OpenCase:
    """创建合同: the caller, an owner of the title, opens a case. Spends the proof."""

    city: str
    title_id: str
    proof: str
    notice_version: str


@dataclass(frozen=True, kw_only=True)
class CaseFound:
    """A case as its buyer finds it: masked."""

    case_no: CaseNo
    state: str
    seller_name_masked: str
    location: str
    ready: bool  # False: 卖方尚未填写完成


@query("contract", "look_up_case", reply=CaseFound)
@dataclass(frozen=True, kw_only=True)
class LookUpCase:
    """The buyer's search: any seller's name and ID number, and the bare case number. Limited per account and source.

    Where an enterprise sells, its name and 统一社会信用代码 are given in place of a person's.
    """

    city: str
    seller_name: PersonName | None = None
    seller_id_number: IdNumber | None = None
    number: str
    source: str
    enterprise_name: CompanyName | None = None
    enterprise_uscc: Uscc | None = None


@command("contract", "join_case", reply=CaseReference, deadline=10.0)
@dataclass(frozen=True, kw_only=True)
class JoinCase:
    """我是买家 → 签订合同: the caller becomes the main buyer. Spends the proof."""

    case_no: CaseNo
    seller_name: PersonName | None = None
    seller_id_number: IdNumber | None = None
    proof: str
    notice_version: str
    enterprise_name: CompanyName | None = None
    enterprise_uscc: Uscc | None = None


@dataclass(frozen=True, kw_only=True)
class PartyInput:
    """One person of a side as typed. The main party's name and ID number come from the account and must agree.

    Who acts for an enterprise says nothing of his marriage; company and code may be left out, the register knows them.
    """

    name: PersonName
    id_number: IdNumber
    mobile: Mobile
    address: str
    marital: Marital | None = None
    share: str = ""  # 按份共有 only, a fraction
    id_valid_until: dt.date | None = None  # 证件有效期
    id_valid_long: bool = False  # 长期
    postcode: str = ""
    company: CompanyName | None = None
    uscc: Uscc | None = None


@command("contract", "save_parties", reply=CaseReference, deadline=10.0)
@dataclass(frozen=True, kw_only=True)
class SaveParties:
    """Save the caller's side: the first is the main party, the others co-owners (共有人)."""

    case_no: CaseNo
    revision: int
    side: Side
    parties: tuple[PartyInput, ...]
    holding: Holding | None = None  # the buyers' side alone


@command("contract", "save_terms", reply=CaseReference)
@dataclass(frozen=True, kw_only=True)
class SaveTerms:
    """Save the agreed terms (the seller). A complete save publishes the case to the buyer."""

    case_no: CaseNo
    revision: int
    terms: Terms


@command("contract", "generate_contract", reply=CaseReference)
@dataclass(frozen=True, kw_only=True)
class GenerateContract:
    """生成电子合同 (the buyer): fixes a version to be confirmed."""

    case_no: CaseNo
    revision: int


@command("contract", "confirm_contract", reply=CaseReference)
@dataclass(frozen=True, kw_only=True)
class ConfirmContract:
    """确认合同 for that version, by each who must."""

    case_no: CaseNo
    version: int


@command("contract", "acknowledge_note", reply=CaseReference)
@dataclass(frozen=True, kw_only=True)
class AcknowledgeNote:
    """知悉确认: the caller has read that version of the city's text about a note in the register (`reason`, such as MORTGAGED)."""

    case_no: CaseNo
    reason: str
    text_id: str
    text_version: str


@command("contract", "start_signing", reply=CaseReference, deadline=10.0)
@dataclass(frozen=True, kw_only=True)
class StartSigning:
    """发起签署: re-checks the house and the buyers, freezes the documents."""

    case_no: CaseNo
    version: int


@command("contract", "submit_case", reply=CaseReference)
@dataclass(frozen=True, kw_only=True)
class SubmitCase:
    """提交合同 to the authority (the seller)."""

    case_no: CaseNo


@command("contract", "withdraw_submission", reply=CaseReference, deadline=10.0)
@dataclass(frozen=True, kw_only=True)
class WithdrawSubmission:
    """Take the submission back while nobody has claimed it (the seller)."""

    case_no: CaseNo


@command("contract", "revoke_case", reply=CaseReference)
@dataclass(frozen=True, kw_only=True)
class RevokeCase:
    """撤销合同 before all have signed."""

    case_no: CaseNo
    reason: str


@command("contract", "rescind_case", reply=CaseReference)
@dataclass(frozen=True, kw_only=True)
class RescindCase:
    """解除 after all have signed, while nothing is submitted: agreed by one side, done when the other agrees too."""

    case_no: CaseNo


@command("contract", "withdraw_rescission", reply=CaseReference)
@dataclass(frozen=True, kw_only=True)
class WithdrawRescission:
    """Take back one's own side's agreement to 解除, while the other side has not agreed."""

    case_no: CaseNo


@command("contract", "reopen_case", reply=CaseReference)
@dataclass(frozen=True, kw_only=True)
class ReopenCase:
    """Withdraw the published or generated contract to edit it again: the caller's side goes back to its draft, confirmations are void."""

    case_no: CaseNo
    revision: int


@dataclass(frozen=True, kw_only=True)
class Judgment:
    """生效法律文书 that ends a contract: kind (COURT_JUDGMENT, COURT_MEDIATION), 案号, court."""

    kind: str
    number: str
    court: str


@command("contract", "apply_cancellation", reply=CaseReference, deadline=10.0)
@dataclass(frozen=True, kw_only=True)
class ApplyCancellation:
    """备案注销: one side applies; queued when the other applies too, or at once with a judgment. Spends the proof."""

    case_no: CaseNo
    proof: str
    ground: str  # AGREED, JUDGMENT
    judgment: Judgment | None = None


@command("contract", "take_back_cancellation", reply=CaseReference)
@dataclass(frozen=True, kw_only=True)
class TakeBackCancellation:
    """Take one's side's application back while the other side has not applied."""

    case_no: CaseNo


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
    """An act the viewer cannot do now, and why."""

    act: str
    reason: str


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
class ReturnItem:
    """One point of a return by the reviewer: what it is about, what he wrote, and the rule of review's catalogue it falls under."""

    item: str
    reason: str
    rule: str = ""


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


@dataclass(frozen=True, kw_only=True)
class Commitments:
    """What ties a person to contracts: cases under way, and how many were filed and stay so."""

    live: tuple[CaseNo, ...]
    filed: int


@query("contract", "list_commitments", reply=Commitments)
@dataclass(frozen=True, kw_only=True)
class ListCommitments:
    """Asked by identity before it erases an account."""

    person_id: PersonId


@dataclass(frozen=True, kw_only=True)
class Download:
    """A 60-second internal link to stored bytes, and how to name them."""

    link: str
    file_name: str
    media_type: str
    size: int
    sha256: str


@query("contract", "preview_contract", reply=Download, process="worker", deadline=15.0)
@dataclass(frozen=True, kw_only=True)
class PreviewContract:
    """预览电子合同: draw the contract as it stands, marked 预览."""

    case_no: CaseNo


@query("contract", "download_contract", reply=Download)
@dataclass(frozen=True, kw_only=True)
class DownloadContract:
    """合同下载: the signed copy from SIGNED on, the sealed one from FILED on."""

    case_no: CaseNo


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Who signs what field, for signing."""

    person_id: PersonId
    name: PersonName
    mobile: Mobile
    side: Side
    is_main: bool
    field: str
    company: CompanyName | None = None  # the enterprise he signs for, under its seal
    uscc: Uscc | None = None


@dataclass(frozen=True, kw_only=True)
class Signers:
    """The signers of a version in the order of their fields."""

    case_no: CaseNo
    version: int
    seal_field: str
    office_name: str
    signers: tuple[Signer, ...]


@query("contract", "get_signers", reply=Signers)
@dataclass(frozen=True, kw_only=True)
class GetSigners:
    """Asked by signing when documents are ready."""

    case_no: CaseNo
    version: int


@dataclass(frozen=True, kw_only=True)
class BuyerIdentity:
    """A buyer's name and number."""

    name: PersonName
    id_number: IdNumber


@dataclass(frozen=True, kw_only=True)
class Buyers:
    """Everybody who buys."""

    buyers: tuple[BuyerIdentity, ...]


@query("contract", "get_buyers", reply=Buyers)
@dataclass(frozen=True, kw_only=True)
class GetBuyers:
    """Asked by review, which screens the buyers before it approves."""

    case_no: CaseNo


@dataclass(frozen=True, kw_only=True)
class PartyContact:
    """Where notice reaches a party."""

    person_id: PersonId
    mobile: Mobile


@dataclass(frozen=True, kw_only=True)
class PartyContacts:
    """All parties of a case."""

    contacts: tuple[PartyContact, ...]


@query("contract", "get_contacts", reply=PartyContacts)
@dataclass(frozen=True, kw_only=True)
class GetContacts:
    """Asked by notice."""

    case_no: CaseNo


@event("contract.case_opened")
@dataclass(frozen=True, kw_only=True)
class CaseOpened:
    """A live case holds this house."""

    case_no: CaseNo
    title_id: str


@event("contract.case_ended")
@dataclass(frozen=True, kw_only=True)
class CaseEnded:
    """The case is over without a filing, or its filing is cancelled (state CANCELLED); the house is free."""

    case_no: CaseNo
    title_id: str
    state: str
    envelope_id: str


@event("contract.case_advanced")
@dataclass(frozen=True, kw_only=True)
class CaseAdvanced:
    """The case is in a new state that its parties are told of.

    Besides states: CANCEL_ASKED, one side has applied to cancel the filing; CANCEL_REFUSED, the office keeps it.
    """

    case_no: CaseNo
    state: str


@event("contract.deadline_near")
@dataclass(frozen=True, kw_only=True)
class DeadlineNear:
    """The parties are told once what happens unless somebody acts in time; `then_code`: EXPIRE, RETURN or REMIND."""

    case_no: CaseNo
    state: str
    then_code: str
    due_at: dt.datetime


@event("contract.rescission_asked")
@dataclass(frozen=True, kw_only=True)
class RescissionAsked:
    """One side has agreed to give the signed contract up; the other side is asked."""

    case_no: CaseNo


@event("contract.rescission_withdrawn")
@dataclass(frozen=True, kw_only=True)
class RescissionWithdrawn:
    """The side that had agreed to give the contract up has taken that back."""

    case_no: CaseNo


@event("contract.documents_frozen")
@dataclass(frozen=True, kw_only=True)
class DocumentsFrozen:
    """This version is to be drawn and signed."""

    case_no: CaseNo
    version: int


@dataclass(frozen=True, kw_only=True)
class FrozenDocument:
    """A document as drawn."""

    kind: str
    key: str
    sha256: str
    pages: int
    fields: tuple[str, ...]


@event("contract.documents_ready")
@dataclass(frozen=True, kw_only=True)
class DocumentsReady:
    """The documents of this version are stored and can be signed."""

    case_no: CaseNo
    version: int
    verification_code: str
    documents: tuple[FrozenDocument, ...]


@event("contract.case_submitted")
@dataclass(frozen=True, kw_only=True)
class CaseSubmitted:
    """The seller submitted; review queues it."""

    case_no: CaseNo
    title_id: str
    envelope_id: str
    city: str
    round: int


@event("contract.submission_withdrawn")
@dataclass(frozen=True, kw_only=True)
class SubmissionWithdrawn:
    """The seller took it back."""

    case_no: CaseNo
    round: int


@event("contract.cancellation_applied")
@dataclass(frozen=True, kw_only=True)
class CancellationApplied:
    """备案注销 is applied for, by both sides or by one with a judgment; review queues it."""

    case_no: CaseNo
    title_id: str
    envelope_id: str
    city: str
    round: int
    ground: str  # AGREED, JUDGMENT


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
