"""What property answers and tells: titles, owners, whether a house may be sold, filings it received."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from services.common.messages.shapes import command, event, query
from services.common.values import CaseNo, CertificateNo, CompanyName, IdNumber, PersonId, PersonName, UnitNo, Uscc


@dataclass(frozen=True, kw_only=True)
class TitleSummary:
    """A title as its finder sees it: other owners' names are masked."""

    title_id: str
    certificate_no: CertificateNo
    location: str
    building_area: Decimal
    use: str
    owners_masked: tuple[str, ...]
    saleable: bool
    barred_by: tuple[str, ...]  # refusal codes such as HOUSE_SEALED
    warnings: tuple[str, ...] = ()  # what both sides must acknowledge, such as MORTGAGED
    papers_needed: tuple[str, ...] = ()  # what must be brought, such as MORTGAGEE_CONSENT


@dataclass(frozen=True, kw_only=True)
class TitlesFound:
    """房源核验 found these."""

    titles: tuple[TitleSummary, ...]


@query("property", "search_titles", reply=TitlesFound)
@dataclass(frozen=True, kw_only=True)
class SearchTitles:
    """房源核验: certificate, name and number must all agree with one owner; the caller must be an owner of what is found.

    Either a person's name and ID number are given, or an enterprise's name and 统一社会信用代码.
    """

    city: str
    certificate_no: CertificateNo
    owner_name: PersonName | None = None
    owner_id_number: IdNumber | None = None
    source: str
    enterprise_name: CompanyName | None = None
    enterprise_uscc: Uscc | None = None


@dataclass(frozen=True, kw_only=True)
class Owner:
    """A registered owner; `share` is a fraction such as `1/2`, empty where ownership is joint."""

    person_id: PersonId
    name: PersonName
    id_number: IdNumber
    share: str


@dataclass(frozen=True, kw_only=True)
class EnterpriseOwner:
    """A registered enterprise and the legal representative through whom it sells."""

    name: CompanyName
    uscc: Uscc
    share: str
    representative_id: PersonId
    representative_name: PersonName
    representative_id_number: IdNumber


@dataclass(frozen=True, kw_only=True)
class House:
    """What the register says of the house (房屋基本信息)."""

    certificate_no: CertificateNo
    unit_no: UnitNo | None
    location: str
    building_area: Decimal
    use: str
    nature: str
    structure: str
    floor: int
    total_floors: int
    year_built: int
    land_obtained: str
    land_use: str
    land_term_end: dt.date | None


@dataclass(frozen=True, kw_only=True)
class Title:
    """A title in full, for contract."""

    title_id: str
    city: str
    ownership_mode: str  # SOLE, JOINT, SHARES
    owners: tuple[Owner, ...]
    house: House
    mortgaged: bool
    leased: bool
    habitation_right: bool
    barred_by: tuple[str, ...]
    warnings: tuple[str, ...] = ()  # what both sides must acknowledge
    papers_needed: tuple[str, ...] = ()  # what must be brought before the case goes on
    enterprise_owners: tuple[EnterpriseOwner, ...] = ()


@query("property", "get_title", reply=Title)
@dataclass(frozen=True, kw_only=True)
class GetTitle:
    """Asked by contract when a case is opened and re-checked."""

    title_id: str
    except_case: CaseNo | None = None  # this case's own lock does not bar the house


@dataclass(frozen=True, kw_only=True)
class FilingAcknowledged:
    """The register took the filing."""

    receipt_no: str


@command("property", "record_filing", reply=FilingAcknowledged)
@dataclass(frozen=True, kw_only=True)
class RecordFiling:
    """Pushed by review: a filed contract on this house (备案推送). Repeats return the first receipt."""

    case_no: CaseNo
    title_id: str
    filing_no: str
    document_sha256: str
    filed_at: dt.datetime


@command("property", "cancel_filing", reply=FilingAcknowledged)
@dataclass(frozen=True, kw_only=True)
class CancelFiling:
    """Pushed by review: the filing is cancelled (备案注销), its house may be filed again. Repeats return the first receipt."""

    case_no: CaseNo
    title_id: str
    filing_no: str


@dataclass(frozen=True, kw_only=True)
class TitlesSeeded:
    """How many titles the register holds now."""

    added: int
    total: int


@command("property", "seed_titles", reply=TitlesSeeded, deadline=60.0)
@dataclass(frozen=True, kw_only=True)
class SeedTitles:
    """Fill the embedded register with generated titles: the same seed gives the same titles. Operators only.

    Titles `first` to `first + count - 1` of the seed; at most 100,000 a command, so that a larger register is asked
    for in several.
    """

    city: str
    count: int
    seed: int
    first: int = 0


@dataclass(frozen=True, kw_only=True)
class SeededTitle:
    """A generated title with its generated owners, for demonstrations."""

    title_id: str
    certificate_no: CertificateNo
    owners: tuple[Owner, ...]


@dataclass(frozen=True, kw_only=True)
class SeededTitles:
    """Generated titles."""

    titles: tuple[SeededTitle, ...]


@query("property", "list_seeded_titles", reply=SeededTitles)
@dataclass(frozen=True, kw_only=True)
class ListSeededTitles:
    """Generated, saleable titles without a live case, with that many owners. Operators only, and only of generated data.

    `noted` empty: titles without anything to acknowledge. A note such as MORTGAGE: titles that bear it and nothing else.
    """

    city: str
    owners: int
    limit: int
    noted: str = ""


@dataclass(frozen=True, kw_only=True)
class PartyScreened:
    """What is known of a party; `barred_by` holds BUYER_DEFAULTER, BUYER_NOT_ELIGIBLE or nothing."""

    defaulter: bool
    eligibility: str  # NOT_REQUIRED, PASS, FAIL
    barred_by: tuple[str, ...]


@query("property", "screen_party", reply=PartyScreened)
@dataclass(frozen=True, kw_only=True)
class ScreenParty:
    """买受人核验, asked by contract and review: 失信被执行人 and 购房资格."""

    city: str
    name: PersonName
    id_number: IdNumber


@dataclass(frozen=True, kw_only=True)
class PartyNoted:
    """The standing is kept; what it bars from now on."""

    barred_by: tuple[str, ...]


@command("property", "note_party", reply=PartyNoted)
@dataclass(frozen=True, kw_only=True)
class NoteParty:
    """Write a standing into the embedded table. Operators only."""

    city: str
    id_number: IdNumber
    defaulter: bool
    eligibility: str


@dataclass(frozen=True, kw_only=True)
class TitleNoted:
    """What the city makes of the title's notes from now on."""

    barred_by: tuple[str, ...]
    warnings: tuple[str, ...]
    papers_needed: tuple[str, ...]


@command("property", "note_title", reply=TitleNoted)
@dataclass(frozen=True, kw_only=True)
class NoteTitle:
    """Write a note (SEAL, MORTGAGE ...) on a title of the embedded register, or clear it. Operators only."""

    title_id: str
    note: str
    cleared: bool = False


@event("property.filing_recorded")
@dataclass(frozen=True, kw_only=True)
class FilingRecorded:
    """The register holds a filing."""

    case_no: CaseNo
    title_id: str
    filing_no: str
    receipt_no: str
