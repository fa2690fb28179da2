"""The scanner of the privacy journey finds what was planted, in every form, and nothing by chance."""

from __future__ import annotations

import base64
import json
import os
import random
from urllib.parse import quote

import pytest

from tests.support.leaks import Scanner

NAME, NUMBER, ADDRESS = "欧阳明华", "42990019800101123X", "湖北省黄石市下陆区测试路18号202室"
FORMS = {
    "plain": lambda text: text.encode(),
    "JSON": lambda text: json.dumps({"a": text}).encode(),
    "a URL": lambda text: b"GET /x?name=" + quote(text).encode(),
    "a URL in small letters": lambda text: quote(text).lower().encode(),
    "HTML": lambda text: "".join(f"&#{ord(one)};" if ord(one) > 127 else one for one in text).encode(),
    "hex": lambda text: b"\\x" + text.encode().hex().encode(),
    "GBK": lambda text: text.encode("gbk"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64 after one byte": lambda text: base64.b64encode(b"a" + text.encode() + b"z"),
    "base64 after two bytes": lambda text: base64.b64encode(b"ab" + text.encode() + b"yz"),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(b"{" + text.encode() + b"}"),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("value", [NAME, NUMBER, ADDRESS], ids=["name", "number", "address"])
def test_a_value_is_found_in_every_form(form: str, value: str) -> None:
    scanner = Scanner().text("the seller's", value)

    assert scanner.find("here", b"before " + FORMS[form](value) + b" after") == ["here: the seller's"]


def test_what_is_told_of_a_find_is_not_the_value() -> None:
    found = Scanner().text("the seller's name", NAME).find("log", NAME.encode())

    assert NAME not in str(found)


def test_nothing_is_found_by_chance() -> None:
    dice = random.Random(20261122)  # noqa: S311 - noise
    scanner = Scanner().text("name", "王明").text("number", NUMBER).text("mobile", "13812345678").any_jpeg()
    noise = dice.randbytes(1 << 20)

    assert scanner.find("noise", base64.b64encode(noise)) == []
    assert scanner.find("noise", noise.hex().encode()) == []


@pytest.mark.parametrize("around", ["code={}", '"code": "{}"', "验证码{}，", "({})", " {}."])
def test_a_code_is_found_where_it_stands_by_itself(around: str) -> None:
    assert Scanner().code("a code", "482913").find("log", around.format("482913").encode())


@pytest.mark.parametrize("around", ["0.{}", "1{}", "{}7", "a{}f", "{}.5", "x-{}"])
def test_a_code_within_a_longer_number_or_digest_is_chance(around: str) -> None:
    assert Scanner().code("a code", "482913").find("log", around.format("482913").encode()) == []


def test_pieces_of_a_picture_are_found_plain_in_hex_and_in_base64() -> None:
    picture = b"\xff\xd8\xff\xe0\x00\x10JFIF" + os.urandom(20_000)
    scanner = Scanner().picture("the face", picture)

    for form in (picture, picture.hex().encode(), base64.b64encode(b"xy" + picture), picture[5000:12000]):
        assert scanner.find("file", form) == ["file: the face"]
    assert scanner.find("file", os.urandom(20_000)) == []


@pytest.mark.parametrize("form", [bytes, base64.b64encode, lambda one: one.hex().encode()])
def test_any_jpeg_is_found_by_its_beginning(form: type[bytes]) -> None:
    picture = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"

    assert Scanner().any_jpeg().find("row", form(picture)) == ["row: a picture"]
