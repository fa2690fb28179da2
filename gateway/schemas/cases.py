"""Bodies of acts on a case, and the short reply acts give. What a case looks like is in `case_views`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from gateway.schemas.base import items, number, one_of, text
from gateway.schemas.owner_names import read_owner
from services.common.messages import contract
from services.common.messages.contract import Marital, Side
from services.common.values import CaseNo, CompanyName, IdNumber, Mobile, Money, PersonName, Uscc

LONGEST_PROOF = 2000
SELLER_FIELDS = ("seller_name", "seller_id_number")


@dataclass(frozen=True, kw_only=True)
class CaseReferenceReply:
    """Where the case stands after an act. `number` is what people see and type, `case_no` the key in paths."""

    case_no: CaseNo
    city: str
    number: str
    state: str
    revision: int
    version: int

    @classmethod
    def of(cls, case: contract.CaseReference) -> Self:
        """Build from the message."""
        return cls(
            case_no=case.case_no,
            city=case.case_no.city,
            number=case.case_no.number,
            state=case.state,
            revision=case.revision,
            version=case.version,
        )


@dataclass(frozen=True, kw_only=True)
class OpenCaseBody:
    """Open a case for a title one owns; spends an OPEN_CASE proof."""

    city: str = text(20, 2, pattern=r"[a-z]+")
    title_id: str = text(64)
    proof: str = text(LONGEST_PROOF)
    notice_version: str = text(32)

    def message(self) -> contract.OpenCase:
        """Return the command."""
        return contract.OpenCase(
            city=self.city, title_id=self.title_id, proof=self.proof, notice_version=self.notice_version
        )


@dataclass(frozen=True, kw_only=True)
class LookUpBody:
    """The buyer's search by any seller's name and ID number and the bare case number.

    Where an enterprise sells, `seller_id_number` is its 统一社会信用代码.
    """

    seller_name: str = text(100, 2)
    seller_id_number: str = text(40, 15)
    city: str = text(20, 2, pattern=r"[a-z]+")
    number: str = text(14, 13, pattern=r"20[0-9]{11,12}")

    def message(self, source: str) -> contract.LookUpCase:
        """Return the query. Raises InvalidValue `message.invalid` naming the wrong fields."""
        seller = read_owner(self.seller_name, self.seller_id_number, SELLER_FIELDS)
        return contract.LookUpCase(
            city=self.city,
            seller_name=seller.person,
            seller_id_number=seller.id_number,
            enterprise_name=seller.company,
            enterprise_uscc=seller.uscc,
            number=self.number,
            source=source,
        )


@dataclass(frozen=True, kw_only=True)
class JoinBody:
    """Become the main buyer; spends a JOIN_CASE proof. The seller is named as in the search."""

    seller_name: str = text(100, 2)
    seller_id_number: str = text(40, 15)
    proof: str = text(LONGEST_PROOF)
    notice_version: str = text(32)

    def message(self, case_no: CaseNo) -> contract.JoinCase:
        """Return the command. Raises InvalidValue `message.invalid` naming the wrong fields."""
        seller = read_owner(self.seller_name, self.seller_id_number, SELLER_FIELDS)
        return contract.JoinCase(
            case_no=case_no,
            seller_name=seller.person,
            seller_id_number=seller.id_number,
            enterprise_name=seller.company,
            enterprise_uscc=seller.uscc,
            proof=self.proof,
            notice_version=self.notice_version,
        )


@dataclass(frozen=True, kw_only=True)
class PartyBody:
    """One person of a side. Whoever acts for an enterprise leaves `marital` out; the register knows company and code."""

    name: PersonName
    id_number: IdNumber
    mobile: Mobile
    marital: Marital | None = None
    company: CompanyName | None = None
    uscc: Uscc | None = None
    address: str = text(120, 2)
    share: str = text(9, 0, default="", pattern=r"([1-9][0-9]{0,3}/[1-9][0-9]{0,3})?")

    def message(self) -> contract.PartyInput:
        """Return the part of the command."""
        return contract.PartyInput(
            name=self.name,
            id_number=self.id_number,
            mobile=self.mobile,
            address=self.address,
            marital=self.marital,
            share=self.share,
            company=self.company,
            uscc=self.uscc,
        )


@dataclass(frozen=True, kw_only=True)
class PartiesBody:
    """All persons of one's side: the main party first, then co-owners."""

    parties: tuple[PartyBody, ...] = items(20, 1)

    def message(self, case_no: CaseNo, side: Side, revision: int) -> contract.SaveParties:
        """Return the command."""
        parties = tuple(one.message() for one in self.parties)
        return contract.SaveParties(case_no=case_no, revision=revision, side=side, parties=parties)


@dataclass(frozen=True, kw_only=True)
class InstalmentBody:
    """One payment of a schedule."""

    amount: Money
    due: dt.date
    condition: str = text(200, 0, default="")


@dataclass(frozen=True, kw_only=True)
class TermsBody:
    """What the parties agree. Sums are strings such as `1200000.00`."""

    total_price: Money
    deposit: Money
    transfer_apply_by: dt.date
    delivery_date: dt.date
    late_penalty_per_10k: Decimal
    payment_method: str = one_of("ONE_OFF", "INSTALMENTS")
    dispute_mode: str = one_of("COURT", "ARBITRATION")
    instalments: tuple[InstalmentBody, ...] = items(36, default=())
    delivery_condition: str = text(500, 0, default="")
    arbitration_body: str = text(60, 0, default="")
    extra_terms: str = text(4000, 0, default="")
    mortgage_release_by: dt.date | None = None
    lease_until: dt.date | None = None
    tenant_waived: bool = False

    def message(self, case_no: CaseNo, revision: int) -> contract.SaveTerms:
        """Return the command."""
        instalments = tuple(
            contract.Instalment(amount=one.amount, due=one.due, condition=one.condition) for one in self.instalments
        )
        terms = contract.Terms(
            total_price=self.total_price,
            deposit=self.deposit,
            payment_method=self.payment_method,
            instalments=instalments,
            transfer_apply_by=self.transfer_apply_by,
            delivery_date=self.delivery_date,
            delivery_condition=self.delivery_condition,
            late_penalty_per_10k=self.late_penalty_per_10k,
            dispute_mode=self.dispute_mode,
            arbitration_body=self.arbitration_body,
            extra_terms=self.extra_terms,
            mortgage_release_by=self.mortgage_release_by,
            lease_until=self.lease_until,
            tenant_waived=self.tenant_waived,
        )
        return contract.SaveTerms(case_no=case_no, revision=revision, terms=terms)


@dataclass(frozen=True, kw_only=True)
class VersionBody:
    """The version of the contract the act is about, as it was read."""

    version: int = number(1, 10_000)

    def confirm(self, case_no: CaseNo) -> contract.ConfirmContract:
        """Return the command of a confirmation."""
        return contract.ConfirmContract(case_no=case_no, version=self.version)

    def start_signing(self, case_no: CaseNo) -> contract.StartSigning:
        """Return the command that starts signing."""
        return contract.StartSigning(case_no=case_no, version=self.version)


@dataclass(frozen=True, kw_only=True)
class RevocationBody:
    """Why the case is revoked."""

    reason: str = text(500, 2)

    def message(self, case_no: CaseNo) -> contract.RevokeCase:
        """Return the command."""
        return contract.RevokeCase(case_no=case_no, reason=self.reason)
