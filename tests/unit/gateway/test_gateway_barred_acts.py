"""What a case view says beside a barred act: whole sentences in both languages, with what they name."""

from __future__ import annotations

import pytest

from gateway.schemas.case_views import BarredReply
from gateway.texts import Texts
from services.common.messages.contract import Barred


def said(one: Barred, language: str) -> str:
    texts = Texts.load()
    return BarredReply.of(one, lambda code, **context: texts.words(code, language, {**context})).detail


def test_a_character_that_cannot_be_printed_is_named() -> None:
    one = Barred(act="start_signing", reason="contract.glyph_missing", character="\u0d9e", field="extra_terms")

    assert said(one, "zh").startswith("“\u0d9e”（U+0D9E）无法打印")
    assert said(one, "en").startswith("“\u0d9e” (U+0D9E) cannot be printed")


def test_missing_materials_are_named() -> None:
    one = Barred(act="submit", reason="contract.materials_missing", materials=("身份证", "婚姻证明（已婚）"))

    assert "身份证、婚姻证明（已婚）" in said(one, "zh")
    assert "身份证、婚姻证明（已婚）" in said(one, "en")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_sentence_is_shown_with_an_open_place(language: str) -> None:
    codes = [code for code in Texts.load().entries if code.startswith("contract.")]

    assert not [code for code in codes if "{" in said(Barred(act="any", reason=code), language)]
