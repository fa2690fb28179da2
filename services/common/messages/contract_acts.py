"""What people do with a case: open, join, save, confirm, sign, submit, give up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.messages.contract_terms import Holding, Terms
from services.common.messages.contract_words import CaseReference, Judgment, Marital, Side
from services.common.messages.shapes import command, query
from services.common.values import CaseNo, CompanyName, IdNumber, Mobile, PersonName, Uscc


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
