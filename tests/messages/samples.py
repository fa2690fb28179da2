"""One example of every message shape, made from its types alone, and the golden files they are kept in.

`python -m tests.messages.samples` writes the files of new shapes; it never changes one that is there.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import json
import types
import typing
from decimal import Decimal
from pathlib import Path
from typing import Any

from stdnum.cn import ric

from services.common.kit import wire
from services.common.messages import registry
from services.common.messages.operations import ListDeadEvents, ReplayEvents, RotateFieldKey, operation
from services.common.messages.shapes import EVENT_OF, RPC_OF, EventName, Rpc
from services.common.values import (
    CaseNo,
    CertificateNo,
    CompanyName,
    IdNumber,
    Mobile,
    Money,
    PersonId,
    PersonName,
    UnitNo,
    Uscc,
)

GOLDEN = Path(__file__).parent / "golden"
OURS = "services.common.messages."
_NUMBER = "42020219800101001"
_VALUES: dict[type, object] = {
    str: "text",
    int: 3,
    float: 1.5,
    bool: True,
    Decimal: Decimal("0.015"),
    dt.date: dt.date(2026, 11, 22),
    dt.datetime: dt.datetime(2026, 11, 22, 6, 30, tzinfo=dt.UTC),
    Money: Money(Decimal("1200000.00")),
    CaseNo: CaseNo("huangshi", "2026112200001"),
    CertificateNo: CertificateNo("鄂(2023)黄石市不动产权第0012345号"),
    UnitNo: UnitNo("420202001001GB00001F00010001"),
    IdNumber: IdNumber(_NUMBER + ric.calc_check_digit(_NUMBER + "0")),
    Mobile: Mobile("13800000000"),
    PersonName: PersonName("测试甲"),
    PersonId: PersonId("p-" + "a" * 26),
    Uscc: Uscc("91350100M000100Y43"),  # the standard's own sample
    CompanyName: CompanyName("黄石测试有限公司"),
}


def rpcs() -> dict[type, Rpc]:
    """Every question declared by the services, not those of tests; with kit's own, under the name of one service."""
    declared = {shape: rpc for shape, rpc in RPC_OF.items() if shape.__module__.startswith(OURS)}
    return declared | {shape: operation("any", shape) for shape in (ListDeadEvents, ReplayEvents, RotateFieldKey)}


def events() -> dict[type, EventName]:
    """Every event declared by the services."""
    return {shape: name for shape, name in EVENT_OF.items() if shape.__module__.startswith(OURS)}


def fields_of(shape: type) -> dict[str, Any]:
    """Field name -> type."""
    hints = typing.get_type_hints(shape)
    return {field.name: hints[field.name] for field in dataclasses.fields(shape)}


def types_in(hint: Any) -> set[Any]:
    """Every plain type inside a hint, dataclasses opened."""
    if inner := typing.get_args(hint):
        return {one for arg in inner if arg is not Ellipsis for one in types_in(arg)}
    if dataclasses.is_dataclass(hint) and hint not in _VALUES:
        return {one for field in fields_of(hint).values() for one in types_in(field)}
    return {hint}


def example(hint: Any) -> Any:
    """A value of the type: optional fields are filled, tuples hold one item, dictionaries one pair."""
    if hint in _VALUES:
        return _VALUES[hint]
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        return example(next(arg for arg in inner if arg is not types.NoneType))
    if origin in {tuple, list}:
        whole = [example(inner[0])] if len(inner) == 2 and inner[1] is Ellipsis else [example(arg) for arg in inner]
        return tuple(whole) if origin is tuple else whole
    if origin is dict:
        return {example(inner[0]): example(inner[1])}
    if origin is typing.Literal:
        return inner[0]
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return next(iter(hint))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return hint(**{name: example(field) for name, field in fields_of(hint).items()})
    raise TypeError(f"no example for {hint}: add one here")


def files() -> dict[Path, dict[str, type]]:
    """Golden file -> which part of it holds which shape."""
    found = {GOLDEN / f"{rpc.name}.json": {"question": shape, "answer": rpc.reply} for shape, rpc in rpcs().items()}
    return found | {GOLDEN / f"event.{name.routing_key}.json": {"event": shape} for shape, name in events().items()}


def write_missing() -> list[Path]:
    """Write the files of shapes that have none."""
    assert registry.SUBSCRIPTIONS  # its import has loaded every shape
    missing = {file: parts for file, parts in files().items() if not file.exists()}
    for file, parts in missing.items():
        content = {part: wire.to_plain(example(shape)) for part, shape in parts.items()}
        file.write_text(json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
    return list(missing)


if __name__ == "__main__":
    print(*(file.name for file in write_missing()), sep="\n")
