"""What is typed into a case: its parties, its terms. Bounds here are those of form; the form resource tells the rules' own.

A text may be a little longer here than the rules allow, so that the refusal names the rule and not the shape.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from gateway.schemas.base import items, one_of, refused_as, text
from services.common.messages import contract
from services.common.messages.contract import Marital, Side
from services.common.values import CaseNo, CompanyName, IdNumber, Mobile, Money, PersonName, Uscc

SUM = refused_as(Money, "contract.price_invalid")
OPTIONAL_SUM = refused_as(Money, "contract.price_invalid", optional=True)
"""Sums of a sale are refused under one code, whether their form or their size is wrong (domain rule 17)."""


@dataclass(frozen=True, kw_only=True)
class PartyBody:
    """One person of a side. Whoever acts for an enterprise leaves `marital` out; the register knows company and code."""

    name: PersonName
    id_number: IdNumber
    mobile: Mobile
    marital: Marital | None = None
    company: CompanyName | None = None
    uscc: Uscc | None = None
    address: str = text(300, 2)
    share: str = text(9, 0, default="", pattern=r"([1-9][0-9]{0,3}/[1-9][0-9]{0,3})?")
    id_valid_until: dt.date | None = None
    id_valid_long: bool = False
    postcode: str = text(20, 0, default="")

    def message(self) -> contract.PartyInput:
        """Return the part of the command."""
        return contract.PartyInput(
            name=self.name,
            id_number=self.id_number,
            mobile=self.mobile,
            address=self.address,
            marital=self.marital,
            share=self.share,
            id_valid_until=self.id_valid_until,
            id_valid_long=self.id_valid_long,
            postcode=self.postcode,
            company=self.company,
            uscc=self.uscc,
        )


@dataclass(frozen=True, kw_only=True)
class BankAccountBody:
    """A bank account of a party."""

    holder: str = text(100)
    bank: str = text(100)
    number: str = text(60)

    def message(self) -> contract.BankAccount:
        """Return the part of the command."""
        return contract.BankAccount(holder=self.holder, bank=self.bank, number=self.number)


@dataclass(frozen=True, kw_only=True)
class HoldingBody:
    """How the buyers will hold the title; the buyers' side alone."""

    ownership_mode: str = one_of("", "SOLE", "JOINT", "BY_SHARES", default="")
    certificate_mode: str = one_of("", "ONE", "SEPARATE", default="")
    certificate_holder: str = text(100, 0, default="")
    account: BankAccountBody | None = None

    def message(self) -> contract.Holding:
        """Return the part of the command."""
        return contract.Holding(
            ownership_mode=self.ownership_mode,
            certificate_mode=self.certificate_mode,
            certificate_holder=self.certificate_holder,
            account=self.account.message() if self.account else None,
        )


@dataclass(frozen=True, kw_only=True)
class PartiesBody:
    """All persons of one's side: the main party first, then co-owners; the buyers also say how they will hold the title."""

    parties: tuple[PartyBody, ...] = items(20, 1)
    holding: HoldingBody | None = None

    def message(self, case_no: CaseNo, side: Side, revision: int) -> contract.SaveParties:
        """Return the command."""
        parties = tuple(one.message() for one in self.parties)
        holding = self.holding.message() if self.holding else None
        return contract.SaveParties(case_no=case_no, revision=revision, side=side, parties=parties, holding=holding)


@dataclass(frozen=True, kw_only=True)
class InstalmentBody:
    """One payment of a schedule."""

    due: dt.date
    amount: Money = field(metadata=SUM)
    condition: str = text(500, 0, default="")


@dataclass(frozen=True, kw_only=True)
class IncludedItemBody:
    """Something the price includes."""

    name: str = text(200)
    amount: Money | None = field(default=None, metadata=OPTIONAL_SUM)


@dataclass(frozen=True, kw_only=True)
class LoanBody:
    """All loans together; `provident_amount` in a combined loan."""

    amount: Money = field(metadata=SUM)
    bank: str = text(200, 0)
    on_failure: str = one_of("OWN_FUNDS", "RESCIND", "POSTPONE")
    provident_amount: Money | None = field(default=None, metadata=OPTIONAL_SUM)


@dataclass(frozen=True, kw_only=True)
class SupervisionBody:
    """资金监管."""

    amount: Money = field(metadata=SUM)
    supervisor: str = text(200, 0)
    account_number: str = text(60, 0, default="")


@dataclass(frozen=True, kw_only=True)
class TaxShareBody:
    """Who bears a tax."""

    tax: str = one_of("DEED_TAX", "VAT_AND_SURCHARGES", "INCOME_TAX", "LAND_GRANT_FEE", "REGISTRATION_FEE")
    bearer: str = one_of("BY_LAW", "BUYER", "SELLER")


@dataclass(frozen=True, kw_only=True)
class TermsBody:
    """What the parties agree; sums are strings such as `1200000.00`.

    `leased`, `household_registered` and `fund_supervised` are statements and must be made. With a loan, `instalments`
    are the first payment (首付).
    """

    total_price: Money = field(metadata=SUM)
    deposit: Money = field(metadata=SUM)
    transfer_apply_by: dt.date
    delivery_date: dt.date
    late_penalty_per_10k: Decimal
    payment_method: str = one_of("ONE_OFF", "INSTALMENTS", "COMMERCIAL_LOAN", "PROVIDENT_FUND", "COMBINED_LOAN")
    dispute_mode: str = one_of("COURT", "ARBITRATION")
    instalments: tuple[InstalmentBody, ...] = items(60, default=())
    delivery_condition: str = text(500, 0, default="")
    arbitration_body: str = text(200, 0, default="")
    extra_terms: str = text(4000, 0, default="")
    mortgage_release_by: dt.date | None = None
    lease_until: dt.date | None = None
    tenant_waived: bool = False
    leased: bool | None = None
    inner_area: Decimal | None = None
    shared_area: Decimal | None = None
    mortgagee: str = text(200, 0, default="")
    mortgage_debt: Money | None = field(default=None, metadata=OPTIONAL_SUM)
    price_includes: tuple[IncludedItemBody, ...] = items(60, default=())
    loan: LoanBody | None = None
    fund_supervised: bool | None = None
    supervision: SupervisionBody | None = None
    seller_account: BankAccountBody | None = None
    taxes: tuple[TaxShareBody, ...] = items(20, default=())
    meters: str = text(500, 0, default="")
    fees_cleared: bool | None = None
    household_registered: bool | None = None
    household_move_by: dt.date | None = None
    household_penalty: Money | None = field(default=None, metadata=OPTIONAL_SUM)
    late_delivery_per_10k: Decimal | None = None
    fundamental_penalty: Money | None = field(default=None, metadata=OPTIONAL_SUM)
    revoke_terms: str = text(1000, 0, default="")
    attachments: tuple[str, ...] = items(40, default=())
    copies: int | None = None

    def message(self, case_no: CaseNo, revision: int) -> contract.SaveTerms:
        """Return the command."""
        return contract.SaveTerms(case_no=case_no, revision=revision, terms=self._terms())

    def _terms(self) -> contract.Terms:
        return contract.Terms(
            total_price=self.total_price,
            deposit=self.deposit,
            payment_method=self.payment_method,
            instalments=tuple(
                contract.Instalment(amount=one.amount, due=one.due, condition=one.condition) for one in self.instalments
            ),
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
            leased=self.leased,
            inner_area=self.inner_area,
            shared_area=self.shared_area,
            mortgagee=self.mortgagee,
            mortgage_debt=self.mortgage_debt,
            price_includes=tuple(
                contract.IncludedItem(name=one.name, amount=one.amount) for one in self.price_includes
            ),
            loan=self._loan(),
            fund_supervised=self.fund_supervised,
            supervision=self._supervision(),
            seller_account=self.seller_account.message() if self.seller_account else None,
            taxes=tuple(contract.TaxShare(tax=one.tax, bearer=one.bearer) for one in self.taxes),
            meters=self.meters,
            fees_cleared=self.fees_cleared,
            household_registered=self.household_registered,
            household_move_by=self.household_move_by,
            household_penalty=self.household_penalty,
            late_delivery_per_10k=self.late_delivery_per_10k,
            fundamental_penalty=self.fundamental_penalty,
            revoke_terms=self.revoke_terms,
            attachments=self.attachments,
            copies=self.copies,
        )

    def _loan(self) -> contract.Loan | None:
        loan = self.loan
        if loan is None:
            return None
        return contract.Loan(
            amount=loan.amount, bank=loan.bank, on_failure=loan.on_failure, provident_amount=loan.provident_amount
        )

    def _supervision(self) -> contract.Supervision | None:
        watched = self.supervision
        if watched is None:
            return None
        return contract.Supervision(
            amount=watched.amount, supervisor=watched.supervisor, account_number=watched.account_number
        )
