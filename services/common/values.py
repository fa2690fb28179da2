"""Values with a format of their own: frozen, validated when built, written the same everywhere.

Decides what a well-formed certificate number, ID number, mobile or sum is; leaves to the services whether it exists.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import unicodedata
from base64 import b32encode
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Self

from stdnum.cn import ric

from services.common.kit.errors import InvalidValue

CENT = Decimal("0.01")
LARGEST_SUM = Decimal("999999999.99")
EARLIEST_BIRTH = 1890
_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
_YEAR = "20(?:1[5-9]|[2-9][0-9])"  # the first 不动产权证书 was issued in 2015
_CERTIFICATE = re.compile(rf"^[{_PROVINCES}]\({_YEAR}\)[一-龥]{{2,20}}不动产权第[0-9]{{6,8}}号$")
_CERTIFICATE_AS_TYPED = re.compile(
    rf"^(?:不?动?产权证书?号?)?([{_PROVINCES}])\(?({_YEAR})\)?([一-龥]{{2,20}})不动产权(?:证书?)?第?([0-9]{{6,8}})号?$"
)
_OLD_SERIAL = r"[0-9]{2,4}(?![字第号证年])[一-龥][0-9]{4,8}|[0-9]{5,10}"
_OLD_CERTIFICATE = re.compile(rf"^(?:{_OLD_SERIAL})$")
_OLD_CERTIFICATE_WHOLE = re.compile(
    r"^[一-龥]{0,14}?(?:房权|房屋所有权|房屋产权|房产权|房地产权|房产)证"
    rf"[一-龥()]{{0,10}}?(?:\(?(?:19|20)[0-9]{{2}}\)?(?=[^0-9]))?[一-龥()]{{0,10}}?(?<![0-9])({_OLD_SERIAL})号?$"
)
_OLD_CERTIFICATE_NUMBERED = re.compile(rf"^字?第({_OLD_SERIAL})号$")
_LABEL = re.compile(r"^[一-龥]{1,12}:")
_BRACKETS = str.maketrans("〔〕【】[]{}〈〉《》「」〇○", "()()()()()()()00")
_UNIT = re.compile(r"^[0-9]{12}[GJZ][ABCDEFGHSXWY][0-9]{5}(?:[FLQ][0-9]{8}|W0{8})$")
_NAME = re.compile(r"^[㐀-鿿\U00020000-\U000323af·\-A-Za-z .（）()]{2,50}$")
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC = re.compile(rf"[{_USCC_ALPHABET}]{{2}}[0-9]{{6}}[{_USCC_ALPHABET}]{{10}}")
_COMPANY = re.compile(r"[㐀-鿿\U00020000-\U000323afA-Za-z0-9·&.()\- ]{4,100}")
_HAN = re.compile("[㐀-鿿]")
_DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅●.．", "·"))  # the variants of the dot in transliterated names
_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Cn"}


def normalise(text: str) -> str:
    """Return the text in NFKC without outer blanks; full-width digits and brackets become plain ones."""
    return unicodedata.normalize("NFKC", text).strip()


def _without_blanks(text: str) -> str:
    """Return the normalised text without blanks and the zero-width characters that come along when it is copied."""
    visible = text if text.isprintable() else "".join(c for c in text if unicodedata.category(c) != "Cf")
    return "".join(unicodedata.normalize("NFKC", visible).split())


def refuse_hidden(text: str, field: str) -> str:
    """Return the text if every character is visible. Raises InvalidValue for control, bidi and zero-width characters."""
    if any(unicodedata.category(c) in _HIDDEN for c in text):
        raise InvalidValue("value.hidden_character", field=field)
    return text


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """A sum in yuan (元), never negative, to the cent, at most 999,999,999.99."""

    amount: Decimal

    def __post_init__(self) -> None:
        """Refuse what is no sum of money."""
        amount = self.amount
        if not isinstance(amount, Decimal) or not amount.is_finite() or not 0 <= amount <= LARGEST_SUM:
            raise InvalidValue("value.money_invalid")
        if amount != amount.quantize(CENT):
            raise InvalidValue("value.money_invalid")
        object.__setattr__(self, "amount", abs(amount.quantize(CENT)))  # zero has a sign, a sum has none

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a plain decimal string such as `1200000.00`; anything else, exponents included, is refused."""
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", text):
            raise InvalidValue("value.money_invalid")
        try:
            return cls(Decimal(text))
        except InvalidOperation as wrong:
            raise InvalidValue("value.money_invalid") from wrong

    def __str__(self) -> str:
        """Return two decimals, no separators."""
        return f"{self.amount:.2f}"

    def share(self, rate: Decimal) -> Money:
        """Return rate x sum, rounded half up to the cent once."""
        return Money((self.amount * rate).quantize(CENT, ROUND_HALF_UP))


@dataclass(frozen=True, slots=True, order=True)
class CaseNo:
    """业务编号 within a city: `20230818` + daily sequence of five digits (a sixth beyond 99,999). Key: `{city}-{no}`."""

    city: str
    number: str

    def __post_init__(self) -> None:
        """Refuse what no city could have issued."""
        if not re.fullmatch(r"[a-z]{2,20}", self.city) or not re.fullmatch(r"20[0-9]{11,12}", self.number):
            raise InvalidValue("value.case_no_invalid", field="case_no")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `huangshi-2023081800001`."""
        city, dash, number = text.partition("-")
        if not dash:
            raise InvalidValue("value.case_no_invalid", field="case_no")
        return cls(city, number)

    def __str__(self) -> str:
        """Return the path key."""
        return f"{self.city}-{self.number}"


@dataclass(frozen=True, slots=True)
class CertificateNo:
    """产权证号 in one of three forms: 不动产权证 in full, or the serial part of an old 房屋所有权证 (`00私00000`, `0000001`)."""

    value: str

    def __post_init__(self) -> None:
        """Normalise what people type, take the serial part out of a whole old text, refuse the rest."""
        text = _LABEL.sub("", _without_blanks(self.value).translate(_BRACKETS)).rstrip("。.,;、")
        if "不动产证明" in text or "不动产登记证明" in text:
            raise InvalidValue("value.registration_proof_is_no_certificate", field="certificate_no")
        if typed := _CERTIFICATE_AS_TYPED.match(text):
            text = "{}({}){}不动产权第{}号".format(*typed.groups())
        elif old := _OLD_CERTIFICATE_WHOLE.match(text) or _OLD_CERTIFICATE_NUMBERED.match(text):
            text = old.group(1)
        if not (_CERTIFICATE.match(text) or _OLD_CERTIFICATE.match(text)):
            raise InvalidValue("value.certificate_no_invalid", field="certificate_no")
        object.__setattr__(self, "value", text)

    def __str__(self) -> str:
        """Return the normalised form."""
        return self.value

    @property
    def is_new_form(self) -> bool:
        """Whether this is a 不动产权证书."""
        return _CERTIFICATE.match(self.value) is not None


@dataclass(frozen=True, slots=True)
class UnitNo:
    """不动产单元号, 28 characters (GB/T 37346)."""

    value: str

    def __post_init__(self) -> None:
        """Drop the blanks people copy with it; refuse what the standard does not allow."""
        text = _without_blanks(self.value).upper()
        if not _UNIT.match(text):
            raise InvalidValue("value.unit_no_invalid", field="unit_no")
        object.__setattr__(self, "value", text)

    def __str__(self) -> str:
        """Return the 28 characters."""
        return self.value


@dataclass(frozen=True, slots=True)
class IdNumber:
    """居民身份证号 (GB 11643): 18 characters with check character and a real date of birth.

    The region is not checked: numbers keep the code of the day they were issued.
    """

    value: str

    def __post_init__(self) -> None:
        """Normalise (`x` to `X`) and refuse a wrong check character or date."""
        text = _without_blanks(self.value).upper()
        if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", text) or ric.calc_check_digit(text) != text[-1]:
            raise InvalidValue("value.id_number_invalid", field="id_number")
        try:
            born = dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
        except ValueError as wrong:
            raise InvalidValue("value.id_number_invalid", field="id_number") from wrong
        if born.year < EARLIEST_BIRTH:
            raise InvalidValue("value.id_number_invalid", field="id_number")
        object.__setattr__(self, "value", text)

    def __str__(self) -> str:
        """Return all 18 characters: for the bus and the contract, never for logs."""
        return self.value

    def __repr__(self) -> str:
        """Return a masked form, so that no traceback shows the number."""
        return f"IdNumber({self.masked})"

    @property
    def born(self) -> dt.date:
        """Date of birth."""
        return dt.date(int(self.value[6:10]), int(self.value[10:12]), int(self.value[12:14]))

    @property
    def is_male(self) -> bool:
        """Sex by the 17th digit: odd is male."""
        return int(self.value[16]) % 2 == 1

    @property
    def masked(self) -> str:
        """`420202********0015`."""
        return f"{self.value[:6]}********{self.value[-4:]}"

    def age_on(self, day: dt.date) -> int:
        """Full years on that day."""
        before = (day.month, day.day) < (self.born.month, self.born.day)
        return day.year - self.born.year - before


@dataclass(frozen=True, slots=True)
class Uscc:
    """统一社会信用代码 (GB 32100): 18 characters without I, O, S, V and Z, the last one a check character."""

    value: str

    def __post_init__(self) -> None:
        """Normalise (small letters, full width, blanks) and refuse a wrong form or check character."""
        text = _without_blanks(self.value).upper()
        if not _USCC.fullmatch(text) or self.check_character(text) != text[-1]:
            raise InvalidValue("value.uscc_invalid", field="uscc")
        object.__setattr__(self, "value", text)

    def __str__(self) -> str:
        """Return the 18 characters."""
        return self.value

    @staticmethod
    def check_character(text: str) -> str:
        """Return what the first 17 characters ask for: weights are the powers of 3 modulo 31."""
        total = sum(_USCC_ALPHABET.index(c) * pow(3, place, 31) for place, c in enumerate(text[:17]))
        return _USCC_ALPHABET[-total % 31]


@dataclass(frozen=True, slots=True)
class CompanyName:
    """企业名称 as registered: Han and Latin characters, digits and brackets; 4 to 100 characters."""

    value: str

    def __post_init__(self) -> None:
        """Normalise and refuse hidden signs."""
        text = refuse_hidden(normalise(self.value), "name")
        text = re.sub(r"(?<=[㐀-鿿()]) +(?=[㐀-鿿()])", "", text)
        if not _COMPANY.fullmatch(text):
            raise InvalidValue("value.name_invalid", field="name")
        object.__setattr__(self, "value", text)

    def __str__(self) -> str:
        """Return the name."""
        return self.value

    @property
    def masked(self) -> str:
        """`黄石********公司`: the place and the kind stay."""
        return self.value[:2] + "*" * (len(self.value) - 4) + self.value[-2:]


@dataclass(frozen=True, slots=True)
class Mobile:
    """A mainland mobile number."""

    value: str

    def __post_init__(self) -> None:
        """Refuse anything but eleven digits of a mobile range."""
        text = normalise(self.value).replace(" ", "").replace("-", "")
        if not re.fullmatch(r"1[3-9][0-9]{9}", text):
            raise InvalidValue("value.mobile_invalid", field="mobile")
        object.__setattr__(self, "value", text)

    def __str__(self) -> str:
        """Return eleven digits: for the bus, never for logs."""
        return self.value

    def __repr__(self) -> str:
        """Return a masked form."""
        return f"Mobile({self.masked})"

    @property
    def masked(self) -> str:
        """`138****0000`."""
        return f"{self.value[:3]}****{self.value[-4:]}"


@dataclass(frozen=True, slots=True)
class PersonName:
    """姓名: Han characters, `·` in transliterated names, Latin letters for foreigners; 2 to 50 characters."""

    value: str

    def __post_init__(self) -> None:
        """Normalise the middle dot's variants and refuse hidden or foreign signs."""
        text = normalise(self.value)
        text = re.sub(r"(?<=[㐀-鿿·]) +(?=[㐀-鿿·])", "", text)  # 张 三, as people space short names
        if _HAN.search(text):
            text = text.translate(_DOTS)
        refuse_hidden(text, "name")
        if not _NAME.match(text):
            raise InvalidValue("value.name_invalid", field="name")
        object.__setattr__(self, "value", text)

    def __str__(self) -> str:
        """Return the name: for the bus and documents, never for logs."""
        return self.value

    def __repr__(self) -> str:
        """Return a masked form."""
        return f"PersonName({self.masked})"

    @property
    def masked(self) -> str:
        """`张*`."""
        return self.value[0] + "*" * (len(self.value) - 1)


@dataclass(frozen=True, slots=True, order=True)
class PersonId:
    """A person's pseudonym, the same in every service: HMAC of document type and number under a key only services hold.

    It lets a service recognise a co-owner by the number someone else typed, before that person has an account,
    and stands in events, logs and certificates where the number must not (a certificate allows a hyphen, not an underscore).
    """

    value: str

    def __post_init__(self) -> None:
        """Refuse what `of` could not have made."""
        if not re.fullmatch(r"p-[a-z2-7]{26}", self.value):
            raise InvalidValue("value.person_id_invalid", field="person_id")

    def __str__(self) -> str:
        """Return the pseudonym."""
        return self.value

    @classmethod
    def of(cls, number: IdNumber, key: bytes) -> Self:
        """Derive the pseudonym of a resident ID number."""
        digest = hmac.new(key, f"resident-id:{number.value}".encode(), hashlib.sha256).digest()
        return cls("p-" + b32encode(digest[:16]).decode().rstrip("=").lower())
