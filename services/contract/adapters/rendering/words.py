"""Decides the Chinese words and figures printed for the values of a contract document.

Leaves to others: amounts in capitals (domain), and where a word stands (templates).
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from services.contract.domain.document_kinds import (
    Bearer,
    IdType,
    MaritalStatus,
    PartyRole,
    Sex,
    Side,
    TaxKind,
)

_WORDS: dict[type[StrEnum], dict[StrEnum, str]] = {
    Side: {Side.SELLER: "出卖人", Side.BUYER: "买受人"},
    PartyRole: {PartyRole.MAIN: "主当事人", PartyRole.CO_OWNER: "共有人"},
    IdType: {
        IdType.RESIDENT_ID: "居民身份证",
        IdType.PASSPORT: "护照",
        IdType.HK_MACAO_PERMIT: "港澳居民来往内地通行证",
        IdType.TAIWAN_PERMIT: "台湾居民来往大陆通行证",
        IdType.FOREIGNER_RESIDENCE: "外国人永久居留身份证",
        IdType.USCC: "统一社会信用代码",
    },
    Sex: {Sex.MALE: "男", Sex.FEMALE: "女"},
    MaritalStatus: {
        MaritalStatus.SINGLE: "未婚",
        MaritalStatus.MARRIED: "已婚",
        MaritalStatus.DIVORCED: "离异",
        MaritalStatus.WIDOWED: "丧偶",
    },
    TaxKind: {
        TaxKind.DEED_TAX: "契税",
        TaxKind.VAT_AND_SURCHARGES: "增值税及附加",
        TaxKind.INCOME_TAX: "个人所得税",
        TaxKind.LAND_GRANT_FEE: "土地出让价款（收益）",
        TaxKind.REGISTRATION_FEE: "不动产登记费",
    },
    Bearer: {Bearer.BY_LAW: "依法各自承担", Bearer.BUYER: "乙方承担", Bearer.SELLER: "甲方承担"},
}

_NUMERALS = "零一二三四五六七八九"
_TEN = 10
_TABLE_LINES = 28
"""Lines of text in a table that fits a page together with a heading and a paragraph."""


def word(value: StrEnum) -> str:
    """Return the printed word of a kind."""
    return _WORDS[type(value)][value]  # by kind first: members of two kinds with the same value are equal


def money(amount: Decimal) -> str:
    """Print yuan with thousands separators and two decimals."""
    return f"{amount:,.2f}"


def plain(number: Decimal) -> str:
    """Print a number as agreed, without an exponent or trailing zeros after the point."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day(value: date) -> str:
    """Print a calendar day."""
    return f"{value.year}年{value.month}月{value.day}日"


def share(value: Fraction) -> str:
    """Print a share as numerator over denominator (几分之几)."""
    return f"{value.denominator}分之{value.numerator}（{value.numerator}/{value.denominator}）"


def unit(code: str) -> str:
    """Print the 28 characters of a 不动产单元代码 in groups of 6, 6, 7 and 9."""
    return " ".join((code[:6], code[6:12], code[12:19], code[19:]))


def numeral(number: int) -> str:
    """Print 1 to 99 in Chinese numerals (附件三)."""
    tens, ones = divmod(number, _TEN)
    head = "" if not tens else "十" if tens == 1 else f"{_NUMERALS[tens]}十"
    return head + (_NUMERALS[ones] if ones or not head else "")


def lines(text: str) -> list[str]:
    """Split typed text into its non-empty lines."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def tables(rows: Sequence[object], attribute: str, width: int) -> list[list[tuple[int, object]]]:
    """Split `rows`, numbered from 1, into tables that fit on a page.

    `attribute` is the row's text column and `width` the characters on one of its lines; a row longer than a page still
    gets a table of its own.
    """
    parts: list[list[tuple[int, object]]] = []
    room = 0
    for number, row in enumerate(rows, 1):
        height = max(1, -(-len(getattr(row, attribute)) // width))
        if height > room:
            parts.append([])
            room = _TABLE_LINES
        room -= height
        parts[-1].append((number, row))
    return parts
