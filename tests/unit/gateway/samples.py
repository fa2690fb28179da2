"""Builds valid samples of any dataclass of ours: every leaf its own value, so that a lost or swapped field shows."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import types
import typing
from decimal import Decimal
from enum import Enum
from typing import Any

from stdnum.cn import ric

from gateway.schemas.fields import PenStrokes
from services.common.values import (
    CaseNo,
    CertificateNo,
    CompanyName,
    IdNumber,
    Mobile,
    Money,
    PersonId,
    PersonName,
    Uscc,
)

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
FIXED_TEXTS = {
    "code": ("123456", "234567"),
    "id_tail": ("123X", "4321"),
    "text_hash": ("a" * 64, "b" * 64),
    "sha256": ("c" * 64, "d" * 64),
    "purpose": ("FACE", "NOTICE"),
    "channel": ("WEB", "COUNTER"),
    "city": ("huangshi", "yangquan"),
    "number": ("2023081800001", "2023081800002"),
    "payment_method": ("INSTALMENTS", "ONE_OFF"),
    "dispute_mode": ("COURT", "ARBITRATION"),
    "ownership_mode": ("JOINT", "SOLE"),
    "certificate_mode": ("ONE", "SEPARATE"),
    "on_failure": ("RESCIND", "POSTPONE"),
    "tax": ("DEED_TAX", "INCOME_TAX"),
    "bearer": ("BUYER", "BY_LAW"),
    "postcode": ("435000", "435002"),
    "share": ("1/3", "2/3"),
    "totp": ("654321", "765432"),
    "signing_task": ("task-0123456789", "task-9876543210"),
    "decision": ("APPROVE", "APPROVE"),
    "ground": ("AGREED", "JUDGMENT"),
    "rule": ("OTHER", "TERMS_UNCLEAR"),
    "media_type": ("application/pdf", "application/pdf"),
    "key": ("vv7+kC9mS0L1dWtN0m1zN0vEwVb1Ck8tJ4bQpIhPV2s=",) * 2,
    "reader_key": ("vv7+kC9mS0L1dWtN0m1zN0vEwVb1Ck8tJ4bQpIhPV2s=",) * 2,
    "verdict": ("APPROVE", "NOT_LIVE"),
    "sealing_key": ("vv7+kC9mS0L1dWtN0m1zN0vEwVb1Ck8tJ4bQpIhPV2s=",) * 2,
}


def id_number(serial: int) -> IdNumber:
    """Return a generated resident ID number with a right check character."""
    body = f"42020219{70 + serial % 30:02d}01{1 + serial % 28:02d}{serial % 1000:03d}"
    return IdNumber(body + ric.calc_check_digit(body + "0"))


def uscc(serial: int) -> Uscc:
    """Return a generated credit code with a right check character."""
    body = f"91420200{serial:09d}"
    return Uscc(body + Uscc.check_character(body))


class Samples:
    """Counts on, so that no two leaves are alike."""

    def __init__(self) -> None:
        self._count = itertools.count(1)

    def of(self, shape: Any, **given: object) -> Any:
        """Return an instance of a dataclass; `given` replaces fields."""
        hints = typing.get_type_hints(shape)
        values = {
            one.name: given.get(one.name, self._value(hints[one.name], one.name)) for one in dataclasses.fields(shape)
        }
        return shape(**values)

    def _value(self, hint: Any, name: str) -> Any:
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin in {types.UnionType, typing.Union}:
            return self._value(next(one for one in arguments if one is not type(None)), name)
        if hint is PenStrokes or name == "strokes":
            n = float(next(self._count))
            return (((n, n + 0.5), (n + 1, n + 2)), ((n, n),))
        if origin is tuple:
            return tuple(self._value(arguments[0], name) for _ in range(2))
        if dataclasses.is_dataclass(hint) and isinstance(hint, type) and hint.__module__ != "services.common.values":
            return self.of(hint)
        return self._leaf(hint, name)

    def _leaf(self, hint: Any, name: str) -> Any:
        n = next(self._count)
        if isinstance(hint, type) and issubclass(hint, Enum):
            return list(hint)[n % len(hint)]
        made: dict[type, Any] = {
            str: FIXED_TEXTS[name][n % 2] if name in FIXED_TEXTS else f"{name}-{n}",
            int: n,
            bool: True,
            Decimal: Decimal(f"{n}.25"),
            dt.datetime: dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=n),
            dt.date: dt.date(2027, 1, 1) + dt.timedelta(days=n),
            PersonName: lambda: PersonName(SURNAMES[n % 32] + SURNAMES[n // 32 % 32] + "测"),
            IdNumber: lambda: id_number(n),
            Mobile: lambda: Mobile(f"139{n:08d}"),
            Money: lambda: Money(Decimal(f"{1000 + n}.50")),
            CaseNo: lambda: CaseNo("huangshi", f"20230818{n:05d}"),
            CertificateNo: lambda: CertificateNo(f"鄂(2023)黄石市不动产权第{n:07d}号"),
            CompanyName: lambda: CompanyName(f"黄石测试{n}有限公司"),
            Uscc: lambda: uscc(n),
            PersonId: lambda: PersonId.of(id_number(n), b"test key of the samples, 32 bytes"),
        }
        value = made[hint]
        return value() if callable(value) else value


def leaves(value: Any) -> set[str]:
    """Return every leaf of a JSON-able or dataclass value as text, without flags, empty texts and enumerations of acts."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        if type(value).__module__ == "services.common.values":
            return {str(value)}
        return set().union(*(leaves(getattr(value, one.name)) for one in dataclasses.fields(value)), set())
    if isinstance(value, dict):
        return set().union(*(leaves(one) for one in value.values()), set())
    if isinstance(value, list | tuple):
        return set().union(*(leaves(one) for one in value), set())
    if isinstance(value, dt.datetime):
        return {value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")}
    if value is None or isinstance(value, bool) or value == "":
        return set()
    return {str(value)}


def leaves_named(value: Any, names: tuple[str, ...]) -> set[str]:
    """Return the leaves of fields of these names, at any depth."""
    if isinstance(value, tuple):
        return set().union(*(leaves_named(one, names) for one in value), set())
    if not dataclasses.is_dataclass(value) or type(value).__module__ == "services.common.values":
        return set()
    found: set[str] = set()
    for one in dataclasses.fields(value):
        child = getattr(value, one.name)
        found |= leaves(child) if one.name in names else leaves_named(child, names)
    return found
