"""Decides how an amount of money is written in capitals (大写金额) on a document people sign.

Leaves to others: whether the amount is allowed (terms), and where it is printed (templates).
The rules are those for filling in bills and settlement vouchers (正确填写票据和结算凭证的基本规定): several
zeros in a row are read as one 零, an amount that ends at 元 closes with 整, one that ends at 角 or 分 does not.
Where that text leaves 零 optional (a zero in the 万 or 元 place before a non-zero 千 or 角) it is left out; a whole
empty group of four (亿 without any 万) always gives one 零, so that no two amounts read the same.
"""

from decimal import Decimal

LARGEST = Decimal("999999999999.99")
"""The largest amount with a reading here, in yuan: units stop below 万亿."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("仟", "佰", "拾", "")
_GROUPS = ("元", "万", "亿")
_THOUSAND = 1000


class AmountNotReadable(ValueError):
    """The amount has no reading in capitals: zero, negative, not finite, finer than one fen, or above `LARGEST`."""


def amount_in_capitals(amount: Decimal) -> str:
    """Write `amount` (yuan, at most two decimals) in capitals, as in 壹佰贰拾万元整.

    Raises `AmountNotReadable` for zero, negative and non-finite amounts, more than two decimals, above `LARGEST`.
    """
    fen = _in_fen(amount)
    yuan, cents = divmod(fen, 100)
    jiao, last = divmod(cents, 10)
    text = _yuan(yuan) if yuan else ""
    if not cents:
        return f"{text}整"
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif yuan:
        text += "零"
    if last:
        text += f"{_DIGITS[last]}分"
    return text


def _in_fen(amount: Decimal) -> int:
    if not amount.is_finite() or amount <= 0 or amount > LARGEST:
        raise AmountNotReadable(f"only amounts above 0 and up to {LARGEST} are written in capitals")
    fen = amount.scaleb(2)
    if fen != fen.to_integral_value():
        raise AmountNotReadable("an amount has at most two decimals")
    return int(fen)


def _yuan(yuan: int) -> str:
    groups: list[int] = []
    while yuan:
        yuan, group = divmod(yuan, 10_000)
        groups.append(group)
    text = ""
    empty_before = False
    for index in reversed(range(len(groups))):
        group = groups[index]
        if group:
            if text and (empty_before or group < _THOUSAND):
                text += "零"
            text += _four(group)
        if group or index == 0:
            text += _GROUPS[index]
        empty_before = not group
    return text


def _four(group: int) -> str:
    """Read 1..9999 without leading or trailing 零."""
    text = ""
    for digit, place in zip(f"{group:04d}", _PLACES, strict=True):
        if digit == "0":
            text += "零"
        else:
            text += _DIGITS[int(digit)] + place
    while "零零" in text:
        text = text.replace("零零", "零")
    return text.strip("零")
