"""Amounts in capitals: the published rules, and that an independent reader reads every amount back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contract.domain.capitals import LARGEST, AmountNotReadable, amount_in_capitals

AMOUNTS = st.integers(1, int(LARGEST.scaleb(2))).map(lambda fen: Decimal(fen).scaleb(-2))


def read_back(text: str) -> Decimal:
    """Read capitals by adding up digit times place, group by group; knows nothing of how they were written."""
    digits = {character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")}
    places = {"拾": 10, "佰": 100, "仟": 1000}
    fen = group = pending = 0
    for character in text.removesuffix("整"):
        if character in digits:
            pending = digits[character]
        elif character in places:
            group += pending * places[character]
            pending = 0
        elif character in "亿万元":
            fen += (group + pending) * {"亿": 10**10, "万": 10**6, "元": 100}[character]
            group = pending = 0
        else:
            fen += pending * {"角": 10, "分": 1}[character]
            pending = 0
    assert not pending
    assert not group
    return Decimal(fen).scaleb(-2)


@pytest.mark.parametrize(
    ("amount", "capitals"),
    [
        ("1200000.00", "壹佰贰拾万元整"),
        ("888888.88", "捌拾捌万捌仟捌佰捌拾捌元捌角捌分"),
        ("100005.60", "壹拾万零伍元陆角"),
        ("1080050.05", "壹佰零捌万零伍拾元零伍分"),
        ("20000001.01", "贰仟万零壹元零壹分"),
        ("10.00", "壹拾元整"),
        ("2003000", "贰佰万叁仟元整"),
        ("100001000", "壹亿零壹仟元整"),
        ("100000000", "壹亿元整"),
        ("100010000", "壹亿零壹万元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角"),
        ("1001.10", "壹仟零壹元壹角"),
        ("1E+3", "壹仟元整"),
        ("999999999999.99", "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_amount_reads_as_the_rules_say(amount: str, capitals: str) -> None:
    assert amount_in_capitals(Decimal(amount)) == capitals


@given(AMOUNTS)
def test_every_amount_is_read_back_as_itself(amount: Decimal) -> None:
    assert read_back(amount_in_capitals(amount)) == amount


@given(AMOUNTS)
def test_zeros_are_never_doubled_and_never_close_the_yuan(amount: Decimal) -> None:
    text = amount_in_capitals(amount)

    assert "零零" not in text
    assert not any(f"零{unit}" in text for unit in "亿万元角分")
    assert text.startswith("零") is False


@given(AMOUNTS)
def test_only_an_amount_without_jiao_and_fen_closes_with_zheng(amount: Decimal) -> None:
    assert amount_in_capitals(amount).endswith("整") is (amount == amount.to_integral_value())


@pytest.mark.parametrize(
    "amount", ["0", "0.00", "-1", "-0.01", "1.001", "0.001", "1000000000000", "NaN", "Infinity", "-Infinity", "sNaN"]
)
def test_amount_without_a_reading_is_refused(amount: str) -> None:
    with pytest.raises(AmountNotReadable):
        amount_in_capitals(Decimal(amount))
