"""Decides how a contract document travels to the engine: plain JSON, amounts and shares as strings, strictly read back.

Leaves to others: whether the terms are allowed. It needs the standard library alone, so that any process may use it.
"""

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction

from services.contract.adapters.rendering.errors import EngineError
from services.contract.domain.document import ContractDocument


class _Malformed(Exception):
    pass


def to_json(document: ContractDocument) -> dict[str, object]:
    """Return `document` as values `json.dumps` takes: Decimal and Fraction as strings, dates as ISO days."""
    return typing.cast("dict[str, object]", _plain(document))


def from_json(data: Mapping[str, object]) -> ContractDocument:
    """Read what `to_json` gave.

    Raises `EngineError` `contract.document_malformed` with the path of the first field that is missing, unknown or
    of the wrong kind.
    """
    return typing.cast("ContractDocument", _record(ContractDocument, data, ""))


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return str(value) if isinstance(value, StrEnum) else value


def _record(kind: type, data: object, path: str) -> object:
    if not isinstance(data, Mapping):
        raise _malformed(path)
    hints = typing.get_type_hints(kind)
    unknown = sorted(set(data) - set(hints))
    if unknown:
        raise _malformed(_join(path, str(unknown[0])))
    values: dict[str, object] = {}
    for field in dataclasses.fields(kind):
        if field.name in data:
            values[field.name] = _read(hints[field.name], data[field.name], _join(path, field.name))
        elif field.default is dataclasses.MISSING:
            raise _malformed(_join(path, field.name))
    return kind(**values)


def _read(hint: object, value: object, path: str) -> object:
    origin = typing.get_origin(hint)
    if origin is types.UnionType:
        return None if value is None else _read(typing.get_args(hint)[0], value, path)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise _malformed(path)
        item = typing.get_args(hint)[0]
        return tuple(_read(item, entry, f"{path}[{index}]") for index, entry in enumerate(value))
    kind = typing.cast("type", hint)
    if dataclasses.is_dataclass(kind):
        return _record(kind, value, path)
    try:
        return _scalar(kind, value)
    except (_Malformed, ValueError, ArithmeticError) as wrong:
        raise _malformed(path) from wrong


def _scalar(kind: type, value: object) -> object:
    if kind in (bool, int):
        if type(value) is not kind:
            raise _Malformed
        return value
    if not isinstance(value, str):
        raise _Malformed
    if kind is Decimal:
        return _decimal(value)
    readers: dict[type, Callable[[str], object]] = {str: str, date: date.fromisoformat, Fraction: Fraction}
    return readers.get(kind, kind)(value)


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as wrong:
        raise _Malformed from wrong
    if not number.is_finite():
        raise _Malformed
    return number


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _malformed(path: str) -> EngineError:
    return EngineError("contract.document_malformed", field=path or "document")
