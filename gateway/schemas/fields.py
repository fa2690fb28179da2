"""The types of members in bodies and queries: strict, so that nothing is guessed, and bounded.

Each refuses with a code; marshmallow's own sentences are turned into codes by `base`.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal
from typing import Any, TypeAlias

from marshmallow import ValidationError, fields, validate

LONGEST_TEXT = 2000
LARGEST_NUMBER = 10**9
_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_DAY = re.compile(r"(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}")
_NUMBER_TEXT = re.compile(r"[0-9]{1,6}")


class Strict(fields.Field[Any]):
    """A member that reads exactly one form. Raises ValidationError with a code."""

    def read(self, value: object) -> object:
        """Return the value."""
        raise NotImplementedError

    def show(self, value: Any) -> object:
        """Return the JSON-able form."""
        return value

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        del attr, data, kwargs
        return self.read(value)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        del attr, obj, kwargs
        return None if value is None else self.show(value)


class Text(Strict):
    """A text; at most 2,000 characters unless its dataclass says otherwise."""

    def read(self, value: object) -> str:
        """Refuse anything but a text."""
        if not isinstance(value, str):
            raise ValidationError("field.type")
        if len(value) > LONGEST_TEXT and not any(isinstance(one, validate.Length) for one in self.validators):
            raise ValidationError("field.too_long")
        return value


class Whole(Strict):
    """A whole number as a JSON number."""

    def read(self, value: object) -> int:
        """Refuse texts, true and 1.0."""
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValidationError("field.type")
        if abs(value) > LARGEST_NUMBER:
            raise ValidationError("field.out_of_range")
        return value


class NumberText(Strict):
    """A whole number in a query string."""

    def read(self, value: object) -> int:
        """Refuse anything but up to six digits."""
        if not isinstance(value, str) or not _NUMBER_TEXT.fullmatch(value):
            raise ValidationError("field.type")
        return int(value)


class Truth(Strict):
    """`true` or `false`."""

    def read(self, value: object) -> bool:
        """Refuse what only resembles them."""
        if not isinstance(value, bool):
            raise ValidationError("field.type")
        return value


class PlainDecimal(Strict):
    """A decimal as a text such as `5.00`: a JSON number would have been a float on its way."""

    def read(self, value: object) -> Decimal:
        """Refuse numbers, exponents and digits that are not ASCII."""
        if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
            raise ValidationError("value.decimal_must_be_text")
        return Decimal(value)

    def show(self, value: Any) -> str:
        """Write without exponent."""
        return format(value, "f")


class Day(Strict):
    """A calendar day, `2026-11-22`, from 1900 to 2199."""

    def read(self, value: object) -> dt.date:
        """Refuse other forms and days that never were."""
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValidationError("field.date")
        try:
            return dt.date.fromisoformat(value)
        except ValueError as wrong:
            raise ValidationError("field.date") from wrong

    def show(self, value: Any) -> str:
        """Write the ISO form."""
        return str(value.isoformat())


class Choice(Strict):
    """One name of an enumeration."""

    choices: tuple[str, ...] = ()
    enumeration: type = str

    def read(self, value: object) -> object:
        """Refuse other names."""
        if not isinstance(value, str) or value not in self.choices:
            raise ValidationError("field.choice")
        return self.enumeration(value)

    def show(self, value: Any) -> str:
        """Write the name."""
        return str(value)


def choice_of(enumeration: Any) -> type[Choice]:
    """Return the field of an enumeration whose names are its values."""
    names = tuple(one.value for one in enumeration)
    return type(f"{enumeration.__name__}Choice", (Choice,), {"choices": names, "enumeration": enumeration})


Point: TypeAlias = tuple[float, float]


class PenStrokes(tuple[tuple[Point, ...], ...]):
    """The type that stands for `Strokes` in a dataclass."""

    __slots__ = ()


class Strokes(Strict):
    """Pen strokes, each a list of `[x, y]` in canvas units: at most 400 strokes and 20,000 points in all."""

    MOST_STROKES, MOST_POINTS, FARTHEST = 400, 20_000, 20_000

    def read(self, value: object) -> PenStrokes:
        """Refuse empty strokes, points that are none, and too many."""
        if not isinstance(value, list) or not value or not all(isinstance(stroke, list) and stroke for stroke in value):
            raise ValidationError("field.strokes")
        if len(value) > self.MOST_STROKES or sum(map(len, value)) > self.MOST_POINTS:
            raise ValidationError("field.too_long")
        return PenStrokes(tuple(self._point(point) for point in stroke) for stroke in value)

    def _point(self, point: object) -> Point:
        if not isinstance(point, list) or len(point) != len(("x", "y")) or not all(map(self._fits, point)):
            raise ValidationError("field.strokes")
        return float(point[0]), float(point[1])

    def _fits(self, one: object) -> bool:
        number = isinstance(one, int | float) and not isinstance(one, bool)
        return number and math.isfinite(one) and abs(one) <= self.FARTHEST  # type: ignore[arg-type]
