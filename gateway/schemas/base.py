"""How an HTTP body becomes a dataclass and back: strict types, bounded texts, unknown members refused.

Decides form only. What a value means is the service's; messages are built from these dataclasses field by field in
the resource files beside this one, so that a change of a message never silently changes the public interface.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from decimal import Decimal
from functools import cache
from typing import Any, Protocol, TypeVar, cast

import marshmallow
import marshmallow_dataclass
from marshmallow import fields, validate

from gateway.schemas.fields import Day, NumberText, PenStrokes, PlainDecimal, Strokes, Text, Truth, Whole, choice_of
from services.common.kit import wire
from services.common.kit.errors import InvalidValue
from services.common.messages.contract import Marital, Side
from services.common.messages.identity import CodePurpose, ProofMethod, ProofPurpose

T = TypeVar("T")


class Say(Protocol):
    """Gives the words of a code in the caller's language; `context` fills their places."""

    def __call__(self, code: str, **context: str) -> str:
        """Return them."""


_REASONS = {
    "Missing data for required field.": "field.required",
    "Field may not be null.": "field.null",
    "Unknown field.": "field.unknown",
    "Invalid input type.": "field.type",
    "Not a valid list.": "field.type",
    "Not a valid tuple.": "field.type",
    "Invalid value.": "field.invalid",
}


TYPES: dict[type, type[fields.Field[Any]]] = {
    **wire.TYPES,
    str: Text,
    int: Whole,
    bool: Truth,
    Decimal: PlainDecimal,
    dt.date: Day,
    PenStrokes: Strokes,
    **{enum: choice_of(enum) for enum in (Side, Marital, CodePurpose, ProofMethod, ProofPurpose)},
}


class HttpSchema(marshmallow.Schema):
    """Refuses members it does not know: a typing mistake must not silently leave something out."""

    TYPE_MAPPING = TYPES

    class Meta:  # noqa: D106 (marshmallow's own form)
        unknown = marshmallow.RAISE


class QuerySchema(HttpSchema):
    """The same for query strings, where every value is a text."""

    TYPE_MAPPING = {**TYPES, int: NumberText}  # noqa: RUF012 (marshmallow's own form)


@cache
def schema_of(shape: Any, base: type[marshmallow.Schema] = HttpSchema) -> marshmallow.Schema:
    """Return the schema of a dataclass, built once."""
    return marshmallow_dataclass.class_schema(shape, base_schema=base)()


def read(shape: type[T], data: Any, base: type[marshmallow.Schema] = HttpSchema) -> T:
    """Build the dataclass. Raises InvalidValue `message.invalid` with `fields`: a line `path: code` for each wrong one."""
    try:
        return cast("T", schema_of(cast("Any", shape), base).load(data))
    except marshmallow.ValidationError as wrong:
        lines = sorted(_lines(wrong.messages))
        raise InvalidValue(_code_of(lines), fields=lines) from wrong


def _code_of(lines: list[str]) -> str:
    """Return the business code if one of the wrong fields has one (`contract.price_invalid`); otherwise the shape's."""
    codes = (line.rpartition(": ")[2] for line in lines)
    return next((code for code in codes if code.startswith("contract.")), "message.invalid")


def write(reply: object) -> dict[str, Any]:
    """Return the JSON-able form of a reply dataclass."""
    return cast("dict[str, Any]", schema_of(cast("Any", type(reply))).dump(reply))


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
        if pattern and not re.fullmatch(pattern, value):
            raise marshmallow.ValidationError("field.invalid")

    rules: list[Any] = [validate.Length(max=longest, error="field.too_long"), fits]
    shown: dict[str, object] = {"minLength": shortest} if shortest else {}
    shown |= {"pattern": f"^{pattern}$"} if pattern else {}
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

    return dataclasses.field(
        default=default, metadata={"validate": count, "metadata": {"minItems": least, "maxItems": most}}
    )


def refused_as(value: type, code: str, *, optional: bool = False) -> dict[str, Any]:
    """Return the metadata of a dataclass field whose every wrong form is refused with `code` instead of the type's own."""

    class Coded(wire.ValueField):
        def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
            try:
                return super()._deserialize(value, attr, data, **kwargs)
            except marshmallow.ValidationError as wrong:
                raise marshmallow.ValidationError(code) from wrong

    absent: dict[str, Any] = {"load_default": None, "allow_none": True} if optional else {"required": True}
    return {"marshmallow_field": Coded(value, **absent)}


def one_of(*names: str, default: Any = dataclasses.MISSING) -> Any:
    """Return a dataclass field for one of these texts."""
    return dataclasses.field(default=default, metadata={"validate": validate.OneOf(names, error="field.choice")})
