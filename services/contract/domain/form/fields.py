"""What a field is, and the one check of a value against it: the form shows exactly these limits (decision 14).

Decides single values. Sums, orders and what two fields say together are in `terms` and `parties`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from services.common.values import Money
from services.contract.domain.errors import Fault
from services.contract.domain.texts import faults_of

Limit: TypeAlias = Decimal | dt.date
CENT = Decimal("0.01")


class Kind(StrEnum):
    """How a field is typed and shown."""

    TEXT = "TEXT"
    LINES = "LINES"
    MONEY = "MONEY"
    DECIMAL = "DECIMAL"
    INTEGER = "INTEGER"
    DATE = "DATE"
    BOOLEAN = "BOOLEAN"
    CHOICE = "CHOICE"
    SHARE = "SHARE"
    LIST = "LIST"
    GROUP = "GROUP"


class Section(StrEnum):
    """Where a field stands. 房屋基本信息, 买卖及交付, 争议解决 are the manual's; parties and closing data stand around them."""

    PARTIES = "PARTIES"
    HOUSE = "HOUSE"
    SALE = "SALE"
    DISPUTE = "DISPUTE"
    CLOSING = "CLOSING"


@dataclass(frozen=True)
class When:
    """The field is asked for while that other field has one of these values."""

    path: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field with its limits as they hold now, and the codes of its refusals.

    `path` begins with `terms.`, `parties[].`, `holding.` or `house.`; `[]` stands for each member of a list.
    """

    number: int
    """Its number in the list of fields; the same for the parts of one field."""
    path: str
    section: Section
    kind: Kind
    zh: str
    en: str
    required: bool = False
    shown: bool = False
    """Only shown: from the register, the account, or computed."""
    least: Limit | None = None
    most: Limit | None = None
    decimals: int = -1
    longest: int = 0
    fewest: int = 0
    most_items: int = 0
    pattern: str = ""
    options: tuple[str, ...] = ()
    unit: str = ""
    warn_above: Decimal | None = None
    when: When | None = None
    missing: str = "field_missing"
    low: str = "value_too_small"
    high: str = "value_too_large"
    wrong: str = "value_invalid"
    """The code for another form, an unknown choice, or too many members."""
    stray: str = ""
    """The code for a value although `when` does not hold; empty where it is merely not used."""

    def check(self, path: str, value: object) -> Iterator[Fault]:
        """Yield what is wrong with a value that is there; whether it must be is the caller's question."""
        if self.kind in {Kind.MONEY, Kind.DECIMAL, Kind.INTEGER} and (number := number_of(value)) is not None:
            yield from self._number(path, number)
        elif isinstance(value, dt.date):
            yield from self._bounds(path, value)
        elif self.kind in {Kind.TEXT, Kind.LINES} and isinstance(value, str):
            yield from self._text(path, value)
        elif (self.options and shown_text(value) not in self.options) or (
            isinstance(value, tuple) and not self.fewest <= len(value) <= self.most_items
        ):
            yield Fault(path, self.wrong)

    def _number(self, path: str, number: Decimal) -> Iterator[Fault]:
        if number != round(number, max(self.decimals, 0)):
            yield Fault(path, self.wrong)
        yield from self._bounds(path, number)

    def _bounds(self, path: str, value: Limit) -> Iterator[Fault]:
        if self.least is not None and value < self.least:  # type: ignore[operator]
            yield Fault(path, self.low)
        elif self.most is not None and value > self.most:  # type: ignore[operator]
            yield Fault(path, self.high)

    def _text(self, path: str, value: str) -> Iterator[Fault]:
        yield from faults_of(path, value, self.longest, several_lines=self.kind is Kind.LINES)
        if self.pattern and not re.fullmatch(self.pattern, value):
            yield Fault(path, self.wrong)

    def limited(self, **changed: object) -> Field:
        """Return the field with other limits."""
        return replace(self, **changed)  # type: ignore[arg-type]


def number_of(value: object) -> Decimal | None:
    """Return a sum or number as a decimal; None for what is none."""
    if isinstance(value, Money):
        return value.amount
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return Decimal(value)


def is_empty(value: object) -> bool:
    """Whether nothing is typed; False and zero are something."""
    return value is None or value in ("", ())


def values_at(record: object, path: str, prefix: str = "") -> Iterator[tuple[str, object]]:
    """Yield (concrete path, value) for `path` within a record of dataclasses; nothing below a group that is absent."""
    head, _, rest = path.partition(".")
    name, each = head.removesuffix("[]"), head.endswith("[]")
    value = getattr(record, name)
    here = f"{prefix}.{name}" if prefix else name
    members = [(f"{here}[{index}]", one) for index, one in enumerate(value)] if each else [(here, value)]
    for place, member in members:
        if not rest:
            yield place, member
        elif member is not None:
            yield from values_at(member, rest, place)


def shown_text(value: object) -> str:
    """Return a value in the form in which it is typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def faults(fields: tuple[Field, ...], record: object, root: str, shown_root: str = "") -> Iterator[Fault]:
    """Yield every fault of a record against the fields below `root`, in the order of the table.

    `shown_root` stands in the faults' paths instead of `root`, as `parties[1]` for `parties[]`.
    """
    for field in fields:
        inner = field.path.removeprefix(f"{root}.")
        if field.shown or inner == field.path:
            continue
        asked = holds(field.when, record, root)
        for place, value in values_at(record, inner):
            path = f"{shown_root or root}.{place}"
            if is_empty(value):
                if field.required and asked:
                    yield Fault(path, field.missing)
            elif not asked:
                if field.stray:
                    yield Fault(path, field.stray)
            else:
                yield from field.check(path, value)


def holds(when: When | None, record: object, root: str) -> bool:
    """Whether the condition of a field holds in a record."""
    if when is None:
        return True
    found = (shown_text(value) for _, value in values_at(record, when.path.removeprefix(f"{root}.")))
    return any(one in when.values for one in found)
