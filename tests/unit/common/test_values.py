"""Values with a format of their own: what they accept, refuse, and write."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import ric

from services.common.kit.errors import InvalidValue
from services.common.values import CaseNo, CertificateNo, IdNumber, Mobile, Money, PersonId, PersonName, UnitNo

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
DIGIT = st.sampled_from("0123456789")
FOREIGN = st.sampled_from("@#é٣Ω\u200b\u202e。")
"""Characters no number holds, among them digits of other scripts, which `\\d` and `isdigit` accept."""


def digits(least: int, most: int | None = None) -> st.SearchStrategy[str]:
    return st.text(DIGIT, min_size=least, max_size=most or least)


@st.composite
def id_numbers(draw: st.DrawFn) -> str:
    born = draw(st.dates(dt.date(1890, 1, 1), dt.date(2025, 12, 31)))
    body = draw(st.integers(100000, 999999)).__str__() + born.strftime("%Y%m%d") + draw(digits(3))
    return body + ric.calc_check_digit(body + "0")


@st.composite
def certificates(draw: st.DrawFn) -> str:
    form = draw(st.integers(0, 2))
    if form == 0:
        place = draw(st.text(st.sampled_from("黄石港市西塞山区下陆城阳泉郊矿"), min_size=2, max_size=8))
        year = draw(st.integers(2015, dt.datetime.now(dt.UTC).year))
        return f"{draw(st.sampled_from('鄂晋京沪'))}({year}){place}不动产权第{draw(digits(6, 8))}号"
    if form == 1:
        return f"{draw(digits(2, 4))}{draw(st.sampled_from('私公房'))}{draw(digits(4, 8))}"
    return draw(digits(5, 10))


@st.composite
def units(draw: st.DrawFn) -> str:
    house = draw(
        st.one_of(
            st.just("W00000000"), st.builds(lambda kind, number: kind + number, st.sampled_from("FLQ"), digits(8))
        )
    )
    return (
        draw(digits(12))
        + draw(st.sampled_from("GJZ"))
        + draw(st.sampled_from("ABCDEFGHSXWY"))
        + draw(digits(5))
        + house
    )


MOBILES = st.builds(lambda second, rest: f"1{second}{rest}", st.sampled_from("3456789"), digits(9))
NAMES = st.text(HAN, min_size=2, max_size=8)
CASES = st.tuples(st.sampled_from([IdNumber]), id_numbers()) | st.tuples(
    st.sampled_from([CertificateNo]), certificates()
)
CASES |= (
    st.tuples(st.sampled_from([UnitNo]), units())
    | st.tuples(st.sampled_from([Mobile]), MOBILES)
    | st.tuples(st.sampled_from([PersonName]), NAMES)
)


@given(CASES)
def test_well_formed_value_is_accepted_and_written_as_it_was(case: tuple[type, str]) -> None:
    kind, text = case

    assert str(kind(text)) == text


@given(CASES, st.sampled_from(["", " ", "\u3000", "\t"]), st.booleans())
def test_normalising_twice_changes_nothing_more(case: tuple[type, str], blank: str, wide: bool) -> None:
    kind, text = case
    typed = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text) if wide else text

    once = str(kind(blank + typed + blank))

    assert once == text
    assert str(kind(once)) == once


@given(CASES, st.data())
def test_one_foreign_character_is_refused(case: tuple[type, str], data: st.DataObject) -> None:
    kind, text = case
    place = data.draw(st.integers(0, len(text) - 1))
    sign = data.draw(FOREIGN)
    assume(kind is not CertificateNo)  # tolerant of what people paste around it: tested by itself
    wrong = text[:place] + sign + text[place + 1 :]

    with pytest.raises(InvalidValue):
        kind(wrong)


@given(CASES, st.data())
def test_one_character_too_many_or_too_few_is_refused(case: tuple[type, str], data: st.DataObject) -> None:
    kind, text = case
    assume(kind in {IdNumber, UnitNo, Mobile})

    for wrong in (text[:-1], text + data.draw(DIGIT)):
        with pytest.raises(InvalidValue):
            kind(wrong)


@given(id_numbers(), st.data())
def test_id_number_with_one_changed_digit_is_refused(number: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, 17))
    other = data.draw(st.sampled_from("0123456789X"))
    assume(other != number[place])

    with pytest.raises(InvalidValue):
        IdNumber(number[:place] + other + number[place + 1 :])


@given(id_numbers())
def test_id_number_tells_birth_sex_and_age_and_hides_itself(text: str) -> None:
    number = IdNumber(text)

    assert number.born == dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    assert number.is_male == (text[16] in "13579")
    assert number.age_on(number.born) == 0
    assert text not in repr(number)
    assert text[6:14] not in number.masked


@pytest.mark.parametrize("born", ["18891231", "20230229", "19001301"])
def test_id_number_without_a_real_birthday_is_refused(born: str) -> None:
    body = f"420202{born}001"

    with pytest.raises(InvalidValue):
        IdNumber(body + ric.calc_check_digit(body + "0"))


def test_age_changes_on_the_birthday() -> None:
    body = "42020219900315001"
    number = IdNumber(body + ric.calc_check_digit(body + "0"))

    assert [number.age_on(dt.date(2026, 3, day)) for day in (14, 15)] == [35, 36]


@given(st.decimals(0, Decimal("999999999.99"), places=2))
def test_money_reads_what_it_wrote(amount: Decimal) -> None:
    money = Money(amount)

    assert Money.parse(str(money)) == money
    assert str(Money.parse(str(money))) == str(money)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "+1",
        "1e5",
        "1,000",
        "0x10",
        " 1",
        "1 ",
        "1.234",
        "1000000000",
        ".5",
        "1.",
        "NaN",
        "Infinity",
        "１２",
        "٣",
        "1\n",
    ],
)
def test_money_reads_nothing_but_plain_decimals(text: str) -> None:
    with pytest.raises(InvalidValue):
        Money.parse(text)


@pytest.mark.parametrize("amount", ["-0.01", "0.001", "1000000000", "NaN", "sNaN", "Infinity", "1E+10"])
def test_money_refuses_what_is_no_sum(amount: str) -> None:
    with pytest.raises(InvalidValue):
        Money(Decimal(amount))


def test_money_is_never_a_float() -> None:
    with pytest.raises(InvalidValue):
        Money(1.5)  # type: ignore[arg-type]


def test_zero_has_no_sign() -> None:
    assert str(Money(Decimal("-0.00"))) == "0.00"


@pytest.mark.parametrize(
    ("amount", "rate", "share"),
    [("100.00", "0.01", "1.00"), ("0.50", "0.01", "0.01"), ("0.49", "0.01", "0.00"), ("333.33", "0.015", "5.00")],
)
def test_share_is_rounded_half_up_to_the_cent(amount: str, rate: str, share: str) -> None:
    assert str(Money(Decimal(amount)).share(Decimal(rate))) == share


def test_case_number_is_read_as_written() -> None:
    number = CaseNo.parse("huangshi-2026112200001")

    assert (number.city, number.number, str(number)) == ("huangshi", "2026112200001", "huangshi-2026112200001")
    assert CaseNo("huangshi", "20261122100000").number.endswith("100000")  # the sixth digit of a busy day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026112200001",
        "huangshi-",
        "Huangshi-2026112200001",
        "huangshi-20261122001",
        "huangshi-1926112200001",
        "huangshi-20٢6112200001",
        "a/b-2026112200001",
    ],
)
def test_case_number_no_city_could_have_issued_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        CaseNo.parse(text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("鄂（2023）黄石市不动产权第0012345号", "鄂(2023)黄石市不动产权第0012345号"),
        ("鄂 (2023) 黄石市 不动产权第 0012345 号", "鄂(2023)黄石市不动产权第0012345号"),
        ("鄂(2〇23)黄石市不动产权第0012345号", "鄂(2023)黄石市不动产权第0012345号"),
        ("黄石市房权证黄石港字第00私00000号", "00私00000"),
        ("００私００００１", "00私00001"),
    ],
)
def test_certificate_is_read_as_people_write_it(typed: str, kept: str) -> None:
    assert str(CertificateNo(typed)) == kept


def test_proof_of_registration_is_no_certificate() -> None:
    with pytest.raises(InvalidValue) as refusal:
        CertificateNo("鄂(2023)黄石市不动产证明第0012345号")

    assert refusal.value.code == "value.registration_proof_is_no_certificate"


def test_only_a_certificate_in_full_is_of_the_new_form() -> None:
    assert CertificateNo("鄂(2023)黄石市不动产权第0012345号").is_new_form
    assert not CertificateNo("00私00000").is_new_form


def test_unit_number_loses_the_blanks_copied_with_it() -> None:
    assert str(UnitNo("420202 001001 gb00001 f00010001")) == "420202001001GB00001F00010001"


@pytest.mark.parametrize("dot", "•・‧∙⋅●.．·")
def test_every_middle_dot_becomes_the_one(dot: str) -> None:
    assert str(PersonName(f"买买提{dot}吐尔逊")) == "买买提·吐尔逊"


@pytest.mark.parametrize("name", ["张", "", " ", "张三1", "张\u200b三", "张\u202e三", "<张三>", "张" * 51, "张\n三"])
def test_name_nobody_has_is_refused(name: str) -> None:
    with pytest.raises(InvalidValue):
        PersonName(name)


def test_masks_hide_and_representations_mask() -> None:
    assert (PersonName("测试甲").masked, repr(PersonName("测试甲"))) == ("测**", "PersonName(测**)")
    assert (Mobile("13800000000").masked, repr(Mobile("138 0000 0000"))) == ("138****0000", "Mobile(138****0000)")


@given(id_numbers(), id_numbers())
def test_pseudonym_depends_on_number_and_key_alone(one: str, other: str) -> None:
    key = b"k" * 32

    assert PersonId.of(IdNumber(one), key) == PersonId.of(IdNumber(one.lower()), key)
    assert (PersonId.of(IdNumber(one), key) == PersonId.of(IdNumber(other), key)) == (one == other)
    assert PersonId.of(IdNumber(one), key) != PersonId.of(IdNumber(one), b"j" * 32)
    assert one not in str(PersonId.of(IdNumber(one), key))


@pytest.mark.parametrize(
    "text", ["", "p-", "p-" + "a" * 25, "p-" + "A" * 26, "p-" + "1" * 26, "q-" + "a" * 26, "p-" + "a" * 26 + "\n"]
)
def test_pseudonym_nobody_derived_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        PersonId(text)
