"""How a message looks as JSON: strict where a value could be lost, forgiving where a neighbour may grow."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.kit import wire
from services.common.kit.errors import (
    Conflict,
    DomainError,
    InvalidValue,
    Kind,
    NotFound,
    ServiceError,
    Unavailable,
    from_wire,
    to_wire,
)
from services.common.values import CaseNo, Mobile, Money, PersonName

CASE = CaseNo("huangshi", "2026112200001")


@dataclass(frozen=True, kw_only=True)
class Inner:
    """A part."""

    price: Money
    rate: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Outer:
    """A message."""

    case_no: CaseNo
    at: dt.datetime
    parts: tuple[Inner, ...]
    name: PersonName | None = None
    note: str = ""


def outer(**changes: object) -> dict[str, object]:
    plain: dict[str, object] = {
        "case_no": str(CASE),
        "at": "2026-11-22T06:00:00Z",
        "parts": [{"price": "1.50", "rate": "0.01"}],
    }
    return plain | changes


def test_message_comes_back_as_it_went() -> None:
    message = Outer(
        case_no=CASE,
        at=dt.datetime(2026, 11, 22, 6, tzinfo=dt.UTC),
        parts=(Inner(price=Money(Decimal("1.5")), rate=Decimal("0.010")), Inner(price=Money(Decimal(0)), rate=None)),
        name=PersonName("测试甲"),
    )

    assert wire.from_plain(Outer, wire.loads(wire.dumps(wire.to_plain(message)))) == message


def test_unknown_fields_are_ignored_at_every_depth() -> None:
    grown = outer(later="x", parts=[{"price": "1.50", "rate": None, "later": {"deep": 1}}])

    assert wire.from_plain(Outer, grown).parts[0].price == Money(Decimal("1.50"))


def test_time_is_written_in_utc_and_needs_a_zone() -> None:
    local = dt.datetime(2026, 11, 22, 14, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    message = Outer(case_no=CASE, at=local, parts=())

    assert wire.to_plain(message)["at"] == "2026-11-22T06:00:00Z"
    assert wire.from_plain(Outer, wire.to_plain(message)).at == local


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"at": "2026-11-22T06:00:00"}, "at: value.time_without_zone"),
        ({"at": "yesterday"}, "at: value.time_invalid"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at: value.time_invalid"),
        ({"at": 1}, "at: value.time_invalid"),
        ({"case_no": 5}, "case_no: value.must_be_text"),
        ({"case_no": "x"}, "case_no: value.case_no_invalid"),
        ({"parts": [{"price": 1.5, "rate": None}]}, "parts[0].price: value.must_be_text"),
        ({"parts": [{"price": "1.50", "rate": 0.01}]}, "parts[0].rate: value.decimal_must_be_text"),
        *[
            ({"parts": [{"price": "1.50", "rate": rate}]}, "parts[0].rate: value.decimal_must_be_text")
            for rate in ("--5", "²", "٣", "1e5", "NaN", "", ".", "5.", " 5", "9" * 30, "5\n")
        ],
    ],
)
def test_wrong_field_is_named_with_its_reason_and_without_its_value(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        wire.from_plain(Outer, outer(**changes))

    assert refusal.value.code == "message.invalid"
    assert refusal.value.context == {"fields": [field]}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_bytes_that_are_no_json_are_refused(body: bytes) -> None:
    with pytest.raises(InvalidValue) as refusal:
        wire.loads(body)

    assert refusal.value.code == "message.not_json"


@pytest.mark.parametrize("plain", [None, [], "text", 7, {}])
def test_json_that_is_no_message_is_refused(plain: object) -> None:
    with pytest.raises(InvalidValue):
        wire.from_plain(Outer, plain)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_nothing_but_a_refusal_comes_of_any_json(plain: object) -> None:
    with pytest.raises(InvalidValue):
        wire.from_plain(Outer, plain)


def test_refusal_travels_with_code_kind_and_context() -> None:
    error = from_wire(to_wire(Conflict("case.already_open", case_no="x", allowed=["a", "b"])))

    assert (type(error), error.code, error.kind, error.context) == (
        ServiceError,
        "case.already_open",
        Kind.CONFLICT,
        {"case_no": "x", "allowed": ["a", "b"]},
    )


def test_no_answer_stays_distinguishable_after_travelling() -> None:
    assert isinstance(from_wire(to_wire(Unavailable("bus.no_answer"))), Unavailable)
    assert not isinstance(from_wire(to_wire(NotFound())), Unavailable)


def test_error_says_its_code_and_nothing_else() -> None:
    assert str(DomainError("a.b", Kind.STALE, number="42020219800101001X")) == "a.b"


def test_mobile_is_written_in_full_on_the_wire_only() -> None:
    @dataclass(frozen=True)
    class Told:
        mobile: Mobile

    assert wire.to_plain(Told(Mobile("13800000000"))) == {"mobile": "13800000000"}
    assert "13800000000" not in repr(Told(Mobile("13800000000")))
