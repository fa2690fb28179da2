"""What people type is text: printed letter by letter, never markup, and never a letter no font can draw."""

import dataclasses
import io
import re
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from services.contract.adapters.rendering.engine import ContractRenderer
from services.contract.adapters.rendering.errors import EngineError, RenderError
from services.contract.adapters.rendering.extraction import mend_text
from services.contract.adapters.rendering.fonts import Fonts
from services.contract.adapters.rendering.safe_pdfkit import SafePdfKit
from tests.adapters.contract.documents import a_document, a_full_document, parties
from tests.adapters.contract.listening import Listener

PageTexts = Callable[[bytes], list[str]]


def pdfium_texts(pdf: bytes) -> list[str]:
    """Text of each page as a second, unrelated reader extracts it."""
    file = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_range() for page in file]


def squeezed(pages: list[str]) -> str:
    return re.sub(r"\s", "", "".join(pages))


PRINTED_AS_THEY_ARE = {"city", "case_no", "verification_code", "verification_url"}
"""Texts of the document nobody types."""


def poisoned(value: Any, hostile: str, places: list[str], path: str = "") -> Any:
    """Return the document with `hostile` in every text people type, and where that was."""
    if dataclasses.is_dataclass(value):
        changed = {}
        for one in dataclasses.fields(value):
            if one.name not in PRINTED_AS_THEY_ARE:
                changed[one.name] = poisoned(getattr(value, one.name), hostile, places, f"{path}.{one.name}")
        return dataclasses.replace(value, **changed)  # type: ignore[type-var]
    if isinstance(value, tuple):
        return tuple(poisoned(one, hostile, places, f"{path}[{index}]") for index, one in enumerate(value))
    if isinstance(value, str) and not isinstance(value, StrEnum):
        places.append(path)
        return hostile
    return value


@pytest.mark.parametrize(
    "markup",
    [
        '"><script>document.write(1)</script><img src="{url}/a.png">',
        "</td></tr></table></div><h1>大字</h1>",
        '<iframe src="{file}"></iframe><object data="{file}"></object>',
        '<style>@import url("{url}/b.css"); * {{ display: none }}</style>',
        '<meta name="pdfkit-enable-local-file-access" content=""><link rel="stylesheet" href="{url}/c.css">',
        '<meta http-equiv="refresh" content="0; url={url}/">&lt;b&gt;&amp;&#60;',
        "{{{{ d.__class__ }}}}{{% include '/etc/passwd' %}}",
        "<!--",
        "]]>--></style></title></head><body onload=alert(1)>",
    ],
)
def test_markup_in_every_typed_field_is_printed_and_does_nothing(
    renderer: ContractRenderer, page_texts: PageTexts, listener: Listener, tmp_path: Path, markup: str
) -> None:
    marker = tmp_path / "marker.html"
    marker.write_text("CONTENT-OF-A-FILE")
    hostile = markup.format(url=listener.url, file=marker.as_uri())
    places: list[str] = []
    document = poisoned(a_full_document(), hostile, places)

    drawn = renderer.render(document)

    text = squeezed(page_texts(drawn.pdf))
    assert listener.visits() == 0
    assert "CONTENT-OF-A-FILE" not in text
    assert "root:" not in text
    assert len(places) > 30
    assert text.count(squeezed([hostile])) >= len(places) - len(UNPRINTED)
    assert [field.name for field in drawn.fields] == ["signer_1", "signer_2", "signer_3", "seal"]


UNPRINTED = {".house.unit_no"}
"""Fields printed in groups, so that a text of another form is not found as it was."""


@pytest.mark.parametrize(
    ("character", "codepoint"),
    [
        ("\u202e", "U+202E"),
        ("\u2066", "U+2066"),
        ("\u200b", "U+200B"),
        ("\ufeff", "U+FEFF"),
        ("\x00", "U+0000"),
        ("\x1b", "U+001B"),
        ("\u2028", "U+2028"),
        ("\ue000", "U+E000"),
        ("\ud800", "U+D800"),
        ("\U0010fffe", "U+10FFFE"),
        ("\u0d9e", "U+0D9E"),
    ],
)
def test_a_character_without_a_visible_glyph_stops_the_document_by_name(
    renderer: ContractRenderer, character: str, codepoint: str
) -> None:
    seller, buyer = parties(1, 1)
    document = a_document(parties=(seller, dataclasses.replace(buyer, name=f"王{character}一")))

    with pytest.raises(EngineError) as refused:
        renderer.render(document)

    assert refused.value.code == "contract.glyph_missing"
    assert refused.value.context == {"character": character, "codepoint": codepoint, "field": "parties[1].name"}


@pytest.mark.parametrize("name", ["李㛃", "沈䶮溪", "㐂子", "赵曈翀", "买买提·艾力"])
def test_rare_names_of_the_main_font_are_extracted_as_typed(
    renderer: ContractRenderer, page_texts: PageTexts, name: str
) -> None:
    seller, buyer = parties(1, 1)

    texts = page_texts(renderer.render(a_document(parties=(seller, dataclasses.replace(buyer, name=name)))).pdf)

    assert squeezed(texts).count(name) == 3


@pytest.mark.parametrize(
    "name", ["李\U0002cb4e", "\U00020164·\U0002b37d㛃", "王\U00020089\U00020bb7\U0002cb4e", "古丽·䶮\U00020bb7"]
)
def test_names_of_extension_b_and_later_are_drawn_and_extracted_as_typed(
    renderer: ContractRenderer, page_texts: PageTexts, fonts: Fonts, name: str
) -> None:
    if not all(map(fonts.can_print, name)):
        pytest.skip("the fallback font is not installed or lacks a character")
    seller, buyer = parties(1, 1)
    document = a_document(parties=(seller, dataclasses.replace(buyer, name=name)), extra_terms=f"由{name}保管。")

    pdf = renderer.render(document).pdf

    assert squeezed(page_texts(pdf)).count(name) == 4
    assert squeezed(pdfium_texts(pdf)).count(name) == 4
    assert renderer.render(document).pdf == pdf


def test_a_lent_glyph_that_is_none_of_the_documents_characters_stops_the_document(
    converter: SafePdfKit, fonts: Fonts
) -> None:
    if not fonts.can_print("\U0002cb4e"):
        pytest.skip("the fallback font is not installed")
    page = "<meta charset='utf-8'><p style='font-family: WenQuanYi Zen Hei'>李\U0002cb4e"

    with pytest.raises(RenderError) as refused:
        mend_text(pikepdf.open(io.BytesIO(converter.convert(page))), fonts, "李\U0002b37d")

    assert refused.value.context == {"reason": "text_unclear"}


def test_a_machine_without_the_main_font_is_refused(tmp_path: object) -> None:
    with pytest.raises(EngineError) as refused:
        Fonts(tmp_path)  # type: ignore[arg-type]

    assert refused.value.code == "contract.font_missing"
