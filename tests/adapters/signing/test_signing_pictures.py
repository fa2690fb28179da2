"""Pictures of handwriting: which files are read, how their ink is traced, and that what is accepted can always be drawn."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from deploy.demo.handwriting import signature
from services.signing.adapters.engine import png
from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.ink import Box
from services.signing.adapters.engine.outline import MOST_OUTLINES, MOST_POINTS, Outline, drawing_of
from services.signing.adapters.engine.pages import page_image
from services.signing.adapters.engine.picture_jobs import trace_picture
from services.signing.adapters.engine_port import PictureEngine
from services.signing.domain import picture
from services.signing.domain.errors import HandwritingInvalid
from tests.adapters.signing.conftest import Case

INK = (20, 30, 120, 255)
MAGIC = b"\x89PNG\r\n\x1a\n"


class InProcess:
    """The jobs of an engine process without the process."""

    def run(self, job: str, args: dict[str, Any], timeout: float = 0.0) -> dict[str, Any]:
        assert job == "trace"
        try:
            return trace_picture(**args)
        except EngineError as wrong:
            raise wrong_of(wrong) from wrong


def wrong_of(wrong: EngineError) -> Exception:
    """As it arrives in the parent."""
    from services.common.kit.errors import DomainError

    return DomainError(wrong.code, wrong.kind, **wrong.context)


def canvas(name: str = "测试甲", scale: int = 2, paper: tuple[int, ...] = (0, 0, 0, 0)) -> Image.Image:
    """A name drawn as a browser's canvas draws it, on nothing."""
    drawn = signature(name)
    image = Image.new("RGBA", (int(drawn["width"]) * scale, int(drawn["height"]) * scale), paper)  # type: ignore[call-overload]
    pen = ImageDraw.Draw(image)
    for stroke in drawn["strokes"]:  # type: ignore[attr-defined]
        pen.line([(x * scale, y * scale) for x, y in stroke], fill=INK, width=4 * scale, joint="curve")
    return image


def file_of(image: Image.Image, **how: Any) -> bytes:
    made = BytesIO()
    image.save(made, "PNG", **how)
    return made.getvalue()


def taken(file: bytes) -> str:
    """What is kept of a picture."""
    picture.require_size(file)
    return picture.accepted(file, PictureEngine(InProcess()).trace(file)).ink


def refused(file: bytes) -> str:
    with pytest.raises(HandwritingInvalid) as told:
        taken(file)
    return str(told.value.context["reason"])


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def built(
    width: int, height: int, depth: int, colour: int, lines: bytes, *, laced: int = 0, more: bytes = b""
) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, laced)
    return MAGIC + chunk(b"IHDR", head) + more + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND")


def shape(ink: str) -> tuple[float, float, float, float]:
    """Where the ink lies, as parts of the canvas."""
    raw = json.loads(ink)
    points = [point for one in raw["outlines"] for point in one]
    xs, ys = [x / raw["width"] for x, _ in points], [y / raw["height"] for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


WHITE = canvas(paper=(255, 255, 255, 255))
VARIANTS: dict[str, Callable[[], bytes]] = {
    "on nothing": lambda: file_of(canvas()),
    "on white": lambda: file_of(WHITE),
    "without alpha": lambda: file_of(WHITE.convert("RGB")),
    "grey": lambda: file_of(WHITE.convert("L")),
    "grey with alpha": lambda: file_of(canvas().convert("LA")),
    "one bit": lambda: file_of(WHITE.convert("L").point(lambda value: 255 if value > 128 else 0).convert("1")),
    "palette": lambda: file_of(WHITE.convert("RGB").quantize(16)),
    "palette with a transparent colour": lambda: file_of(WHITE.convert("RGB").quantize(16), transparency=0),
    "sixteen bits": lambda: deep(WHITE.convert("L")),
    "interlaced": lambda: interlaced(WHITE.convert("L")),
    "with texts and profiles": lambda: with_texts(file_of(canvas())),
}


def deep(image: Image.Image) -> bytes:
    rows = (image.crop((0, y, image.width, y + 1)).tobytes() for y in range(image.height))
    lines = b"".join(b"\x00" + b"".join(bytes((value, 7)) for value in row) for row in rows)
    return built(image.width, image.height, 16, 0, lines)


def interlaced(image: Image.Image) -> bytes:
    pixels, lines = image.load(), b""
    assert pixels is not None
    for column, row, across, down in png._PASSES:  # noqa: SLF001 - the table of the standard
        for y in range(row, image.height, down):
            line = bytes(pixels[x, y] for x in range(column, image.width, across))  # type: ignore[misc]
            lines += b"\x00" + line if line else b""
    return built(image.width, image.height, 8, 0, lines, laced=1)


def with_texts(file: bytes) -> bytes:
    told = chunk(b"tEXt", b"Author\x00marker-of-the-author") + chunk(b"eXIf", b"MM\x00*\x00\x00\x00\x08\x00\x00")
    return file[:33] + told + file[33:]


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_form_of_the_same_drawing_is_the_same_ink(variant: str) -> None:
    plain = shape(taken(file_of(WHITE)))

    ink = taken(VARIANTS[variant]())

    assert shape(ink) == pytest.approx(plain, abs=0.01)


def test_a_colour_that_is_transparent_is_no_ink() -> None:
    image = canvas(paper=(255, 255, 255, 255)).convert("RGB").quantize(2)
    darkest = min(range(2), key=lambda one: image.getpalette()[3 * one])  # type: ignore[index]

    assert refused(file_of(image, transparency=darkest)) == "blank"


def test_the_same_picture_gives_the_same_ink() -> None:
    assert taken(file_of(canvas())) == taken(file_of(canvas()))


def broken() -> dict[str, tuple[bytes, str]]:
    right = file_of(WHITE.convert("L"))
    lines = b"\x00" * (101 * 100)
    wide = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)
    frames = [Image.new("L", (100, 100), value) for value in (0, 255)]
    moving = BytesIO()
    frames[0].save(moving, "PNG", save_all=True, append_images=frames[1:])
    return {
        "nothing": (b"", "size"),
        "too many bytes": (right + bytes(png.LARGEST_FILE), "size"),
        "a jpeg": (jpeg(), "no_png"),
        "a pdf": (b"%PDF-1.7\n", "no_png"),
        "cut off": (right[:-20], "damaged"),
        "no end": (right[:-12], "damaged"),
        "bytes behind the end": (right + b"%PDF-1.7", "trailing"),
        "a picture behind the end": (right + right, "trailing"),
        "data in the end": (right[:-12] + chunk(b"IEND", b"x"), "trailing"),
        "a wrong checksum": (right[:-1] + b"\x00", "damaged"),
        "a changed byte": (right[:60] + bytes([right[60] ^ 1]) + right[61:], "damaged"),
        "animated": (moving.getvalue(), "animated"),
        "too wide": (MAGIC + chunk(b"IHDR", wide) + chunk(b"IDAT", zlib.compress(b"\x00")) + chunk(b"IEND"), "size"),
        "too small": (file_of(Image.new("L", (49, 100))), "size"),
        "too many pixels": (file_of(Image.new("L", (4000, 1001), 255)), "size"),
        "a bomb": (built(100, 100, 8, 0, bytes(150_000_000)), "damaged"),
        "too few lines": (built(100, 100, 8, 0, lines[:-1]), "damaged"),
        "something behind the lines": (built(100, 100, 8, 0, lines + b"hidden"), "damaged"),
        "no pixels": (
            MAGIC + chunk(b"IHDR", struct.pack(">IIBBBBB", 99, 99, 8, 0, 0, 0, 0)) + chunk(b"IEND"),
            "damaged",
        ),
        "two heads": (right[:33] + right[8:33] + right[33:], "damaged"),
        "an unknown colour": (built(100, 100, 8, 5, lines), "damaged"),
        "an unknown chunk it must know": (right[:33] + chunk(b"ABCD") + right[33:], "damaged"),
        "a palette picture without palette": (built(100, 100, 8, 3, lines), "damaged"),
    }


def jpeg() -> bytes:
    made = BytesIO()
    WHITE.convert("RGB").save(made, "JPEG")
    return made.getvalue()


@pytest.mark.parametrize("name", broken())
def test_a_file_that_is_not_one_whole_still_picture_is_refused(name: str) -> None:
    file, reason = broken()[name]

    assert refused(file) == reason


def drawn_wrong() -> dict[str, tuple[Image.Image, str]]:
    blank = Image.new("L", (600, 240), 255)

    def with_box(*box: int) -> Image.Image:
        image = blank.copy()
        ImageDraw.Draw(image).rectangle(box, fill=0)
        return image

    noise = Image.effect_noise((600, 240), 200)
    specks = blank.copy()
    for x, y in ((20, 20), (580, 220), (300, 100)):
        ImageDraw.Draw(specks).rectangle((x, y, x + 5, y + 5), fill=0)
    return {
        "white": (blank, "blank"),
        "nothing at all": (Image.new("RGBA", (600, 240)), "blank"),
        "too pale": (Image.new("L", (600, 240), 200), "blank"),
        "black": (Image.new("L", (600, 240), 0), "solid"),
        "a block": (with_box(100, 40, 400, 180), "solid"),
        "white on black": (WHITE.convert("L").point(lambda value: 255 - value), "solid"),
        "a dot": (with_box(300, 100, 330, 130), "speck"),
        "specks far apart": (specks, "speck"),
        "noise": (noise, "confused"),
    }


@pytest.mark.parametrize("name", drawn_wrong())
def test_a_picture_without_handwriting_is_refused(name: str) -> None:
    image, reason = drawn_wrong()[name]

    assert refused(file_of(image)) == reason


def test_bounds_of_what_is_accepted_lie_within_those_of_what_is_drawn() -> None:
    assert picture.OUTLINES <= MOST_OUTLINES
    assert picture.POINTS <= MOST_POINTS
    assert picture.LARGEST_FILE == png.LARGEST_FILE


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.tuples(st.integers(0, 399), st.integers(0, 159)), min_size=2, max_size=12), max_size=8),
    st.integers(1, 30),
    st.integers(0, 255),
)
def test_what_is_accepted_can_always_be_drawn(lines: list[list[tuple[int, int]]], pen: int, grey: int) -> None:
    image = Image.new("L", (400, 160), 255)
    for line in lines:
        ImageDraw.Draw(image).line(line, fill=grey, width=pen)
    try:
        ink = taken(file_of(image))
    except HandwritingInvalid:
        return

    drawn = drawing_of(json.loads(ink)).drawing(Box(0, 0, 150, 60))

    assert drawn.count(b" m\n") == len(json.loads(ink)["outlines"])
    places = [float(one) for line in drawn.split(b"\n") if line[-2:] in {b" m", b" l"} for one in line.split()[:2]]
    assert min(places) >= -0.01
    assert max(places) <= 150.01


def test_a_page_signed_by_picture_shows_its_ink_and_verifies(case: Case) -> None:
    case.sign("signer_1", ink=json.loads(taken(file_of(canvas()))))
    case.sign("signer_2", ink=json.loads(taken(with_texts(file_of(canvas("测试乙"))))))
    before = page_image(case.base, len(pikepdf.open(BytesIO(case.base)).pages), 72)
    after = page_image(case.document, len(pikepdf.open(BytesIO(case.document)).pages), 72)

    facts = case.verify()

    assert facts["accepted"], facts
    assert dark(after) > dark(before) + 200


def test_nothing_of_the_file_is_in_the_document(case: Case) -> None:
    file = with_texts(file_of(canvas()))

    case.sign("signer_1", ink=json.loads(taken(file)))

    with pikepdf.open(BytesIO(case.document)) as pdf:
        streams = [one for one in pdf.objects if isinstance(one, pikepdf.Stream)]
        assert not any(one.get("/Subtype") == "/Image" for one in streams if one.get("/FormType") or "/BBox" in one)
        assert not any(b"marker-of-the-author" in one.read_bytes() for one in streams)
    assert file[41:141] not in case.document


@pytest.mark.parametrize(
    "raw",
    [
        {"width": 600, "height": 240, "outlines": []},
        {"width": 600, "height": 240, "outlines": "many"},
        {"width": 600, "height": 240, "outlines": [[[1, 2, 3]]]},
        {"width": 600, "height": 240, "outlines": [[[1, 241]]]},
        {"width": 0, "height": 240, "outlines": [[[1, 1]]]},
        {"width": 600, "height": 240, "outlines": [[[1, 1]]] * (MOST_OUTLINES + 1)},
        {"width": 600, "height": 240, "outlines": [[[1, 1]] * (MOST_POINTS + 1)]},
    ],
    ids=range(7),
)
def test_outlines_that_are_none_are_refused(raw: dict[str, Any]) -> None:
    with pytest.raises(EngineError) as told:
        Outline.parse(raw)

    assert told.value.code == "signing.ink_invalid"


def dark(jpeg_bytes: bytes) -> int:
    """Count pixels of ink."""
    with Image.open(BytesIO(jpeg_bytes)) as image:
        return sum(image.convert("L").histogram()[:140])
