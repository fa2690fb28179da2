"""The fields of what the parties agree (field list 17, 21-22, 24-42, 44-47), with the limits that hold for a house, a city, a day.

Sources: 民法典 470, 586 (定金), 合同编解释 65 (违约金), 仲裁法 16 and 18, 城市房地产管理法 41; limits a city may choose come
from its profile.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from functools import partial
from typing import Any

from services.common.messages.contract import Terms
from services.common.messages.property import Title
from services.common.profiles import BusinessType, FundSupervision
from services.common.values import LARGEST_SUM
from services.contract.domain.form.choices import ARBITRATION, COMBINED_LOAN, LOANS, values_of
from services.contract.domain.form.fields import CENT, Field, Kind, Limit, Section, When

CONDITION_LONGEST = 200
NAME_LONGEST = 60
ITEMS_MOST = 30
ATTACHMENTS_MOST = 20
COPIES_MOST = 20
REVOKE_LONGEST = 500
PENALTY_WARNING = Decimal(5)
"""‱ a day: more is unusual."""
FUNDAMENTAL_WARNING = Decimal("0.30")
"""A part of the price: a penalty 30 % above the loss is usually too high (合同编解释 65)."""
FARTHEST = dt.timedelta(days=3653)
"""Ten years: a later date is a slip of the finger."""
BODY = r".{2,}(仲裁委员会|仲裁院|仲裁中心)"
"""How the name of an arbitration body ends; a clause without a named body is void (仲裁法 16, 18)."""
ACCOUNT = r"[0-9]{8,32}"
"""Bank account and card numbers have 8 to 32 digits."""

_text = partial(Field, kind=Kind.TEXT, longest=NAME_LONGEST, wrong="text_missing")
_money = partial(
    Field,
    kind=Kind.MONEY,
    decimals=2,
    unit="元",
    least=Decimal(0),
    most=LARGEST_SUM,
    low="price_invalid",
    high="price_invalid",
)
_area = partial(
    Field,
    kind=Kind.DECIMAL,
    decimals=2,
    unit="平方米",
    least=CENT,
    low="area_invalid",
    high="area_invalid",
    wrong="area_invalid",
)
_yes = partial(Field, kind=Kind.BOOLEAN)


@dataclass(frozen=True)
class TermFields:
    """What limits depend on: the register, the city's rules, today in the city, and the terms typed so far."""

    title: Title
    rules: BusinessType
    today: dt.date
    terms: Terms | None = None

    @property
    def all(self) -> tuple[Field, ...]:
        """The whole table in the order of the screen."""
        return (*self._house(), *self._price(), *self._payment(), *self._transfer(), *self._breach(), *self._closing())

    # ---- what limits follow from -----------------------------------------------------------------------------------
    def _needs(self, name: str) -> bool:
        return name in self.rules.required.terms

    def _total(self) -> Decimal | None:
        return self.terms.total_price.amount if self.terms else None

    def _of_total(self, part: Decimal) -> Decimal | None:
        total = self._total()
        return None if total is None else (total * part).quantize(CENT, ROUND_DOWN)

    def _day(self, **more: Any) -> Any:
        limits: dict[str, Limit | str] = {"least": self.today, "most": self.today + FARTHEST}
        return partial(Field, kind=Kind.DATE, **{**limits, "low": "date_past", "high": "date_too_far", **more})

    # ---- the table -------------------------------------------------------------------------------------------------
    def _house(self) -> tuple[Field, ...]:
        at, area = Section.HOUSE, self.title.house.building_area
        mortgaged, leased = self.title.mortgaged, When("terms.leased", ("true",))
        release = self.terms.transfer_apply_by if self.terms else self.today + FARTHEST
        day = self._day()
        return (
            _area(number=17, path="terms.inner_area", section=at, zh="套内面积", en="Inner area", most=area),
            _area(number=17, path="terms.shared_area", section=at, zh="分摊面积", en="Shared area", least=Decimal(0), most=area),
            _text(number=21, path="terms.mortgagee", section=at, zh="抵押权人", en="Mortgagee"),
            _money(number=21, path="terms.mortgage_debt", section=at, zh="债权额", en="Debt secured"),
            day(
                number=21, path="terms.mortgage_release_by", section=at, zh="解押期限", en="Mortgage released by",
                required=mortgaged and self._needs("mortgage_release_by"),
                most=max(release, self.today), high="mortgage_release_late",
            ),
            _yes(number=22, path="terms.leased", section=at, zh="是否出租", en="Let at present", required=True),
            day(
                number=22, path="terms.lease_until", section=at, zh="租期至", en="Lease ends",
                required=True, missing="lease_end_missing", when=None if self.title.leased else leased,
            ),
            _yes(number=22, path="terms.tenant_waived", section=at, zh="承租人放弃优先购买权", en="The tenant waives first refusal"),
        )  # fmt: skip

    def _price(self) -> tuple[Field, ...]:
        at = Section.SALE
        return (
            _money(number=24, path="terms.total_price", section=at, zh="成交价", en="Price", required=True, least=CENT),
            Field(
                number=27, path="terms.price_includes", section=at, kind=Kind.LIST, zh="价款包含", en="Included in the price",
                most_items=ITEMS_MOST, wrong="too_many_items",
            ),
            _text(number=27, path="terms.price_includes[].name", section=at, zh="名称", en="What", required=True),
            _money(number=27, path="terms.price_includes[].amount", section=at, zh="其中价款", en="Its part of the price"),
        )  # fmt: skip

    def _payment(self) -> tuple[Field, ...]:
        at, most = Section.SALE, self.rules.limits.instalments
        day, loan = self._day(), When("terms.payment_method", LOANS)
        share = self._of_total(self.rules.limits.deposit_share)
        return (
            Field(
                number=28, path="terms.payment_method", section=at, kind=Kind.CHOICE, zh="付款方式", en="Way of payment",
                required=True, options=values_of("terms.payment_method"),
                missing="payment_method_unknown", wrong="payment_method_unknown",
            ),
            _money(
                number=29, path="terms.deposit", section=at, zh="定金", en="Deposit", most=share if share is not None else LARGEST_SUM,
                high="deposit_limit",
            ),
            Field(
                number=30, path="terms.instalments", section=at, kind=Kind.LIST, zh="付款计划", en="Payments",
                required=True, fewest=1, most_items=most, missing="payment_schedule", wrong="payment_schedule",
            ),
            _money(number=30, path="terms.instalments[].amount", section=at, zh="金额", en="Sum", required=True, least=CENT),
            day(number=30, path="terms.instalments[].due", section=at, zh="付款期限", en="Due", required=True),
            _text(number=30, path="terms.instalments[].condition", section=at, zh="付款条件", en="Condition", longest=CONDITION_LONGEST),
            Field(
                number=31, path="terms.loan", section=at, kind=Kind.GROUP, zh="贷款", en="Loan",
                required=True, when=loan, missing="loan_missing", stray="loan_not_agreed",
            ),
            _money(number=31, path="terms.loan.amount", section=at, zh="贷款额", en="Loan", required=True, least=CENT, when=loan),
            _money(
                number=31, path="terms.loan.provident_amount", section=at, zh="其中公积金贷款", en="Of it from the provident fund",
                required=True, least=CENT, when=When("terms.payment_method", (COMBINED_LOAN,)), stray="loan_parts", missing="loan_parts",
            ),
            _text(number=31, path="terms.loan.bank", section=at, zh="贷款银行", en="Lender", required=True, when=loan, missing="loan_bank_missing"),
            Field(
                number=32, path="terms.loan.on_failure", section=at, kind=Kind.CHOICE, zh="贷款未批处理", en="If the loan is refused",
                required=True, when=loan, options=values_of("terms.loan.on_failure"),
            ),
            *self._supervision(),
            *account_fields("terms.seller_account", at, "收款", "Receiving", required=self._needs("seller_account")),
        )  # fmt: skip

    def _supervision(self) -> tuple[Field, ...]:
        at, policy = Section.SALE, self.rules.fund_supervision
        total, agreed = self._total(), When("terms.fund_supervised", ("true",))
        most = (
            LARGEST_SUM if total is None or self.terms is None else max(total - self.terms.deposit.amount, Decimal(0))
        )
        text = partial(_text, section=at, when=agreed)
        return (
            _yes(
                number=33, path="terms.fund_supervised", section=at, zh="资金监管", en="Supervised funds", wrong="supervision_off" if policy is FundSupervision.OFF else "supervision_required",
                required=True, options=("false",) if policy is FundSupervision.OFF else ("true",) if policy is FundSupervision.REQUIRED else (),
            ),
            Field(
                number=33, path="terms.supervision", section=at, kind=Kind.GROUP, zh="监管约定", en="Supervision",
                required=True, when=agreed, missing="supervision_missing", stray="supervision_not_agreed",
            ),
            _money(
                number=33, path="terms.supervision.amount", section=at, zh="监管金额", en="Sum supervised", required=True, least=CENT,
                most=most, high="supervision_limit", when=agreed,
            ),
            text(number=33, path="terms.supervision.supervisor", zh="监管机构（银行）", en="Supervised by", required=True),
            text(number=33, path="terms.supervision.account_number", zh="监管账号", en="Account", pattern=ACCOUNT, wrong="account_invalid", longest=32),
        )  # fmt: skip

    def _transfer(self) -> tuple[Field, ...]:
        at, day, needs = Section.SALE, self._day(), self._needs
        moved = When("terms.household_registered", ("true",))
        return (
            Field(
                number=35, path="terms.taxes", section=at, kind=Kind.LIST, zh="税费承担", en="Who bears the taxes",
                required=needs("taxes"), most_items=len(values_of("terms.taxes[].tax")), wrong="tax_twice",
            ),
            Field(
                number=35, path="terms.taxes[].tax", section=at, kind=Kind.CHOICE, zh="税费", en="Tax",
                required=True, options=values_of("terms.taxes[].tax"),
            ),
            Field(
                number=35, path="terms.taxes[].bearer", section=at, kind=Kind.CHOICE, zh="承担方", en="Borne by",
                required=True, options=values_of("terms.taxes[].bearer"),
            ),
            day(number=36, path="terms.transfer_apply_by", section=at, zh="申请转移登记期限", en="Transfer applied for by", required=True),
            day(number=37, path="terms.delivery_date", section=at, zh="交付日期", en="Handed over on", required=True),
            _text(
                number=37, path="terms.delivery_condition", section=at, zh="交付条件", en="Handed over how", longest=CONDITION_LONGEST,
                required=needs("delivery_condition"), missing="delivery_condition_missing",
            ),
            _text(
                number=38, path="terms.meters", section=at, zh="水电气物业结算", en="Meters and running costs",
                longest=CONDITION_LONGEST, required=needs("meters"),
            ),
            _yes(number=38, path="terms.fees_cleared", section=at, zh="费用已结清", en="Running costs paid", required=needs("fees_cleared")),
            _yes(
                number=39, path="terms.household_registered", section=at, zh="户口在该房屋", en="Somebody is registered at the house",
                required=True,
            ),
            day(
                number=39, path="terms.household_move_by", section=at, zh="户口迁出期限", en="Moved out by",
                required=True, when=moved, missing="move_out_missing",
            ),
            _money(
                number=39, path="terms.household_penalty", section=at, zh="逾期迁出违约金（每日）", en="Penalty a day", when=moved,
                most=self._total() or LARGEST_SUM, high="penalty_limit",
            ),
        )  # fmt: skip

    def _breach(self) -> tuple[Field, ...]:
        at, total = Section.SALE, self._total()
        rate = partial(
            Field, kind=Kind.DECIMAL, section=at, number=40, decimals=2, unit="‱", least=Decimal(0),
            most=self.rules.limits.late_penalty_per_10k, warn_above=PENALTY_WARNING,
            low="penalty_limit", high="penalty_limit", wrong="penalty_limit",
        )  # fmt: skip
        return (
            rate(path="terms.late_penalty_per_10k", zh="逾期付款违约金（日万分之）", en="Late payment, ‱ a day", required=True),
            rate(path="terms.late_delivery_per_10k", zh="逾期交付违约金（日万分之）", en="Late handing over, ‱ a day"),
            _money(
                number=41, path="terms.fundamental_penalty", section=at, zh="根本违约金", en="Penalty for a fundamental breach",
                most=total or LARGEST_SUM, high="penalty_limit", warn_above=self._of_total(FUNDAMENTAL_WARNING),
            ),
        )  # fmt: skip

    def _closing(self) -> tuple[Field, ...]:
        at, last = Section.DISPUTE, Section.CLOSING
        return (
            Field(
                number=42, path="terms.dispute_mode", section=at, kind=Kind.CHOICE, zh="争议解决方式", en="Disputes", required=True,
                options=values_of("terms.dispute_mode"), missing="dispute_clause", wrong="dispute_clause",
            ),
            _text(
                number=42, path="terms.arbitration_body", section=at, zh="仲裁委员会", en="Arbitration commission", required=True,
                pattern=BODY, when=When("terms.dispute_mode", (ARBITRATION,)),
                missing="dispute_clause", wrong="dispute_clause", stray="dispute_clause",
            ),
            Field(
                number=44, path="terms.revoke_terms", section=at, kind=Kind.LINES, zh="网签注销约定", en="Withdrawal of the filing",
                longest=REVOKE_LONGEST, required=self._needs("revoke_terms"),
            ),
            Field(
                number=45, path="terms.extra_terms", section=at, kind=Kind.LINES, zh="补充条款", en="Further terms",
                longest=self.rules.limits.extra_terms, required=self._needs("extra_terms"),
            ),
            Field(
                number=46, path="terms.attachments", section=last, kind=Kind.LIST, zh="其他附件", en="Further attachments",
                most_items=ATTACHMENTS_MOST, wrong="too_many_items",
            ),
            _text(number=46, path="terms.attachments[]", section=last, zh="附件名称", en="Name", required=True),
            Field(
                number=47, path="terms.copies", section=last, kind=Kind.INTEGER, zh="份数", en="Paper copies", decimals=0,
                least=Decimal(1), most=Decimal(COPIES_MOST), unit="份",
            ),
        )  # fmt: skip


def account_fields(path: str, section: Section, zh: str, en: str, *, required: bool = False) -> tuple[Field, ...]:
    """Return the fields of a bank account; its holder is checked against the parties."""
    text = partial(_text, number=34, section=section, required=True)
    return (
        Field(
            number=34,
            path=path,
            section=section,
            kind=Kind.GROUP,
            zh=f"{zh}账户",
            en=f"{en} account",
            required=required,
        ),
        text(path=f"{path}.holder", zh="户名", en="Holder"),
        text(path=f"{path}.bank", zh="开户银行", en="Bank"),
        text(
            path=f"{path}.number", zh="账号", en="Account number", longest=32, pattern=ACCOUNT, wrong="account_invalid"
        ),
    )
