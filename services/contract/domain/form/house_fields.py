"""What is only shown: the case number, what the register says of the house and its land (14-23), what is computed (25, 26, 31).

Nobody types these: material the offices share is not asked for again (建房规〔2020〕4号).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from services.common.messages.contract import Terms
from services.common.messages.property import Title
from services.contract.domain.capitals import AmountNotReadable, amount_in_capitals
from services.contract.domain.form.choices import LOANS
from services.contract.domain.form.fields import CENT, Field, Kind, Section, shown_text

_text = partial(Field, kind=Kind.TEXT, section=Section.HOUSE, shown=True)
_number = partial(Field, kind=Kind.DECIMAL, section=Section.HOUSE, shown=True, decimals=2)
_whole = partial(Field, kind=Kind.INTEGER, section=Section.HOUSE, shown=True, decimals=0)
_yes = partial(Field, kind=Kind.BOOLEAN, section=Section.HOUSE, shown=True)
_sum = partial(Field, kind=Kind.MONEY, section=Section.SALE, shown=True, decimals=2, unit="元")

SHOWN: tuple[Field, ...] = (
    _text(number=1, path="case.number", section=Section.PARTIES, zh="业务编号", en="Case number"),
    _text(number=14, path="house.certificate_no", zh="产权证号", en="Certificate number"),
    _text(number=15, path="house.unit_no", zh="不动产单元号", en="Unit number"),
    _text(number=16, path="house.location", zh="坐落", en="Location"),
    _number(number=17, path="house.building_area", zh="建筑面积", en="Building area", unit="平方米"),
    _text(number=18, path="house.use", zh="规划用途", en="Use"),
    _text(number=18, path="house.nature", zh="房屋性质", en="Nature"),
    _text(number=18, path="house.structure", zh="房屋结构", en="Structure"),
    _whole(number=19, path="house.floor", zh="所在层", en="Floor"),
    _whole(number=19, path="house.total_floors", zh="总层数", en="Floors in all"),
    _whole(number=19, path="house.year_built", zh="建成年份", en="Built in"),
    _text(number=20, path="house.land_obtained", zh="土地取得方式", en="How the land was obtained"),
    _text(number=20, path="house.land_use", zh="土地用途", en="Use of the land"),
    Field(
        number=20,
        path="house.land_term_end",
        section=Section.HOUSE,
        kind=Kind.DATE,
        zh="土地使用终止日期",
        en="Land use ends",
        shown=True,
    ),
    _yes(number=21, path="house.mortgaged", zh="登记簿有抵押", en="A mortgage is registered"),
    _yes(number=22, path="house.leased", zh="登记簿有租赁", en="A lease is registered"),
    _yes(number=23, path="house.habitation_right", zh="居住权", en="A right of habitation is registered"),
    _text(number=25, path="computed.price_in_capitals", section=Section.SALE, zh="成交价大写", en="Price in capitals"),
    _sum(number=26, path="computed.unit_price", zh="单价（每平方米）", en="Price a square metre"),
    _sum(number=31, path="computed.first_payment", zh="首付款", en="First payment"),
)


def shown_value(field: Field, number: str, title: Title, terms: Terms | None) -> str:
    """Return what a shown field shows; empty where there is nothing to show."""
    root, _, name = field.path.partition(".")
    if root == "case":
        return number
    if root == "computed":
        return shown_text(_computed(name, title, terms)) if terms else ""
    return shown_text(getattr(title.house, name) if hasattr(title.house, name) else getattr(title, name))


def _computed(name: str, title: Title, terms: Terms) -> Decimal | str | None:
    if name == "price_in_capitals":
        try:
            return amount_in_capitals(terms.total_price.amount)
        except AmountNotReadable:
            return None
    if name == "unit_price":
        return (terms.total_price.amount / title.house.building_area).quantize(CENT, ROUND_HALF_UP)
    first = terms.deposit.amount + sum(one.amount.amount for one in terms.instalments)
    return first if terms.payment_method in LOANS else None
