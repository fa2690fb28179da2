"""What people type is text: printed letter by letter, never markup, and never a letter no font can draw."""

import dataclasses
import re
from collections.abc import Callable
from decimal import Decimal

import pytest

from services.contract.adapters.rendering.engine import ContractRenderer
from services.contract.adapters.rendering.errors import EngineError
from services.contract.adapters.rendering.fonts import Fonts
from services.contract.domain.document import FundSupervision, IncludedItem
from tests.adapters.contract.documents import a_document, parties
from tests.adapters.contract.listening import Listener

PageTexts = Callable[[bytes], list[str]]


def squeezed(pages: list[str]) -> str:
    return re.sub(r"\s", "", "".join(pages))


def test_markup_typed_anywhere_is_printed_and_does_nothing(
    renderer: ContractRenderer, page_texts: PageTexts, listener: Listener
) -> None:
    hostile = (
        f'"><script>document.write(1)</script><img src="{listener.url}">'
        '<iframe src="file:///etc/hostname"></iframe>&amp;{{ d }}'
    )
    seller, buyer = parties(1, 1)
    document = a_document(
        parties=(dataclasses.replace(seller, name="</td><b>甲", address=hostile), buyer),
        extra_terms=hostile,
        revoke_terms=hostile,
        attachments=(hostile,),
        price_includes=(IncludedItem(hostile),),
        fund_supervision=FundSupervision(Decimal(1), hostile, hostile),
    )

    text = squeezed(page_texts(renderer.render(document).pdf))

    assert listener.visits() == 0
    assert text.count(squeezed([hostile])) == 7
    assert text.count("</td><b>甲") == 3


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


def test_names_of_extension_b_are_lent_by_the_fallback_font(fonts: Fonts) -> None:
    if not fonts.can_print("\U0002b36f"):
        pytest.skip("the fallback font is not installed")

    assert fonts.can_print("\U000212f4") or fonts.can_print("\U00020164")


def test_a_machine_without_the_main_font_is_refused(tmp_path: object) -> None:
    with pytest.raises(EngineError) as refused:
        Fonts(tmp_path)  # type: ignore[arg-type]

    assert refused.value.code == "contract.font_missing"
