"""The fields of a person and of how the buyers will hold the title (field list 2-13, 34 of the buyer, 43).

Agents (13) are not offered online: a person who cannot act goes to the counter.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial

from services.common.profiles import BusinessType
from services.contract.domain.form.choices import ONE_CERTIFICATE, values_of
from services.contract.domain.form.fields import Field, Kind, Section, When
from services.contract.domain.form.payment_fields import account_fields

NAME_LONGEST = 50
COMPANY_LONGEST = 100
ADDRESS_LONGEST = 200
POSTCODE = r"[0-9]{6}"
NATIONALITY = "中国"
"""Of everybody with a resident identity card."""


@dataclass(frozen=True)
class PartyFields:
    """What limits depend on: the city's rules and today in the city."""

    rules: BusinessType
    today: dt.date
    enterprise: bool = False
    """Whether the side acts for a registered enterprise, of which no marriage is asked (decision 9)."""

    @property
    def all(self) -> tuple[Field, ...]:
        """The whole table in the order of the screen."""
        return (*self.person(), *self.holding())

    def person(self) -> tuple[Field, ...]:
        """Return the fields of one party."""
        text = partial(Field, section=Section.PARTIES, kind=Kind.TEXT)
        choice = partial(Field, section=Section.PARTIES, kind=Kind.CHOICE)
        needs = set(self.rules.required.party)
        return (
            choice(
                number=2,
                path="parties[].side",
                zh="出卖人／买受人",
                en="Side",
                shown=True,
                options=values_of("parties[].side"),
            ),
            choice(
                number=3,
                path="parties[].role",
                zh="主当事人／共有人",
                en="Role",
                shown=True,
                options=values_of("parties[].role"),
            ),
            text(number=4, path="parties[].name", zh="姓名", en="Name", required=True, longest=NAME_LONGEST),
            text(number=4, path="parties[].company", zh="企业名称", en="Enterprise", longest=COMPANY_LONGEST),
            text(number=5, path="parties[].uscc", zh="统一社会信用代码", en="Unified social credit code", longest=18),
            choice(
                number=5,
                path="parties[].id_type",
                zh="证件类型",
                en="Kind of document",
                shown=True,
                options=values_of("parties[].id_type"),
            ),
            text(number=5, path="parties[].id_number", zh="证件号码", en="Number", required=True, longest=18),
            Field(
                number=6,
                path="parties[].id_valid_until",
                section=Section.PARTIES,
                kind=Kind.DATE,
                zh="证件有效期至",
                en="Document valid until",
                required="id_valid_until" in needs,
                least=self.today,
                low="id_expired",
                when=When("parties[].id_valid_long", ("false",)),
                missing="id_valid_missing",
            ),
            Field(
                number=6,
                path="parties[].id_valid_long",
                section=Section.PARTIES,
                kind=Kind.BOOLEAN,
                zh="长期有效",
                en="Valid for life",
            ),
            text(number=7, path="parties[].nationality", zh="国籍", en="Nationality", shown=True, longest=20),
            choice(number=7, path="parties[].sex", zh="性别", en="Sex", shown=True, options=values_of("parties[].sex")),
            Field(
                number=7,
                path="parties[].born",
                section=Section.PARTIES,
                kind=Kind.DATE,
                zh="出生日期",
                en="Born",
                shown=True,
            ),
            text(
                number=8,
                path="parties[].mobile",
                zh="联系电话",
                en="Mobile",
                required=True,
                longest=11,
                pattern=r"1[3-9][0-9]{9}",
            ),
            text(
                number=9,
                path="parties[].address",
                zh="通讯地址",
                en="Address",
                required="address" in needs,
                longest=ADDRESS_LONGEST,
                missing="address_missing",
            ),
            text(
                number=9,
                path="parties[].postcode",
                zh="邮编",
                en="Postcode",
                required="postcode" in needs,
                longest=6,
                pattern=POSTCODE,
                wrong="postcode_invalid",
            ),
            choice(
                number=10,
                path="parties[].marital",
                zh="婚姻状况",
                en="Marital status",
                required="marital" in needs and not self.enterprise,
                when=When("parties[].uscc", ("",)),
                missing="marital_missing",
                options=values_of("parties[].marital"),
            ),
            Field(number=12, path="parties[].share", section=Section.PARTIES, kind=Kind.SHARE, zh="份额", en="Share"),
        )

    def holding(self) -> tuple[Field, ...]:
        """Return the fields of the buyers' side as a whole."""
        several = When("holding.certificate_mode", (ONE_CERTIFICATE,))
        return (
            Field(
                number=11,
                path="holding.ownership_mode",
                section=Section.PARTIES,
                kind=Kind.CHOICE,
                zh="共有方式",
                en="Ownership",
                options=values_of("holding.ownership_mode"),
                wrong="ownership_mode_differs",
            ),
            *account_fields("holding.account", Section.SALE, "付款（退款）", "Paying"),
            Field(
                number=43,
                path="holding.certificate_mode",
                section=Section.SALE,
                kind=Kind.CHOICE,
                zh="持证方式",
                en="Certificates",
                options=values_of("holding.certificate_mode"),
            ),
            Field(
                number=43,
                path="holding.certificate_holder",
                section=Section.SALE,
                kind=Kind.TEXT,
                zh="持证人",
                en="Held by",
                longest=NAME_LONGEST,
                when=several,
                stray="certificate_holder",
            ),
        )
