"""Every identifier: valid ones are accepted, one changed character is refused, normalising twice changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import ric

from services.common.kit.errors import InvalidValue
from services.common.kit.wire import TYPES
from services.common.values import (
    CaseNo,
    CertificateNo,
    CompanyName,
    IdNumber,
    Mobile,
    PersonName,
    UnitNo,
    Uscc,
)

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
DIGITS = "0123456789"
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
PLACES = st.text(HAN.filter(lambda c: c not in "不动产权证第号"), min_size=2, max_size=6)


def digits(least: int, most: int | None = None) -> st.SearchStrategy[str]:
    return st.text(DIGITS, min_size=least, max_size=most or least)


@st.composite
def id_numbers(draw: st.DrawFn) -> str:
    born = draw(st.dates(dt.date(1890, 1, 1), dt.date(2026, 12, 31)))
    body = draw(st.sampled_from("123456789")) + draw(digits(5)) + f"{born:%Y%m%d}" + draw(digits(3))
    return body + ric.calc_check_digit(f"{body}0")


@st.composite
def usccs(draw: st.DrawFn) -> str:
    odd = st.text(USCC_ALPHABET, min_size=2, max_size=2)
    body = draw(odd) + draw(digits(6)) + draw(st.text(USCC_ALPHABET, min_size=9, max_size=9))
    return body + Uscc.check_character(body)


@st.composite
def certificates(draw: st.DrawFn) -> str:
    year = draw(st.integers(2015, 2099))
    return f"{draw(st.sampled_from('鄂晋京沪'))}({year}){draw(PLACES)}不动产权第{draw(digits(6, 8))}号"


old_serials = st.one_of(
    digits(5, 10), st.builds("{}{}{}".format, digits(2, 4), st.sampled_from("私公房港城"), digits(4, 8))
)
units = st.builds(
    "{}{}{}{}F{}".format, digits(12), st.sampled_from("GJZ"), st.sampled_from("ABSXWY"), digits(5), digits(8)
)
mobiles = st.builds("1{}{}".format, st.sampled_from("3456789"), digits(9))
case_numbers = st.builds("huangshi-20{}".format, digits(11, 12))
names = st.text(HAN, min_size=2, max_size=10)
companies = st.builds("{}有限公司".format, names)

VALID: list[tuple[Callable[[str], object], st.SearchStrategy[str]]] = [
    (IdNumber, id_numbers()),
    (Uscc, usccs()),
    (CertificateNo, certificates()),
    (CertificateNo, old_serials),
    (UnitNo, units),
    (Mobile, mobiles),
    (CaseNo.parse, case_numbers),
    (PersonName, names),
    (CompanyName, companies),
]
each = pytest.mark.parametrize(("read", "valid"), VALID)
typed_by_people = pytest.mark.parametrize(("read", "valid"), [one for one in VALID if one[0] != CaseNo.parse])


@each
@given(data=st.data())
def test_a_valid_one_is_accepted_and_written_as_it_is_read(
    read: Callable[[str], object], valid: st.SearchStrategy[str], data: st.DataObject
) -> None:
    written = data.draw(valid)

    assert str(read(written)) == written


@typed_by_people
@given(data=st.data())
def test_full_width_signs_and_blanks_around_change_nothing_and_reading_twice_changes_nothing(
    read: Callable[[str], object], valid: st.SearchStrategy[str], data: st.DataObject
) -> None:
    written = data.draw(valid)
    full_width = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in written)

    once = str(read(f" \u3000{full_width} \n"))

    assert once == written
    assert str(read(once)) == once


@each
@given(data=st.data(), stranger=st.sampled_from("#%@!~Ωж"))
def test_a_character_that_belongs_to_no_identifier_is_refused_wherever_it_stands(
    read: Callable[[str], object], valid: st.SearchStrategy[str], data: st.DataObject, stranger: str
) -> None:
    written = data.draw(valid)
    place = data.draw(st.integers(0, len(written) - 1))

    with pytest.raises(InvalidValue):
        read(written[:place] + stranger + written[place + 1 :])


@pytest.mark.parametrize(
    ("read", "valid", "alphabet"), [(IdNumber, id_numbers(), DIGITS + "X"), (Uscc, usccs(), USCC_ALPHABET)]
)
@given(data=st.data())
def test_one_changed_character_is_refused_by_the_check_character(
    read: Callable[[str], object], valid: st.SearchStrategy[str], alphabet: str, data: st.DataObject
) -> None:
    written = data.draw(valid)
    place, other = data.draw(st.integers(0, len(written) - 1)), data.draw(st.sampled_from(alphabet))
    assume(written[place] != other)

    with pytest.raises(InvalidValue):
        read(written[:place] + other + written[place + 1 :])


@pytest.mark.parametrize(("read", "valid"), [(IdNumber, id_numbers()), (Uscc, usccs()), (UnitNo, units)])
@given(data=st.data())
def test_one_character_too_few_or_too_many_is_refused(
    read: Callable[[str], object], valid: st.SearchStrategy[str], data: st.DataObject
) -> None:
    written = data.draw(valid)

    for wrong in (written[:-1], written + "0"):
        with pytest.raises(InvalidValue):
            read(wrong)


@pytest.mark.parametrize(
    ("read", "valid"),
    [(Mobile, mobiles), (CaseNo.parse, case_numbers), (UnitNo, units), (CertificateNo, certificates())],
)
@given(data=st.data())
def test_a_digit_replaced_by_a_letter_is_refused_where_no_check_character_guards_it(
    read: Callable[[str], object], valid: st.SearchStrategy[str], data: st.DataObject
) -> None:
    written = data.draw(valid)
    places = [at for at, sign in enumerate(written) if sign in DIGITS]
    place, letter = data.draw(st.sampled_from(places)), data.draw(st.sampled_from("oilzé"))

    with pytest.raises(InvalidValue):
        read(written[:place] + letter + written[place + 1 :])


@given(valid=mobiles, data=st.data())
def test_a_mobile_too_short_too_long_or_of_no_known_range_is_refused(valid: str, data: st.DataObject) -> None:
    for wrong in (valid[:-1], valid + data.draw(digits(1)), "12" + valid[2:], "2" + valid[1:]):
        with pytest.raises(InvalidValue):
            Mobile(wrong)


@given(valid=id_numbers(), month=st.integers(13, 99), day=st.integers(32, 99))
def test_a_birthday_no_calendar_has_is_refused_though_the_check_character_is_right(
    valid: str, month: int, day: int
) -> None:
    for born in (valid[6:10] + f"{month:02d}" + valid[12:14], valid[6:12] + f"{day:02d}"):
        body = valid[:6] + born + valid[14:17]
        with pytest.raises(InvalidValue):
            IdNumber(body + ric.calc_check_digit(f"{body}0"))


@given(valid=id_numbers())
def test_an_id_number_masked_shows_its_ends_alone(valid: str) -> None:
    masked = IdNumber(valid).masked

    assert (masked[:6], masked[-4:], masked[6:-4]) == (valid[:6], valid[-4:], "*" * 8)


@given(valid=case_numbers)
def test_a_case_number_is_read_back_from_what_it_writes(valid: str) -> None:
    read = CaseNo.parse(valid)

    assert CaseNo.parse(str(read)) == read
    assert str(read) == f"{read.city}-{read.number}"


def test_the_standards_own_examples_are_valid() -> None:
    assert str(Uscc("91350100M000100Y43")) == "91350100M000100Y43"
    assert str(IdNumber("11010519491231002x")) == "11010519491231002X"


@pytest.mark.parametrize("letter", "IOSVZ")
def test_an_enterprises_code_has_no_letters_that_look_like_digits(letter: str) -> None:
    with pytest.raises(InvalidValue):
        Uscc("91350100M000100Y43".replace("M", letter))


NEW = "鄂(2022)黄石市不动产权第0000001号"


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("鄂（２０２２）黄石市不动产权第００００００１号", NEW),
        ("鄂 (2022) 黄石市 不动产权 第 0000001 号", NEW),
        ("鄂〔2022〕黄石市不动产权第0000001号", NEW),
        ("鄂【2022】黄石市不动产权第0000001号。", NEW),
        ("鄂(2022)黄石市不动产权第0000001", NEW),
        ("鄂(2022)黄石市不动产权证第0000001号", NEW),
        ("鄂2022黄石市不动产权第0000001号", NEW),
        ("鄂(2022)黄石市不动产权第〇〇〇〇〇〇1号", NEW),
        ("不动产权证书号：鄂(2022)黄石市不动产权第0000001号", NEW),
        ("不动产权证书 鄂(2022)黄石市不动产权第0000001号", NEW),
        ("鄂(2022)黄石市\u200b不动产权第0000001号", NEW),
        ("房权证字第00私00000", "00私00000"),
        ("房权证字第00私00000号", "00私00000"),
        ("黄石房权证黄石港区字第00私00000号", "00私00000"),
        ("产权证号：00私00000", "00私00000"),
        ("００私０００００", "00私00000"),
        ("黄房权证2022字第0000001号", "0000001"),
        ("黄房权证（2009）字第0000001号", "0000001"),
        ("黄石市房权证2010（下）字第0000001号", "0000001"),
        ("黄房权证(2009)港字第09公012345号", "09公012345"),
        ("黄石市房屋所有权证字第0012345号", "0012345"),
        ("第0012345号", "0012345"),
        ("字第 ００１２３４５ 号", "0012345"),
        ("大冶市房权证城字第 123456 号", "123456"),
        ("房权证2022123456号", "2022123456"),
    ],
)
def test_certificates_as_people_type_them_are_understood(typed: str, means: str) -> None:
    assert str(CertificateNo(typed)) == means


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "号",
        "房权证字第号",
        "房权证",
        "1234",
        "12345678901",
        "2022字0000001",
        "鄂(2014)黄石市不动产权第0000001号",  # the first 不动产权证书 was issued in 2015
        "额(2022)黄石市不动产权第0000001号",
        "鄂(2022)不动产权第0000001号",
        "鄂(2022)黄石市不动产权第00001号",
        "房权证字第00私00000号及房权证字第00私00001号",
    ],
)
def test_what_is_no_certificate_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValue):
        CertificateNo(typed)


@pytest.mark.parametrize("typed", ["皖(2022)蜀山区不动产证明第1000044号", "鄂（2022）黄石市不动产登记证明第0000001号"])
def test_a_registration_proof_is_told_apart(typed: str) -> None:
    with pytest.raises(InvalidValue, match="registration_proof"):
        CertificateNo(typed)


@pytest.mark.parametrize(
    ("typed", "means"), [("张 三", "张三"), (" 欧阳　娜娜 ", "欧阳娜娜"), ("阿卜杜拉•买买提", "阿卜杜拉·买买提")]
)
def test_names_as_people_type_them(typed: str, means: str) -> None:
    assert str(PersonName(typed)) == means


@pytest.mark.parametrize("value_type", [Uscc, CompanyName])
def test_new_values_travel_on_the_bus(value_type: type) -> None:
    assert value_type in TYPES


def test_a_companys_masked_name_keeps_place_and_kind() -> None:
    assert CompanyName("黄石恒泰置业有限公司").masked == "黄石******公司"
