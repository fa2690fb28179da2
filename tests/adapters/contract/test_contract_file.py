"""What the finished file is to a program: equal bytes, title, fields, QR code, places nobody can forge."""

import dataclasses
import hashlib
import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import segno

from services.contract.adapters.rendering.engine import ContractRenderer, EngineError, Rendered, RenderError
from services.contract.adapters.rendering.fonts import Fonts
from services.contract.adapters.rendering.places import find_places
from services.contract.adapters.rendering.safe_pdfkit import SafePdfKit
from services.contract.adapters.rendering.template import ContractTemplate
from tests.adapters.contract.documents import a_document, a_full_document, parties


@pytest.fixture(scope="module")
def rendered(renderer: ContractRenderer) -> Rendered:
    return renderer.render(a_document())


def opened(rendered: Rendered) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(rendered.pdf))


def test_equal_documents_give_equal_bytes_from_separate_engines(rendered: Rendered, converter: SafePdfKit) -> None:
    other = ContractRenderer(ContractTemplate(), converter, Fonts(Path("/usr/share/fonts")))

    again = other.render(a_document())

    assert again.pdf == rendered.pdf
    assert again.sha256 == rendered.sha256 == hashlib.sha256(rendered.pdf).hexdigest()


def test_another_version_gives_other_bytes(renderer: ContractRenderer, rendered: Rendered) -> None:
    assert renderer.render(a_document(version=2)).sha256 != rendered.sha256


def test_title_is_shown_and_the_only_date_is_the_drafting_day(rendered: Rendered) -> None:
    with opened(rendered) as pdf:
        assert str(pdf.docinfo.Title) == "黄石市存量房买卖合同 2026112200001"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert str(pdf.docinfo.CreationDate) == str(pdf.docinfo.ModDate) == "D:20261122000000+08'00'"
        assert "/JavaScript" not in str(pdf.Root)


@pytest.mark.parametrize(("sellers", "buyers"), [(1, 1), (2, 2), (1, 5), (4, 2)])
def test_fields_are_one_empty_signature_per_party_in_order_then_the_seal(
    renderer: ContractRenderer, sellers: int, buyers: int
) -> None:
    result = renderer.render(a_document(parties=parties(sellers, buyers)))
    names = [*(f"signer_{number}" for number in range(1, sellers + buyers + 1)), "seal"]

    with opened(result) as pdf:
        fields = list(pdf.Root.AcroForm.Fields)
        assert [str(field.T) for field in fields] == names == [field.name for field in result.fields]
        assert all(field.FT == "/Sig" and "/V" not in field for field in fields)
        assert [("/Lock" in field) for field in fields] == [False] * (len(fields) - 1) + [True]
        for field, place in zip(fields, result.fields, strict=True):
            assert field.P.objgen == pdf.pages[place.page - 1].objgen
            assert [float(edge) for edge in field.Rect] == pytest.approx(place.rect)
        assert result.pages == len(pdf.pages)


def test_no_two_places_overlap(renderer: ContractRenderer) -> None:
    fields = renderer.render(a_document(parties=parties(3, 3))).fields

    for index, one in enumerate(fields):
        for other in fields[index + 1 :]:
            apart = (
                one.page != other.page
                or one.rect[2] <= other.rect[0]
                or other.rect[2] <= one.rect[0]
                or one.rect[3] <= other.rect[1]
                or other.rect[3] <= one.rect[1]
            )
            assert apart, (one, other)


def test_qr_code_on_the_last_page_shows_the_verification_address(converter: SafePdfKit, rendered: Rendered) -> None:
    document = a_document()
    drawn = ContractTemplate().draw(document)
    place = next(p for p in find_places(converter.convert(drawn.html), drawn.corners) if p.name == "verification")
    matrix = [list(row) for row in segno.make_qr(document.verification_url, error="m").matrix]
    scale = 4
    file = pypdfium2.PdfDocument(rendered.pdf)
    page = file[len(file) - 1]
    grey = page.render(scale=scale).to_pil().convert("L")
    left, bottom, right, top = place.rect
    module = min(right - left, top - bottom) / (len(matrix) + 8)
    start = ((left + right) / 2 - module * len(matrix) / 2, (bottom + top) / 2 + module * len(matrix) / 2)

    seen = [
        [
            int(
                grey.getpixel(
                    (
                        round((start[0] + (column + 0.5) * module) * scale),
                        round((page.get_height() - start[1] + (row + 0.5) * module) * scale),
                    )
                )
                < 128
            )
            for column in range(len(matrix))
        ]
        for row in range(len(matrix))
    ]

    assert place.page == len(file)
    assert seen == matrix


def test_only_the_main_font_is_used_so_that_text_is_extracted_right(renderer: ContractRenderer) -> None:
    with opened(renderer.render(a_full_document())) as pdf:
        fonts = {
            str(item.BaseFont) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/BaseFont" in item
        }

    assert fonts
    assert all("WenQuanYiZenHei" in font for font in fonts)


def test_every_page_carries_its_own_slice_of_the_platform_mark(rendered: Rendered) -> None:
    file = pypdfium2.PdfDocument(rendered.pdf)
    strips = []
    for page in file:
        image = page.render(scale=2).to_pil().convert("L")
        strip = image.crop((image.width - 24, 0, image.width, image.height))
        strips.append(strip.tobytes())

    assert len(set(strips)) == len(file)
    assert all(min(strip) < 200 for strip in strips)


def test_typed_text_that_copies_a_place_of_another_version_is_no_place(renderer: ContractRenderer) -> None:
    forged = " ".join(corner for pair in ContractTemplate().draw(a_document()).corners.values() for corner in pair)
    document = a_document(extra_terms=forged, parties=parties(1, 1))

    fields = renderer.render(document).fields

    assert {field.page for field in fields} == {renderer.render(document).pages}


def test_a_place_found_twice_stops_the_document(converter: SafePdfKit) -> None:
    corners = {"signer_1": ("┌S1·AAAAAAAA", "S1·AAAAAAAA┘")}
    html = "<meta charset='utf-8'><p style='font-family: WenQuanYi Zen Hei'>{}</p>"
    twice = converter.convert(html.format("┌S1·AAAAAAAA<br><br>S1·AAAAAAAA┘<br>┌S1·AAAAAAAA"))
    never = converter.convert(html.format("正文"))

    for pdf in (twice, never):
        with pytest.raises(RenderError) as refused:
            find_places(pdf, corners)
        assert refused.value.context == {"reason": "place_unclear", "place": "signer_1"}


def test_document_of_a_city_without_template_is_refused(renderer: ContractRenderer) -> None:
    for city in ("nowhere", "../huangshi", "huangshi/sale_contract"):
        with pytest.raises(EngineError) as refused:
            renderer.render(dataclasses.replace(a_document(), city=city))
        assert refused.value.code == "contract.template_missing"
