"""Decides what a sale contract document (存量房买卖合同) consists of: what its template prints, nothing else.

Leaves to others: whether the terms are allowed (terms, parties), how they look (templates), and everything known only
later: signing dates, filing number and filing date are drawn by the signatures and the seal, never here.
Money is Decimal in yuan with at most two decimals, dates are calendar dates in Asia/Shanghai.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from services.contract.domain.document_kinds import (
    Bearer,
    CertificateMode,
    DisputeMode,
    IdType,
    LandObtain,
    LoanFailure,
    MaritalStatus,
    OwnershipMode,
    PartyRole,
    PaymentMethod,
    Sex,
    Side,
    TaxKind,
)


@dataclass(frozen=True)
class Party:
    """One signer (当事人). `address` is the 通讯地址 at which notices reach the party."""

    side: Side
    role: PartyRole
    name: str
    """姓名 or 名称, at most 50 characters."""
    id_type: IdType
    id_number: str
    mobile: str
    address: str
    marital_status: MaritalStatus | None = None
    """婚姻状况; None for an enterprise."""
    share: Fraction | None = None
    """份额, only under 按份共有."""
    legal_representative: str | None = None
    """法定代表人, only for an enterprise."""
    nationality: str | None = None
    """国籍, with sex and birth only for a natural person."""
    sex: Sex | None = None
    born: date | None = None
    id_valid_until: date | None = None
    """证件有效期; None together with `id_valid_long` means 长期."""
    id_valid_long: bool = False
    postcode: str | None = None


@dataclass(frozen=True)
class House:
    """The home and the land it stands on (房屋与土地), as the register has them."""

    certificate_no: str
    """产权证号."""
    unit_no: str | None
    """不动产单元号."""
    location: str
    """坐落, at most 200 characters."""
    building_area: Decimal
    """建筑面积, square metres, two decimals."""
    use: str
    """规划用途."""
    nature: str
    """房屋性质."""
    land_obtain: LandObtain
    land_use: str
    """土地用途."""
    structure: str | None = None
    """结构."""
    floor: int | None = None
    """所在层, negative below ground."""
    total_floors: int | None = None
    """总层数."""
    year: int | None = None
    """建成年份."""
    land_term_end: date | None = None
    """土地使用期限终止日."""
    inner_area: Decimal | None = None
    """套内建筑面积, square metres."""
    shared_area: Decimal | None = None
    """分摊的共有建筑面积, square metres."""


@dataclass(frozen=True)
class Mortgage:
    """抵押: who holds it, the debt it secures (债权额, yuan) and by when it is released (解押期限)."""

    mortgagee: str
    debt: Decimal | None
    release_by: date


@dataclass(frozen=True)
class Lease:
    """租赁: its end, and whether the tenant gave up the right of first refusal (放弃优先购买权)."""

    until: date
    tenant_waived: bool


@dataclass(frozen=True)
class Encumbrances:
    """权利负担. None states that there is none; the parties sign that statement."""

    mortgage: Mortgage | None = None
    lease: Lease | None = None
    habitation: str | None = None
    """居住权: what is registered, in words; None states that there is none."""


@dataclass(frozen=True)
class IncludedItem:
    """Something the price includes (装修, 附属设施, 车位, 储藏室) and its part of the price in yuan, where agreed."""

    name: str
    amount: Decimal | None = None


@dataclass(frozen=True)
class Instalment:
    """One row of the payment schedule (付款期次): what is paid, on which condition, by when."""

    amount: Decimal
    condition: str
    due: date | None = None


@dataclass(frozen=True)
class Loan:
    """贷款: `bank` is the lender's name, `provident_amount` the part of a combined loan from the 住房公积金."""

    amount: Decimal
    bank: str
    on_failure: LoanFailure
    provident_amount: Decimal | None = None


@dataclass(frozen=True)
class Account:
    """收款账户 of the seller, or the buyer's to which money goes back."""

    holder: str
    bank: str
    number: str


@dataclass(frozen=True)
class Payment:
    """付款: method, deposit (定金, at most 20 % of the price, 民法典 586), schedule and loan."""

    method: PaymentMethod
    deposit: Decimal | None = None
    schedule: tuple[Instalment, ...] = ()
    loan: Loan | None = None
    account: Account | None = None


@dataclass(frozen=True)
class FundSupervision:
    """资金监管: the amount (without 定金, taxes and commission), the supervising body and its account."""

    amount: Decimal
    supervisor: str
    account_number: str | None = None


@dataclass(frozen=True)
class TaxShare:
    """Who bears one tax between the parties; the statutory payer towards the tax office does not change."""

    tax: TaxKind
    bearer: Bearer


@dataclass(frozen=True)
class Delivery:
    """交付: day, state in which the home is handed over, meter readings (水电气), running fees cleared or not."""

    due: date
    condition: str
    meters: str | None = None
    fees_cleared: bool | None = None


@dataclass(frozen=True)
class HouseholdRegistration:
    """户口: registered at the home now; moved out by `move_by`; `penalty_per_day` in yuan where agreed."""

    move_by: date
    penalty_per_day: Decimal | None = None


@dataclass(frozen=True)
class Breach:
    """违约: per-day penalties in ten-thousandths (日万分之) of what is owed; `fundamental` in yuan where agreed."""

    late_payment: Decimal
    late_delivery: Decimal
    fundamental: Decimal | None = None


@dataclass(frozen=True)
class Dispute:
    """争议解决. `commission` is the named 仲裁委员会 and belongs to ARBITRATION alone."""

    mode: DisputeMode
    commission: str | None = None


@dataclass(frozen=True)
class Certificates:
    """持证方式: one certificate in the hands of `holder` (持证人), or one for each buyer."""

    mode: CertificateMode
    holder: str | None = None


@dataclass(frozen=True)
class ContractDocument:
    """One version of the contract, ready to be drawn. Parties sign in the order of `parties`."""

    case_no: str
    """业务编号, the bare number people see."""
    city: str
    """City profile, which chooses the template."""
    version: int
    """文本版本, counted from 1; every edit of signed content makes a new one."""
    drafted_on: date
    """生成日期 of this version: also the only date in the file's metadata, so that equal input gives equal bytes."""
    parties: tuple[Party, ...]
    ownership_mode: OwnershipMode
    house: House
    encumbrances: Encumbrances
    price: Decimal
    """成交价, yuan."""
    price_includes: tuple[IncludedItem, ...]
    payment: Payment
    fund_supervision: FundSupervision | None
    taxes: tuple[TaxShare, ...]
    transfer_apply_by: date
    """申请转移登记期限."""
    delivery: Delivery
    household: HouseholdRegistration | None
    """None states that nobody is registered at the home."""
    breach: Breach
    dispute: Dispute
    revoke_terms: str | None
    """网签注销约定."""
    extra_terms: str | None
    """补充条款, at most 2000 characters."""
    attachments: tuple[str, ...]
    """附件清单."""
    copies: int
    """份数 of paper prints, should the parties want them."""
    verification_code: str
    """查验码, minted by signing before drawing."""
    verification_url: str
    """Address the QR code leads to."""
    certificates: Certificates | None = None
    buyer_account: Account | None = None

    @property
    def sellers(self) -> tuple[Party, ...]:
        """出卖人 and their co-owners, in signing order."""
        return tuple(party for party in self.parties if party.side is Side.SELLER)

    @property
    def buyers(self) -> tuple[Party, ...]:
        """买受人 and their co-owners, in signing order; empty in a preview made before the buyer joined."""
        return tuple(party for party in self.parties if party.side is Side.BUYER)

    @property
    def unit_price(self) -> Decimal:
        """单价: yuan per square metre of building area, rounded half up to the fen."""
        return (self.price / self.house.building_area).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
