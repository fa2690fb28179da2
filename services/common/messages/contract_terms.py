"""What the parties of a sale agree on, as it travels and is kept (买卖及交付, 争议解决). Part of `contract`'s messages.

Every field after `extra_terms` is optional: what it may be, and when it must be there, is decided by contract's field table.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from services.common.values import Money


@dataclass(frozen=True, kw_only=True)
class Instalment:
    """One payment of a schedule."""

    amount: Money
    due: dt.date
    condition: str


@dataclass(frozen=True, kw_only=True)
class IncludedItem:
    """Something the price includes (装修, 附属设施, 车位, 储藏室) and its part of the price, where agreed."""

    name: str
    amount: Money | None = None


@dataclass(frozen=True, kw_only=True)
class Loan:
    """贷款: the sum of all loans, of it from the 住房公积金 in a combined loan, the lender, what happens if it is refused."""

    amount: Money
    bank: str
    on_failure: str  # OWN_FUNDS, RESCIND, POSTPONE
    provident_amount: Money | None = None


@dataclass(frozen=True, kw_only=True)
class Supervision:
    """资金监管: the sum (without 定金, taxes, commission), the supervising body, its account."""

    amount: Money
    supervisor: str
    account_number: str = ""


@dataclass(frozen=True, kw_only=True)
class BankAccount:
    """收款账户 or 付款账户: the holder is a party of that side."""

    holder: str
    bank: str
    number: str


@dataclass(frozen=True, kw_only=True)
class TaxShare:
    """Who bears a tax between the parties; the statutory payer stays who the law says."""

    tax: str  # DEED_TAX, VAT_AND_SURCHARGES, INCOME_TAX, LAND_GRANT_FEE, REGISTRATION_FEE
    bearer: str  # BY_LAW, BUYER, SELLER


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the parties agree (买卖及交付, 争议解决)."""

    total_price: Money
    deposit: Money
    payment_method: str  # ONE_OFF, INSTALMENTS, COMMERCIAL_LOAN, PROVIDENT_FUND, COMBINED_LOAN
    instalments: tuple[Instalment, ...]  # with a loan: the first payment (首付)
    transfer_apply_by: dt.date
    delivery_date: dt.date
    delivery_condition: str
    late_penalty_per_10k: Decimal  # 逾期付款, 每日万分之_
    dispute_mode: str  # COURT, ARBITRATION
    arbitration_body: str
    extra_terms: str
    mortgage_release_by: dt.date | None = (
        None  # 解押期限, where the title is mortgaged; by default the day the transfer is applied for
    )
    lease_until: dt.date | None = None  # 租期, required where the register knows of a lease
    tenant_waived: bool = False  # 承租人放弃优先购买权
    leased: bool | None = None  # the seller's own statement, besides what is registered
    inner_area: Decimal | None = None  # 套内面积, m²
    shared_area: Decimal | None = None  # 分摊面积, m²
    mortgagee: str = ""
    mortgage_debt: Money | None = None
    price_includes: tuple[IncludedItem, ...] = ()
    loan: Loan | None = None
    fund_supervised: bool | None = None
    supervision: Supervision | None = None
    seller_account: BankAccount | None = None
    taxes: tuple[TaxShare, ...] = ()
    meters: str = ""  # 水电气读数与结算
    fees_cleared: bool | None = None
    household_registered: bool | None = None  # 户口在该房屋内
    household_move_by: dt.date | None = None
    household_penalty: Money | None = None  # a day
    late_delivery_per_10k: Decimal | None = None  # 逾期交付; by default as late payment
    fundamental_penalty: Money | None = None  # 根本违约金
    revoke_terms: str = ""  # 网签注销约定
    attachments: tuple[str, ...] = ()  # besides those every contract has
    copies: int | None = None  # paper prints; by default one a party


@dataclass(frozen=True, kw_only=True)
class Holding:
    """How the buyers will hold the title: 共有方式, 分别持证, 持证人, and the account money goes back to."""

    ownership_mode: str = ""  # SOLE, JOINT, BY_SHARES; by default what number and shares of the buyers say
    certificate_mode: str = ""  # ONE, SEPARATE
    certificate_holder: str = ""  # one of the buyers, where there is ONE certificate
    account: BankAccount | None = None
