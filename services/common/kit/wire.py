"""How a message looks as JSON: one marshmallow field per value type, unknown fields ignored on read, decimals as strings.

Decides the form; the shapes themselves are in `services.common.messages`.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, cast

import marshmallow
import marshmallow_dataclass
from marshmallow import fields

from services.common import values
from services.common.kit.errors import InvalidValue

T = TypeVar("T")
PLAIN_DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,6})?")

DONE, REFUSED = "done", "refused"
"""The two types of an answer."""
REPLY_TO = "amq.rabbitmq.reply-to"
"""The broker's own pseudo-queue: answers need no queue to be declared."""


class ValueField(fields.Field):
    """A value type as its string."""

    def __init__(self, value_type: type, **kwargs: Any) -> None:
        self.value_type = value_type
        super().__init__(**kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str):
            raise marshmallow.ValidationError("value.must_be_text")
        try:
            parse = getattr(self.value_type, "parse", self.value_type)
            return parse(value)
        except InvalidValue as wrong:
            raise marshmallow.ValidationError(wrong.code) from wrong


class StrictDecimal(fields.Field):
    """A decimal as a plain string; a JSON number is refused, because a float has already lost cents."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else format(value, "f")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if not isinstance(value, str) or not PLAIN_DECIMAL.fullmatch(value):
            raise marshmallow.ValidationError("value.decimal_must_be_text")
        return Decimal(value)


class UtcTime(fields.Field):
    """An aware time as RFC 3339 in UTC."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.datetime:
        try:
            when = dt.datetime.fromisoformat(value)
            if when.tzinfo is None:
                raise marshmallow.ValidationError("value.time_without_zone")
            return when.astimezone(dt.UTC)
        except (TypeError, ValueError, OverflowError) as wrong:  # overflow: the year 1 east of Greenwich
            raise marshmallow.ValidationError("value.time_invalid") from wrong


def _value(value_type: type) -> type[fields.Field]:
    class Bound(ValueField):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(value_type, **kwargs)

    Bound.__name__ = f"{value_type.__name__}Field"
    return Bound


TYPES: dict[type, type[fields.Field]] = {
    Decimal: StrictDecimal,
    dt.datetime: UtcTime,
    **{
        cls: _value(cls)
        for cls in (
            values.Money,
            values.CaseNo,
            values.CertificateNo,
            values.UnitNo,
            values.IdNumber,
            values.Uscc,
            values.CompanyName,
            values.Mobile,
            values.PersonName,
            values.PersonId,
        )
    },
}


class BusSchema(marshmallow.Schema):
    """Ignores what it does not know, so that a neighbour may add an optional field."""

    TYPE_MAPPING = TYPES

    class Meta:
        """Marshmallow's own settings."""

        unknown = marshmallow.EXCLUDE


@cache
def schema_of(shape: Any) -> marshmallow.Schema:
    """Return the schema of a message dataclass, built once."""
    return marshmallow_dataclass.class_schema(shape, base_schema=BusSchema)()


def to_plain(message: object) -> dict[str, Any]:
    """Return the message as JSON-able data."""
    shape: Any = type(message)
    return cast("dict[str, Any]", schema_of(shape).dump(message))


def from_plain(shape: type[T], data: Any) -> T:
    """Build the message. Raises InvalidValue with the paths of all wrong fields."""
    schema = schema_of(cast("Any", shape))
    try:
        return cast("T", schema.load(data))
    except marshmallow.ValidationError as wrong:
        raise InvalidValue("message.invalid", fields=sorted(paths(wrong.messages))) from wrong


def within(path: str, key: str | int) -> str:
    """Return the path of a member or entry: `terms.instalments[0].amount`, the form every refusal names fields in."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def paths(messages: Any, prefix: str = "") -> list[str]:
    """Flatten marshmallow's nested messages into `path: reason` lines."""
    if isinstance(messages, dict):
        return [line for key, value in messages.items() for line in paths(value, within(prefix, key))]
    if isinstance(messages, list):
        return [f"{prefix}: {one}" for one in messages]
    return [f"{prefix}: {messages}"]


def default(value: object) -> str:
    """Write the types JSON lacks."""
    if isinstance(value, uuid.UUID):
        return str(value)
    raise TypeError(type(value).__name__)


def dumps(data: Any) -> bytes:
    """Return compact UTF-8 JSON."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=default).encode()


def loads(body: bytes) -> Any:
    """Read UTF-8 JSON. Raises InvalidValue for anything else."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as wrong:
        raise InvalidValue("message.not_json") from wrong
