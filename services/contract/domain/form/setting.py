"""What the limits of terms depend on, the figures that bound them, and the kinds of field they are made of.

Sources: 民法典 470, 586 (定金), 合同编解释 65 (违约金), 仲裁法 16 and 18; limits a city may choose come from its profile.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from functools import partial
from typing import Any

from services.common.messages.contract import Terms
from services.common.messages.property import Title
from services.common.profiles import BusinessType
from services.common.values import LARGEST_SUM
from services.contract.domain.form.fields import CENT, Field, Kind, Limit

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

TEXT = partial(Field, kind=Kind.TEXT, longest=NAME_LONGEST, wrong="text_missing")
MONEY = partial(
    Field,
    kind=Kind.MONEY,
    decimals=2,
    unit="元",
    least=Decimal(0),
    most=LARGEST_SUM,
    low="price_invalid",
    high="price_invalid",
)
AREA = partial(
    Field,
    kind=Kind.DECIMAL,
    decimals=2,
    unit="平方米",
    least=CENT,
    low="area_invalid",
    high="area_invalid",
    wrong="area_invalid",
)
YES = partial(Field, kind=Kind.BOOLEAN)


@dataclass(frozen=True)
class Setting:
    """The register, the city's rules, today in the city, and the terms typed so far."""

    title: Title
    rules: BusinessType
    today: dt.date
    terms: Terms | None = None

    @property
    def total(self) -> Decimal | None:
        """The price, once typed."""
        return self.terms.total_price.amount if self.terms else None

    def needs(self, name: str) -> bool:
        """Whether the city asks for that field."""
        return name in self.rules.required.terms

    def of_total(self, part: Decimal) -> Decimal | None:
        """Return a part of the price, rounded down to the cent: a limit is never above the law's."""
        return None if self.total is None else (self.total * part).quantize(CENT, ROUND_DOWN)

    def day(self, **more: Any) -> Any:
        """Return the kind of field for a day from today on."""
        limits: dict[str, Limit | str] = {"least": self.today, "most": self.today + FARTHEST}
        return partial(Field, kind=Kind.DATE, **{**limits, "low": "date_past", "high": "date_too_far", **more})
