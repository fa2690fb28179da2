"""Every kind of file people may send, and every hostile one: what is kept of it, or why it is refused."""

from __future__ import annotations

import hashlib
import io

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from services.common.kit.engine_child import EngineError
from services.contract.adapters.inspection.engine import draw_page, inspect_file
from tests.support import upload_files as files

PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/heic": "HEIF"}


def kept(data: bytes, declared: str = "") -> Image.Image:
    return Image.open(io.BytesIO(inspect_file(data=data, declared=declared)["data"]))


def refusal(data: bytes, declared: str = "") -> str:
    with pytest.raises(EngineError) as refused:
        inspect_file(data=data, declared=declared)
    return refused.value.code


def is_red(shown: Image.Image, across: float, down: float) -> bool:
    red, green, blue = shown.convert("RGB").getpixel((int(shown.width * across), int(shown.height * down)))
    return red > 150 and green < 90 and blue < 90


# ---- pictures ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("declared", ["", "right"])
@pytest.mark.parametrize("media_type", PICTURES)
def test_each_kind_of_picture_is_kept_as_jpeg(media_type: str, declared: str) -> None:
    data = files.picture(PICTURES[media_type])

    found = inspect_file(data=data, declared=media_type if declared else "")

    shown = Image.open(io.BytesIO(found["data"]))
    assert (found["original_type"], found["media_type"], found["pages"]) == (media_type, "image/jpeg", 1)
    assert (shown.format, shown.size) == ("JPEG", files.PAPER)
    assert is_red(shown, 0.2, 0.2)
    assert not is_red(shown, 0.8, 0.8)


def test_hashes_of_both_are_given() -> None:
    data = files.picture()

    found = inspect_file(data=data, declared="")

    assert found["original_sha256"] == hashlib.sha256(data).hexdigest()
    assert found["sha256"] == hashlib.sha256(found["data"]).hexdigest()
    assert found["original_sm3"] == hashlib.new("sm3", data).hexdigest()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_picture_is_turned_upright_and_tells_nothing_of_place_and_device(form: str) -> None:
    data = files.picture(form, exif=files.telling())
    assert b"TELLTALE" in data

    copy = inspect_file(data=data, declared="")["data"]

    shown = Image.open(io.BytesIO(copy))
    assert not shown.getexif()
    assert set(shown.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"TELLTALE" not in copy
    if form != "HEIF":  # there the turn stands in the container, and the writer of this file has set none
        assert shown.size == files.PAPER[::-1]
        assert is_red(shown, 0.8, 0.2)  # what was above left is above right after a quarter turn clockwise


def test_words_in_a_comment_are_not_kept() -> None:
    assert b"TELLTALE" not in inspect_file(data=files.picture(comment=b"TELLTALE"), declared="")["data"]


@pytest.mark.parametrize(
    ("form", "mode"), [("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "1"), ("PNG", "I;16")]
)
def test_other_colours_are_kept_as_seen(form: str, mode: str) -> None:
    data = io.BytesIO()
    paper = files.drawing()
    if mode == "I;16":
        paper = paper.convert("L").convert("I").point(lambda shade: shade * 257).convert("I;16")
    else:
        paper = paper.convert(mode)
    paper.save(data, form)

    shown = kept(data.getvalue()).convert("L")

    assert shown.getpixel((700, 500)) > 240
    assert shown.getpixel((100, 100)) < 140


def test_what_is_transparent_becomes_paper() -> None:
    data = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(data, "PNG")

    assert kept(data.getvalue()).getpixel((20, 20)) == files.WHITE


def test_a_large_picture_is_kept_smaller() -> None:
    assert kept(files.picture(size=(6000, 3000))).size == (4096, 2048)


def test_a_picture_of_two_as_phones_write_it_is_kept_by_its_first() -> None:
    data = io.BytesIO()
    files.drawing().save(data, "MPO", save_all=True, append_images=[Image.new("RGB", (80, 60))])

    assert kept(data.getvalue(), "image/jpeg").size == files.PAPER


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("share", [0.3, 0.7])
def test_a_picture_cut_off_is_broken(form: str, share: float) -> None:
    data = files.picture(form)

    assert refusal(data[: int(len(data) * share)]) == "contract.file_broken"


@pytest.mark.parametrize(
    "mark", [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"\0\0\0\x18ftypheic"]
)
def test_the_right_first_bytes_and_then_anything_are_broken(mark: bytes) -> None:
    assert refusal(mark + bytes(range(256)) * 8) == "contract.file_broken"


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (2_000_000_000, 1), (8_001, 8_000)])
def test_a_picture_that_promises_too_many_pixels_is_refused_before_it_is_unpacked(width: int, height: int) -> None:
    assert refusal(files.png_promising(width, height)) == "contract.file_too_complex"


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_an_animation_is_no_document(form: str) -> None:
    assert refusal(files.animation(form)) == "contract.file_type"


# ---- what it is ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a" + bytes(100),
        b"BM" + bytes(100),
        b"II*\0" + bytes(100),
        b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + bytes(100),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<html><script>alert(1)</script>",
        b"MZ" + bytes(100),
        files.archive(),
        b" %PDF-1.7\n",
        b"hello",
        b"\xff\xd8",
    ],
)
def test_other_kinds_are_refused_by_their_first_bytes(data: bytes) -> None:
    assert refusal(data) == "contract.file_type"
    assert refusal(data, "image/jpeg") == "contract.file_type"


@pytest.mark.parametrize(
    ("form", "declared"), [("PNG", "image/jpeg"), ("JPEG", "application/pdf"), ("HEIF", "image/png")]
)
def test_a_file_that_is_not_what_it_is_said_to_be_is_refused(form: str, declared: str) -> None:
    assert refusal(files.picture(form), declared) == "contract.file_type"


def test_nothing_is_refused() -> None:
    assert refusal(b"") == "contract.file_empty"


def test_other_names_of_the_same_type_do() -> None:
    assert kept(files.picture("HEIF"), "image/heif").size == files.PAPER


def test_a_picture_that_is_an_archive_too_is_refused() -> None:
    assert refusal(files.picture() + files.archive()) == "contract.file_ambiguous"


def test_a_picture_that_readers_take_for_a_pdf_is_refused() -> None:
    assert refusal(files.picture(comment=b"%PDF-1.4 1 0 obj")) == "contract.file_ambiguous"


def test_a_picture_that_browsers_take_for_a_page_is_refused() -> None:
    assert refusal(files.picture(comment=b"<HTML><script>alert(1)</script>")) == "contract.file_ambiguous"


def test_a_pdf_that_is_an_archive_too_is_refused() -> None:
    assert refusal(files.saved(files.blank()) + files.archive()) == "contract.file_ambiguous"


def test_what_is_hung_on_behind_a_picture_is_gone() -> None:
    assert b"TELLTALE" not in inspect_file(data=files.picture() + b"TELLTALE" * 9, declared="")["data"]


# ---- PDF -----------------------------------------------------------------------------------------------------------
def test_a_scanned_pdf_is_kept_page_by_page_without_its_author() -> None:
    found = inspect_file(data=files.scan(), declared="application/pdf")

    with pikepdf.open(io.BytesIO(found["data"])) as copy:
        assert not copy.docinfo
        assert len(copy.pages) == found["pages"] == 1
    assert (found["media_type"], found["original_type"]) == ("application/pdf", "application/pdf")
    with pypdfium2.PdfDocument(found["data"]) as shown:
        assert is_red(shown[0].render().to_pil(), 0.15, 0.35)


def test_equal_files_give_equal_copies() -> None:
    data = files.scan()

    assert inspect_file(data=data, declared="")["sha256"] == inspect_file(data=data, declared="")["sha256"]


def test_what_was_filled_into_a_form_stays_to_be_seen() -> None:
    pdf = files.blank()
    seen = pdf.make_stream(b"1 0 0 rg 0 0 100 100 re f")
    seen.update(pikepdf.Dictionary(Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 100, 100]))
    stamp = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[400, 700, 500, 800], F=4)
    stamp.AP = pikepdf.Dictionary(N=seen)
    pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(stamp)])

    copy = inspect_file(data=files.saved(pdf), declared="")["data"]

    with pypdfium2.PdfDocument(copy) as shown:
        assert is_red(shown[0].render().to_pil(), 450 / 595, 1 - 750 / 842)
    with pikepdf.open(io.BytesIO(copy)) as clean:
        assert "/Annots" not in clean.pages[0].obj


@pytest.mark.parametrize("kind", files.ACTING)
def test_a_pdf_that_acts_is_refused(kind: str) -> None:
    assert refusal(files.acting(kind)) == "contract.file_active"


@pytest.mark.parametrize("password", ["", "secret"])
def test_an_encrypted_pdf_is_refused(password: str) -> None:
    assert refusal(files.locked(password)) == "contract.file_locked"


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_pdf_cut_off_is_broken(share: float) -> None:
    data = files.scan()

    assert refusal(data[: int(len(data) * share)]) == "contract.file_broken"


def test_a_pdf_without_pages_is_broken() -> None:
    assert refusal(files.saved(pikepdf.new())) == "contract.file_broken"


def test_twenty_pages_are_taken_and_one_more_is_not() -> None:
    assert inspect_file(data=files.saved(files.blank(20)), declared="")["pages"] == 20
    assert refusal(files.saved(files.blank(21))) == "contract.too_many_pages"


def test_pages_that_go_round_in_a_circle_end() -> None:
    pdf = files.blank()
    pdf.Root.Pages.Kids.append(pdf.Root.Pages)

    assert refusal(files.saved(pdf)) == "contract.file_broken"


def test_a_page_as_large_as_a_wall_is_refused() -> None:
    assert refusal(files.saved(files.blank(size=(14_000, 14_000)))) == "contract.file_too_complex"


@pytest.mark.parametrize("bomb", [files.stream_bomb, files.nested_bomb, files.image_bomb, files.table_bomb])
def test_a_pdf_that_unpacks_without_end_is_refused(bomb: object) -> None:
    data = bomb()  # type: ignore[operator]
    assert len(data) < 2 * 1024 * 1024

    assert refusal(data) == "contract.file_too_complex"


def test_lists_within_lists_without_end_are_refused() -> None:
    pdf = files.blank()
    deep = pikepdf.Array([])
    for _ in range(90):
        deep = pikepdf.Array([deep])
    pdf.Root.Deep = deep

    assert refusal(files.saved(pdf)) == "contract.file_too_complex"


# ---- pages ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("longest", [320, 1080])
def test_a_page_is_drawn_as_a_picture_of_the_size_asked_for(longest: int) -> None:
    for data in (files.scan(), files.picture(size=(3000, 2000))):
        copy = inspect_file(data=data, declared="")

        drawn = draw_page(data=copy["data"], media_type=copy["media_type"], page=1, longest=longest)["data"]

        shown = Image.open(io.BytesIO(drawn))
        assert shown.format == "JPEG"
        assert max(shown.size) == longest


@pytest.mark.parametrize("page", [0, 2, 99])
def test_a_page_that_is_not_there_is_refused(page: int) -> None:
    for data in (files.scan(), files.picture()):
        copy = inspect_file(data=data, declared="")
        with pytest.raises(EngineError, match="page_unknown"):
            draw_page(data=copy["data"], media_type=copy["media_type"], page=page, longest=320)
