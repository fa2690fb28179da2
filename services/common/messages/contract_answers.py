"""What neighbours ask of a case: its contract as a file, who signs, who buys, how to reach them, what binds a person."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.messages.contract_words import Download, Side
from services.common.messages.shapes import query
from services.common.values import CaseNo, CompanyName, IdNumber, Mobile, PersonId, PersonName, Uscc


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
