"""The fields of price, payment, supervised funds and accounts (field list 24, 27-34)."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from services.common.profiles import FundSupervision
from services.common.values import LARGEST_SUM
from services.contract.domain.form.choices import COMBINED_LOAN, LOANS, values_of
from services.contract.domain.form.fields import CENT, Field, Kind, Section, When
from services.contract.domain.form.setting import ACCOUNT, CONDITION_LONGEST, ITEMS_MOST, MONEY, TEXT, YES, Setting


def price() -> tuple[Field, ...]:
    """Return the price and what it includes."""
    at = Section.SALE
    return (
        MONEY(number=24, path="terms.total_price", section=at, zh="成交价", en="Price", required=True, least=CENT),
        Field(
            number=27,
            path="terms.price_includes",
            section=at,
            kind=Kind.LIST,
            zh="价款包含",
            en="Included in the price",
            most_items=ITEMS_MOST,
            wrong="too_many_items",
        ),
        TEXT(number=27, path="terms.price_includes[].name", section=at, zh="名称", en="What", required=True),
        MONEY(number=27, path="terms.price_includes[].amount", section=at, zh="其中价款", en="Its part of the price"),
    )


def payment(on: Setting) -> tuple[Field, ...]:
    """Return deposit, payments, loan, supervision, the seller's account."""
    at, most = Section.SALE, on.rules.limits.instalments
    day, loan = on.day(), When("terms.payment_method", LOANS)
    share = on.of_total(on.rules.limits.deposit_share)
    return (
        Field(
            number=28,
            path="terms.payment_method",
            section=at,
            kind=Kind.CHOICE,
            zh="付款方式",
            en="Way of payment",
            required=True,
            options=values_of("terms.payment_method"),
            missing="payment_method_unknown",
            wrong="payment_method_unknown",
        ),
        MONEY(
            number=29,
            path="terms.deposit",
            section=at,
            zh="定金",
            en="Deposit",
            most=share if share is not None else LARGEST_SUM,
            high="deposit_limit",
        ),
        Field(
            number=30,
            path="terms.instalments",
            section=at,
            kind=Kind.LIST,
            zh="付款计划",
            en="Payments",
            required=True,
            fewest=1,
            most_items=most,
            missing="payment_schedule",
            wrong="payment_schedule",
        ),
        MONEY(number=30, path="terms.instalments[].amount", section=at, zh="金额", en="Sum", required=True, least=CENT),
        day(number=30, path="terms.instalments[].due", section=at, zh="付款期限", en="Due", required=True),
        TEXT(
            number=30,
            path="terms.instalments[].condition",
            section=at,
            zh="付款条件",
            en="Condition",
            longest=CONDITION_LONGEST,
        ),
        Field(
            number=31,
            path="terms.loan",
            section=at,
            kind=Kind.GROUP,
            zh="贷款",
            en="Loan",
            required=True,
            when=loan,
            missing="loan_missing",
            stray="loan_not_agreed",
        ),
        MONEY(
            number=31,
            path="terms.loan.amount",
            section=at,
            zh="贷款额",
            en="Loan",
            required=True,
            least=CENT,
            when=loan,
        ),
        MONEY(
            number=31,
            path="terms.loan.provident_amount",
            section=at,
            zh="其中公积金贷款",
            en="Of it from the provident fund",
            required=True,
            least=CENT,
            when=When("terms.payment_method", (COMBINED_LOAN,)),
            stray="loan_parts",
            missing="loan_parts",
        ),
        TEXT(
            number=31,
            path="terms.loan.bank",
            section=at,
            zh="贷款银行",
            en="Lender",
            required=True,
            when=loan,
            missing="loan_bank_missing",
        ),
        Field(
            number=32,
            path="terms.loan.on_failure",
            section=at,
            kind=Kind.CHOICE,
            zh="贷款未批处理",
            en="If the loan is refused",
            required=True,
            when=loan,
            options=values_of("terms.loan.on_failure"),
        ),
        *supervision(on),
        *account_fields("terms.seller_account", at, "收款", "Receiving", required=on.needs("seller_account")),
    )


def supervision(on: Setting) -> tuple[Field, ...]:
    """Return 资金监管, as far as the city's policy leaves a choice."""
    at, policy = Section.SALE, on.rules.fund_supervision
    total, agreed = on.total, When("terms.fund_supervised", ("true",))
    most = LARGEST_SUM if total is None or on.terms is None else max(total - on.terms.deposit.amount, Decimal(0))
    text = partial(TEXT, section=at, when=agreed)
    return (
        YES(
            number=33,
            path="terms.fund_supervised",
            section=at,
            zh="资金监管",
            en="Supervised funds",
            wrong="supervision_off" if policy is FundSupervision.OFF else "supervision_required",
            required=True,
            options=("false",)
            if policy is FundSupervision.OFF
            else ("true",)
            if policy is FundSupervision.REQUIRED
            else (),
        ),
        Field(
            number=33,
            path="terms.supervision",
            section=at,
            kind=Kind.GROUP,
            zh="监管约定",
            en="Supervision",
            required=True,
            when=agreed,
            missing="supervision_missing",
            stray="supervision_not_agreed",
        ),
        MONEY(
            number=33,
            path="terms.supervision.amount",
            section=at,
            zh="监管金额",
            en="Sum supervised",
            required=True,
            least=CENT,
            most=most,
            high="supervision_limit",
            when=agreed,
        ),
        text(number=33, path="terms.supervision.supervisor", zh="监管机构（银行）", en="Supervised by", required=True),
        text(
            number=33,
            path="terms.supervision.account_number",
            zh="监管账号",
            en="Account",
            pattern=ACCOUNT,
            wrong="account_invalid",
            longest=32,
        ),
    )


def account_fields(path: str, section: Section, zh: str, en: str, *, required: bool = False) -> tuple[Field, ...]:
    """Return the fields of a bank account; its holder is checked against the parties."""
    text = partial(TEXT, number=34, section=section, required=True)
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
