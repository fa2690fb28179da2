"""The fields of the house's burdens, transfer, handing over, breach, disputes and the text itself (field list 17, 21, 22, 35-47)."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from services.common.values import LARGEST_SUM
from services.contract.domain.form.choices import ARBITRATION, values_of
from services.contract.domain.form.fields import Field, Kind, Section, When
from services.contract.domain.form.setting import (
    AREA,
    ATTACHMENTS_MOST,
    BODY,
    CONDITION_LONGEST,
    COPIES_MOST,
    FARTHEST,
    FUNDAMENTAL_WARNING,
    MONEY,
    PENALTY_WARNING,
    REVOKE_LONGEST,
    TEXT,
    YES,
    Setting,
)


def house(on: Setting) -> tuple[Field, ...]:
    """Return areas, mortgage and lease: what the register does not say in full."""
    at, area = Section.HOUSE, on.title.house.building_area
    mortgaged, leased = on.title.mortgaged, When("terms.leased", ("true",))
    release = on.terms.transfer_apply_by if on.terms else on.today + FARTHEST
    day = on.day()
    return (
        AREA(number=17, path="terms.inner_area", section=at, zh="套内面积", en="Inner area", most=area),
        AREA(
            number=17,
            path="terms.shared_area",
            section=at,
            zh="分摊面积",
            en="Shared area",
            least=Decimal(0),
            most=area,
        ),
        TEXT(number=21, path="terms.mortgagee", section=at, zh="抵押权人", en="Mortgagee"),
        MONEY(number=21, path="terms.mortgage_debt", section=at, zh="债权额", en="Debt secured"),
        day(
            number=21,
            path="terms.mortgage_release_by",
            section=at,
            zh="解押期限",
            en="Mortgage released by",
            required=mortgaged and on.needs("mortgage_release_by"),
            most=max(release, on.today),
            high="mortgage_release_late",
        ),
        YES(number=22, path="terms.leased", section=at, zh="是否出租", en="Let at present", required=True),
        day(
            number=22,
            path="terms.lease_until",
            section=at,
            zh="租期至",
            en="Lease ends",
            required=True,
            missing="lease_end_missing",
            when=None if on.title.leased else leased,
        ),
        YES(
            number=22,
            path="terms.tenant_waived",
            section=at,
            zh="承租人放弃优先购买权",
            en="The tenant waives first refusal",
        ),
    )


def transfer(on: Setting) -> tuple[Field, ...]:
    """Return taxes, transfer, handing over, household registration."""
    at, day, needs = Section.SALE, on.day(), on.needs
    moved = When("terms.household_registered", ("true",))
    return (
        Field(
            number=35,
            path="terms.taxes",
            section=at,
            kind=Kind.LIST,
            zh="税费承担",
            en="Who bears the taxes",
            required=needs("taxes"),
            most_items=len(values_of("terms.taxes[].tax")),
            wrong="tax_twice",
        ),
        Field(
            number=35,
            path="terms.taxes[].tax",
            section=at,
            kind=Kind.CHOICE,
            zh="税费",
            en="Tax",
            required=True,
            options=values_of("terms.taxes[].tax"),
        ),
        Field(
            number=35,
            path="terms.taxes[].bearer",
            section=at,
            kind=Kind.CHOICE,
            zh="承担方",
            en="Borne by",
            required=True,
            options=values_of("terms.taxes[].bearer"),
        ),
        day(
            number=36,
            path="terms.transfer_apply_by",
            section=at,
            zh="申请转移登记期限",
            en="Transfer applied for by",
            required=True,
        ),
        day(number=37, path="terms.delivery_date", section=at, zh="交付日期", en="Handed over on", required=True),
        TEXT(
            number=37,
            path="terms.delivery_condition",
            section=at,
            zh="交付条件",
            en="Handed over how",
            longest=CONDITION_LONGEST,
            required=needs("delivery_condition"),
            missing="delivery_condition_missing",
        ),
        TEXT(
            number=38,
            path="terms.meters",
            section=at,
            zh="水电气物业结算",
            en="Meters and running costs",
            longest=CONDITION_LONGEST,
            required=needs("meters"),
        ),
        YES(
            number=38,
            path="terms.fees_cleared",
            section=at,
            zh="费用已结清",
            en="Running costs paid",
            required=needs("fees_cleared"),
        ),
        YES(
            number=39,
            path="terms.household_registered",
            section=at,
            zh="户口在该房屋",
            en="Somebody is registered at the house",
            required=True,
        ),
        day(
            number=39,
            path="terms.household_move_by",
            section=at,
            zh="户口迁出期限",
            en="Moved out by",
            required=True,
            when=moved,
            missing="move_out_missing",
        ),
        MONEY(
            number=39,
            path="terms.household_penalty",
            section=at,
            zh="逾期迁出违约金（每日）",
            en="Penalty a day",
            when=moved,
            most=on.total or LARGEST_SUM,
            high="penalty_limit",
        ),
    )


def breach(on: Setting) -> tuple[Field, ...]:
    """Return the penalties, with what is unusually high."""
    at, total = Section.SALE, on.total
    rate = partial(
        Field,
        kind=Kind.DECIMAL,
        section=at,
        number=40,
        decimals=2,
        unit="‱",
        least=Decimal(0),
        most=on.rules.limits.late_penalty_per_10k,
        warn_above=PENALTY_WARNING,
        low="penalty_limit",
        high="penalty_limit",
        wrong="penalty_limit",
    )
    return (
        rate(
            path="terms.late_penalty_per_10k",
            zh="逾期付款违约金（日万分之）",
            en="Late payment, ‱ a day",
            required=True,
        ),
        rate(path="terms.late_delivery_per_10k", zh="逾期交付违约金（日万分之）", en="Late handing over, ‱ a day"),
        MONEY(
            number=41,
            path="terms.fundamental_penalty",
            section=at,
            zh="根本违约金",
            en="Penalty for a fundamental breach",
            most=total or LARGEST_SUM,
            high="penalty_limit",
            warn_above=on.of_total(FUNDAMENTAL_WARNING),
        ),
    )


def closing(on: Setting) -> tuple[Field, ...]:
    """Return disputes, withdrawal, further terms, attachments, copies."""
    at, last = Section.DISPUTE, Section.CLOSING
    return (
        Field(
            number=42,
            path="terms.dispute_mode",
            section=at,
            kind=Kind.CHOICE,
            zh="争议解决方式",
            en="Disputes",
            required=True,
            options=values_of("terms.dispute_mode"),
            missing="dispute_clause",
            wrong="dispute_clause",
        ),
        TEXT(
            number=42,
            path="terms.arbitration_body",
            section=at,
            zh="仲裁委员会",
            en="Arbitration commission",
            required=True,
            pattern=BODY,
            when=When("terms.dispute_mode", (ARBITRATION,)),
            missing="dispute_clause",
            wrong="dispute_clause",
            stray="dispute_clause",
        ),
        Field(
            number=44,
            path="terms.revoke_terms",
            section=at,
            kind=Kind.LINES,
            zh="网签注销约定",
            en="Withdrawal of the filing",
            longest=REVOKE_LONGEST,
            required=on.needs("revoke_terms"),
        ),
        Field(
            number=45,
            path="terms.extra_terms",
            section=at,
            kind=Kind.LINES,
            zh="补充条款",
            en="Further terms",
            longest=on.rules.limits.extra_terms,
            required=on.needs("extra_terms"),
        ),
        Field(
            number=46,
            path="terms.attachments",
            section=last,
            kind=Kind.LIST,
            zh="其他附件",
            en="Further attachments",
            most_items=ATTACHMENTS_MOST,
            wrong="too_many_items",
        ),
        TEXT(number=46, path="terms.attachments[]", section=last, zh="附件名称", en="Name", required=True),
        Field(
            number=47,
            path="terms.copies",
            section=last,
            kind=Kind.INTEGER,
            zh="份数",
            en="Paper copies",
            decimals=0,
            least=Decimal(1),
            most=Decimal(COPIES_MOST),
            unit="份",
        ),
    )
