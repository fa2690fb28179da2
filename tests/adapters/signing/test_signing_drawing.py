"""What widgets show: the seal's look measured in pixels, letters as outlines, pages as pictures."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.lettering import SEAL_FAMILIES, TEXT_FAMILIES, Typeface, number
from services.signing.adapters.engine.seal_picture import LONGEST_NAME, seal_drawing
from tests.adapters.signing.conftest import Case
from tests.adapters.signing.sample import OFFICE, contract

DPI = 144
SCALE = DPI / 72


@pytest.fixture(scope="module")
def face() -> Typeface:
    """Open the seal's typeface."""
    return Typeface.installed(SEAL_FAMILIES)


@pytest.fixture(scope="module")
def page(finished: Case) -> Image.Image:
    """Draw the signature page of the finished document."""
    image = finished.engine.page_image({"document": finished.document, "page": 2, "dpi": DPI})["image"]
    return Image.open(BytesIO(image)).convert("RGB")


def is_red(pixel: tuple[int, int, int]) -> bool:
    """Tell seal ink from paper and text."""
    return pixel[0] > 150 and pixel[1] < 110 and pixel[2] < 110


def pixels(image: Image.Image) -> list[tuple[int, int, int]]:
    """Return all pixels of a colour picture."""
    raw = image.tobytes()
    return list(zip(raw[0::3], raw[1::3], raw[2::3], strict=True))


def part(page: Image.Image, box: tuple[float, float, float, float]) -> Image.Image:
    """Return a part of the page given in points from the lower left."""
    left, low, right, high = box
    return page.crop((int(left * SCALE), int((842 - high) * SCALE), int(right * SCALE), int((842 - low) * SCALE)))


def test_seal_is_a_round_red_ring_with_a_star_in_the_middle(page: Image.Image) -> None:
    seal = part(page, (380, 60, 530, 220))
    red = [(x, y) for x in range(seal.width) for y in range(seal.height) if is_red(seal.getpixel((x, y)))]
    xs, ys = [x for x, _ in red], [y for _, y in red]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    middle = (min(xs) + wide // 2, min(ys) + high // 2)

    assert abs(wide - high) <= 3  # round
    assert 112 * SCALE < wide < 120 * SCALE  # 42 mm
    assert is_red(seal.getpixel(middle))  # the star
    assert not is_red(seal.getpixel((middle[0] + int(wide * 0.24), middle[1])))  # paper between star and name
    assert is_red(seal.getpixel((min(xs) + 3, middle[1])))  # the ring
    ring = [is_red(seal.getpixel((middle[0], min(ys) + step))) for step in range(int(wide * 0.2))]
    assert ring[:3] != ring[-3:] or any(ring)


def test_name_stands_on_the_upper_arc_and_the_foot_is_free(page: Image.Image) -> None:
    seal = part(page, (380, 60, 530, 220))
    red = {(x, y) for x in range(seal.width) for y in range(seal.height) if is_red(seal.getpixel((x, y)))}
    left, right = min(x for x, _ in red), max(x for x, _ in red)
    top = min(y for _, y in red)
    radius, middle = (right - left) / 2, ((left + right) / 2, top + (right - left) / 2)

    def lettered(x: int, y: int) -> bool:
        return 0.55 < ((x - middle[0]) ** 2 + (y - middle[1]) ** 2) ** 0.5 / radius < 0.9

    above = sum(lettered(x, y) for x, y in red if y < middle[1])
    foot = sum(lettered(x, y) for x, y in red if y > middle[1] + 0.75 * radius)
    assert above > 1500
    assert foot == 0


def test_widgets_show_ink_and_time_and_the_empty_document_shows_neither(page: Image.Image, case: Case) -> None:
    empty = case.engine.page_image({"document": case.document, "page": 2, "dpi": DPI})["image"]
    before = Image.open(BytesIO(empty)).convert("L")
    for place in range(4):
        low = 640 - 90 * place
        ink_box, time_box = (72, low + 20, 252, low + 70), (72, low, 252, low + 13)
        assert min(part(page, ink_box).convert("L").tobytes()) < 100
        assert min(part(page, time_box).convert("L").tobytes()) < 100
        assert min(part(before, ink_box).tobytes()) > 200


@pytest.mark.parametrize("box", [(300, 60, 560, 160), (330, 60, 560, 120), (380, 60, 460, 260), (400, 60, 450, 110)])
def test_seal_and_its_text_fit_widgets_of_any_shape(case: Case, box: tuple[int, int, int, int]) -> None:
    document = contract(seal_box=box, signers=())
    sealed = Case(case.engine, case.clock, document)
    sealed.seal()

    image = case.engine.page_image({"document": sealed.document, "page": 2, "dpi": DPI})["image"]
    page = Image.open(BytesIO(image)).convert("RGB")
    outside = page.copy()
    hidden = part(page, box)
    outside.paste(
        (255, 255, 255),
        (
            int(box[0] * SCALE) - 1,
            int((842 - box[3]) * SCALE) - 1,
            int(box[2] * SCALE) + 1,
            int((842 - box[1]) * SCALE) + 1,
        ),
    )
    assert sum(is_red(pixel) for pixel in pixels(hidden)) > 300
    assert not any(is_red(pixel) for pixel in pixels(outside))
    assert sealed.verify()["accepted"]


@pytest.mark.parametrize("name", ["某局", OFFICE, "某某土家族苗族自治州住房和城乡建设局不动产交易登记服务中心"])
def test_names_of_any_length_are_drawn_inside_the_ring(face: Typeface, name: str) -> None:
    drawn = _rendered(seal_drawing(name, face))
    middle = drawn.width / 2

    strays = [
        (x, y)
        for x in range(drawn.width)
        for y in range(drawn.height)
        if is_red(drawn.getpixel((x, y))) and ((x - middle) ** 2 + (y - middle) ** 2) ** 0.5 > middle + 1
    ]
    assert not strays


@pytest.mark.parametrize("name", ["", "局", "长" * (LONGEST_NAME + 1)])
def test_names_no_ring_can_hold_are_refused(face: Typeface, name: str) -> None:
    with pytest.raises(EngineError, match=r"signing\.office_name_invalid"):
        seal_drawing(name, face)


def test_character_without_outline_stops_the_job_instead_of_printing_a_box(face: Typeface) -> None:
    with pytest.raises(EngineError) as refused:
        face.line("黄\U0001f600", 0, 0, 10)

    assert refused.value.code == "signing.glyph_missing"
    assert refused.value.context["code_point"] == "U+1F600"


def test_filing_number_that_cannot_be_drawn_leaves_the_document_unsealed(case: Case) -> None:
    sealed = Case(case.engine, case.clock, contract(signers=()))

    with pytest.raises(EngineError, match=r"signing\.glyph_missing"):
        sealed.seal(filing_no="HS-\U0001f600")


def test_unknown_font_families_are_not_replaced_by_whatever_is_installed() -> None:
    with pytest.raises(EngineError, match=r"signing\.font_missing"):
        Typeface.installed(["No Such Family Anywhere"])


def test_outlines_of_a_line_are_a_few_kilobytes() -> None:
    assert len(Typeface.installed(TEXT_FAMILIES).line("2026年1月5日 14:03", 0, 0, 9)) < 12_000


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.0, b"0"), (-0.00001, b"0"), (1.5, b"1.5"), (-2.25, b"-2.25"), (100.0, b"100"), (1e-9, b"0")],
)
def test_numbers_are_written_as_pdf_reads_them(value: float, written: bytes) -> None:
    assert number(value) == written


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"page": 0}, "signing.page_missing"),
        ({"page": 3}, "signing.page_missing"),
        ({"page": "1"}, "signing.page_missing"),
        ({"dpi": 5000}, "signing.dpi_invalid"),
        ({"dpi": None}, "signing.dpi_invalid"),
        ({"document": b"%PDF-1.7 nothing"}, "signing.document_damaged"),
        ({"document": b"GIF89a"}, "signing.document_damaged"),
    ],
)
def test_pictures_that_cannot_be_made_are_refused(finished: Case, changed: dict[str, Any], code: str) -> None:
    with pytest.raises(EngineError) as refused:
        finished.engine.page_image({"document": finished.document, "page": 1, "dpi": 72} | changed)

    assert refused.value.code == code


def test_inspect_tells_hash_pages_fields_and_revisions(finished: Case, case: Case) -> None:
    case.sign("signer_2")

    told = case.engine.inspect({"document": case.document})

    assert told["sha256"] == sha256(case.document).hexdigest()
    assert told["page_count"] == 2
    assert told["fields"] == ["signer_1", "signer_2", "signer_3", "signer_4", "seal"]
    assert told["signed_fields"] == ["signer_2"]
    assert told["revision_hashes"] == case.revision_hashes
    assert finished.engine.inspect({"document": finished.document})["revision_hashes"] == finished.revision_hashes


def _rendered(drawing: bytes) -> Image.Image:
    body = b"%s" % drawing
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(body), body),
    ]
    file, offsets = bytearray(b"%PDF-1.7\n"), []
    for place, one in enumerate(parts, start=1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (place, one)
    start = len(file)
    file += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    file += b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    pdf = pypdfium2.PdfDocument(bytes(file))
    return pdf[0].render(scale=4).to_pil().convert("RGB")
