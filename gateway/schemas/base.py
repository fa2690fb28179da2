"""How an HTTP body becomes a dataclass and back: strict types, bounded texts, unknown members refused.

Decides form only. What a value means is the service's; messages are built from these dataclasses field by field in
the resource files beside this one, so that a change of a message never silently changes the public interface.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, cast

import marshmallow
import marshmallow_dataclass
from marshmallow import fields, validate

from services.common.kit import wire
from services.common.kit.errors import InvalidValue
from services.common.messages.contract import Marital, Side
from services.common.messages.identity import CodePurpose, ProofMethod, ProofPurpose

T = TypeVar("T")

LONGEST_TEXT = 2000
LARGEST_NUMBER = 10**9
_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_REASONS = {
    "Missing data for required field.": "field.required",
    "Field may not be null.": "field.null",
    "Unknown field.": "field.unknown",
    "Invalid input type.": "field.type",
    "Not a valid list.": "field.type",
    "Not a valid tuple.": "field.type",
    "Invalid value.": "field.invalid",
    "Not a valid date.": "field.date",
}


class Text(fields.String):
    """A text; at most 2,000 characters unless its field says less."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise marshmallow.ValidationError("field.type")
        if len(value) > LONGEST_TEXT and not any(isinstance(one, validate.Length) for one in self.validators):
            raise marshmallow.ValidationError("field.too_long")
        return value


class Whole(fields.Integer):
    """A whole number as a JSON number; neither text, nor true, nor 1.0."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise marshmallow.ValidationError("field.type")
        if abs(value) > LARGEST_NUMBER:
            raise marshmallow.ValidationError("field.out_of_range")
        return value


class Truth(fields.Boolean):
    """`true` or `false`, nothing that resembles them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise marshmallow.ValidationError("field.type")
        return value


class PlainDecimal(fields.Field):
    """A decimal as a string such as `5.00`: a JSON number would have been a float on its way."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else format(value, "f")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
            raise marshmallow.ValidationError("value.decimal_must_be_text")
        return Decimal(value)


class Day(fields.Date):
    """A calendar day, `2026-11-22`, between 1900 and 2200."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.date:
        if not isinstance(value, str) or not re.fullmatch(r"(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}", value):
            raise marshmallow.ValidationError("field.date")
        return cast("dt.date", super()._deserialize(value, attr, data, **kwargs))


class Choice(fields.Field):
    """One name of an enumeration."""

    choices: tuple[str, ...] = ()
    enumeration: type

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or value not in self.choices:
            raise marshmallow.ValidationError("field.choice")
        return self.enumeration(value)


class Strokes(fields.Field):
    """Pen strokes, each a list of `[x, y]` in canvas units: at most 400 strokes and 20,000 points in all."""

    MOST_STROKES, MOST_POINTS, FARTHEST = 400, 20_000, 20_000

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, list) or not value or not all(isinstance(stroke, list) and stroke for stroke in value):
            raise marshmallow.ValidationError("field.strokes")
        if len(value) > self.MOST_STROKES or sum(map(len, value)) > self.MOST_POINTS:
            raise marshmallow.ValidationError("field.too_long")
        return tuple(tuple(self._point(point) for point in stroke) for stroke in value)

    def _point(self, point: Any) -> tuple[float, float]:
        pair = ("x", "y")
        if not isinstance(point, list) or len(point) != len(pair):
            raise marshmallow.ValidationError("field.strokes")
        for one in point:
            if isinstance(one, bool) or not isinstance(one, int | float) or not math.isfinite(one) or abs(one) > self.FARTHEST:
                raise marshmallow.ValidationError("field.strokes")
        return float(point[0]), float(point[1])


def _choice(enum: type) -> type[Choice]:
    names = tuple(one.value for one in cast("Any", enum))
    return type(f"{enum.__name__}Choice", (Choice,), {"choices": names, "enumeration": enum})


class PenStrokes(tuple[tuple[tuple[float, float], ...], ...]):
    """The type that stands for `Strokes` in a dataclass."""

    __slots__ = ()


TYPES: dict[type, type[fields.Field]] = {
    **wire.TYPES,
    str: Text,
    int: Whole,
    bool: Truth,
    Decimal: PlainDecimal,
    dt.date: Day,
    PenStrokes: Strokes,
    **{enum: _choice(enum) for enum in (Side, Marital, CodePurpose, ProofMethod, ProofPurpose)},
}


class HttpSchema(marshmallow.Schema):
    """Refuses members it does not know: a typing mistake must not silently leave something out."""

    TYPE_MAPPING = TYPES

    class Meta:
        unknown = marshmallow.RAISE


class NumberText(fields.Integer):
    """A whole number in a query string."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,6}", value):
            raise marshmallow.ValidationError("field.type")
        return int(value)


class QuerySchema(HttpSchema):
    """The same for query strings, where every value is a text."""

    TYPE_MAPPING = {**TYPES, int: NumberText}  # noqa: RUF012 (marshmallow's own form)


@cache
def schema_of(shape: type, base: type[marshmallow.Schema] = HttpSchema) -> marshmallow.Schema:
    """Return the schema of a dataclass, built once."""
    return marshmallow_dataclass.class_schema(shape, base_schema=base)()


def read(shape: type[T], data: Any, base: type[marshmallow.Schema] = HttpSchema) -> T:
    """Build the dataclass. Raises InvalidValue `message.invalid` with `fields`: a line `path: code` for each wrong one."""
    try:
        return cast("T", schema_of(shape, base).load(data))
    except marshmallow.ValidationError as wrong:
        raise InvalidValue("message.invalid", fields=sorted(_lines(wrong.messages))) from wrong


def write(reply: object) -> dict[str, Any]:
    """Return the JSON-able form of a reply dataclass."""
    return cast("dict[str, Any]", schema_of(type(reply)).dump(reply))


def _lines(messages: Any) -> list[str]:
    """Turn marshmallow's sentences into codes; texts in both languages belong to `problems`."""
    lines = []
    for line in wire.paths(messages):
        path, _, reason = line.rpartition(": ")
        code = _REASONS.get(reason, reason if re.fullmatch(r"[a-z_]+\.[a-z_.]+", reason) else "field.invalid")
        lines.append(f"{path.removesuffix('._schema').removeprefix('_schema')}: {code}")
    return lines


def text(longest: int, shortest: int = 1, *, default: Any = dataclasses.MISSING, pattern: str = "") -> Any:
    """Return a dataclass field for a text of that length, blanks around it not counted."""

    def fits(value: str) -> None:
        if len(value.strip()) < shortest:
            raise marshmallow.ValidationError("field.too_short")

    rules: list[Any] = [validate.Length(max=longest, error="field.too_long"), fits]
    rules += [validate.Regexp(pattern, error="field.invalid")] if pattern else []
    shown: dict[str, object] = {"minLength": shortest} if shortest else {}
    return dataclasses.field(default=default, metadata={"validate": rules, "metadata": shown})


def number(least: int, most: int, *, default: Any = dataclasses.MISSING) -> Any:
    """Return a dataclass field for a whole number within bounds."""
    rule = validate.Range(least, most, error="field.out_of_range")
    return dataclasses.field(default=default, metadata={"validate": rule})


def items(most: int, least: int = 0, *, default: Any = dataclasses.MISSING) -> Any:
    """Return a dataclass field for a list of that many members."""

    def count(value: tuple[object, ...]) -> None:
        if not least <= len(value) <= most:
            raise marshmallow.ValidationError("field.item_count")

    return dataclasses.field(default=default, metadata={"validate": count, "metadata": {"minItems": least, "maxItems": most}})


def one_of(*names: str, default: Any = dataclasses.MISSING) -> Any:
    """Return a dataclass field for one of these texts."""
    return dataclasses.field(default=default, metadata={"validate": validate.OneOf(names, error="field.choice")})
