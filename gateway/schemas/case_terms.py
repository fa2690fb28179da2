"""How the terms of a case, and how its buyers will hold the title, are shown: field by field as they are typed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from services.common.messages import contract
from services.common.values import Money


@dataclass(frozen=True, kw_only=True)
class InstalmentReply:
    """One payment."""

    amount: Money
    due: dt.date
    condition: str


@dataclass(frozen=True, kw_only=True)
class IncludedItemReply:
    """Something the price includes."""

    name: str
    amount: Money | None


@dataclass(frozen=True, kw_only=True)
class LoanReply:
    """贷款."""

    amount: Money
    bank: str
    on_failure: str
    provident_amount: Money | None


@dataclass(frozen=True, kw_only=True)
class SupervisionReply:
    """资金监管."""

    amount: Money
    supervisor: str
    account_number: str


@dataclass(frozen=True, kw_only=True)
class BankAccountReply:
    """A party's account; the other side sees its last digits."""

    holder: str
    bank: str
    number: str

    @classmethod
    def of(cls, account: contract.BankAccount | None) -> Self | None:
        """Build from the message."""
        return cls(holder=account.holder, bank=account.bank, number=account.number) if account else None


@dataclass(frozen=True, kw_only=True)
class TaxShareReply:
    """Who bears a tax."""

    tax: str
    bearer: str


@dataclass(frozen=True, kw_only=True)
class HoldingReply:
    """How the buyers will hold the title."""

    ownership_mode: str
    certificate_mode: str
    certificate_holder: str
    account: BankAccountReply | None

    @classmethod
    def of(cls, holding: contract.Holding | None) -> Self | None:
        """Build from the message."""
        if holding is None:
            return None
        return cls(
            ownership_mode=holding.ownership_mode,
            certificate_mode=holding.certificate_mode,
            certificate_holder=holding.certificate_holder,
            account=BankAccountReply.of(holding.account),
        )


@dataclass(frozen=True, kw_only=True)
class TermsReply:
    """The terms as saved."""

    total_price: Money
    deposit: Money
    payment_method: str
    instalments: tuple[InstalmentReply, ...]
    transfer_apply_by: dt.date
    delivery_date: dt.date
    delivery_condition: str
    late_penalty_per_10k: Decimal
    dispute_mode: str
    arbitration_body: str
    extra_terms: str
    mortgage_release_by: dt.date | None
    lease_until: dt.date | None
    tenant_waived: bool
    leased: bool | None
    inner_area: Decimal | None
    shared_area: Decimal | None
    mortgagee: str
    mortgage_debt: Money | None
    price_includes: tuple[IncludedItemReply, ...]
    loan: LoanReply | None
    fund_supervised: bool | None
    supervision: SupervisionReply | None
    seller_account: BankAccountReply | None
    taxes: tuple[TaxShareReply, ...]
    meters: str
    fees_cleared: bool | None
    household_registered: bool | None
    household_move_by: dt.date | None
    household_penalty: Money | None
    late_delivery_per_10k: Decimal | None
    fundamental_penalty: Money | None
    revoke_terms: str
    attachments: tuple[str, ...]
    copies: int | None

    @classmethod
    def of(cls, terms: contract.Terms) -> Self:
        """Build from the message."""
        return cls(
            total_price=terms.total_price,
            deposit=terms.deposit,
            payment_method=terms.payment_method,
            instalments=tuple(
                InstalmentReply(amount=one.amount, due=one.due, condition=one.condition) for one in terms.instalments
            ),
            transfer_apply_by=terms.transfer_apply_by,
            delivery_date=terms.delivery_date,
            delivery_condition=terms.delivery_condition,
            late_penalty_per_10k=terms.late_penalty_per_10k,
            dispute_mode=terms.dispute_mode,
            arbitration_body=terms.arbitration_body,
            extra_terms=terms.extra_terms,
            mortgage_release_by=terms.mortgage_release_by,
            lease_until=terms.lease_until,
            tenant_waived=terms.tenant_waived,
            leased=terms.leased,
            inner_area=terms.inner_area,
            shared_area=terms.shared_area,
            mortgagee=terms.mortgagee,
            mortgage_debt=terms.mortgage_debt,
            price_includes=tuple(IncludedItemReply(name=one.name, amount=one.amount) for one in terms.price_includes),
            loan=_loan(terms.loan),
            fund_supervised=terms.fund_supervised,
            supervision=_supervision(terms.supervision),
            seller_account=BankAccountReply.of(terms.seller_account),
            taxes=tuple(TaxShareReply(tax=one.tax, bearer=one.bearer) for one in terms.taxes),
            meters=terms.meters,
            fees_cleared=terms.fees_cleared,
            household_registered=terms.household_registered,
            household_move_by=terms.household_move_by,
            household_penalty=terms.household_penalty,
            late_delivery_per_10k=terms.late_delivery_per_10k,
            fundamental_penalty=terms.fundamental_penalty,
            revoke_terms=terms.revoke_terms,
            attachments=terms.attachments,
            copies=terms.copies,
        )


def _loan(loan: contract.Loan | None) -> LoanReply | None:
    if loan is None:
        return None
    return LoanReply(
        amount=loan.amount, bank=loan.bank, on_failure=loan.on_failure, provident_amount=loan.provident_amount
    )


def _supervision(watched: contract.Supervision | None) -> SupervisionReply | None:
    if watched is None:
        return None
    return SupervisionReply(amount=watched.amount, supervisor=watched.supervisor, account_number=watched.account_number)
