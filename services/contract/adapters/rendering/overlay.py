"""Decides what is drawn over every page after the conversion: footer, platform mark across the edges, QR code.

Leaves to others: the pages themselves, and how the drawing is joined to them. The mark over the page edges (骑缝)
is the platform's, drawn in grey blue as outlines: it is no seal of an authority and no extractable text.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import segno
from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from services.contract.adapters.rendering.fonts import Fonts
from services.contract.adapters.rendering.places import Place

_GREY = (0.35, 0.35, 0.35)
_INK = (0.33, 0.42, 0.60)
_FOOT = 12 * mm
_MARK_WIDTH = 54 * mm
_MARK_HEIGHT = 30 * mm
_SLICES = 15
"""A slice narrower than a fifteenth of the mark shows nothing: longer documents carry the mark several times."""
_MARK = "mark"
_QUIET = 4
"""Modules of white around a QR code (ISO/IEC 18004)."""


@dataclass(frozen=True)
class Marks:
    """What the overlay says: bare case number, address in the QR code and its place, or that it is a preview."""

    case_no: str
    verification_url: str
    verification: Place | None
    preview: bool


def draw_overlay(fonts: Fonts, sizes: Sequence[tuple[float, float]], marks: Marks) -> bytes:
    """Return a PDF with one transparent page for each of `sizes` (width, height in points)."""
    out = io.BytesIO()
    name = fonts.register()
    rl_config.useA85 = 0  # plain binary streams: a fifth smaller
    canvas = Canvas(out, pageCompression=1, invariant=1, initialFontName=name)
    if not marks.preview:
        _define_mark(canvas, fonts, marks.case_no)
    slices = _slices(len(sizes))
    for number, size in enumerate(sizes, 1):
        canvas.setPageSize(size)
        canvas.setFont(name, 9)
        canvas.setFillColorRGB(*_GREY)
        canvas.drawCentredString(size[0] / 2, _FOOT, f"{marks.case_no} · 第 {number} 页 共 {len(sizes)} 页")
        if marks.preview:
            _watermark(canvas, name, size)
        else:
            _mark_slice(canvas, size, slices[number - 1])
        if marks.verification is not None and marks.verification.page == number:
            _qr_code(canvas, marks.verification_url, marks.verification.rect)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _slices(pages: int) -> list[tuple[int, int]]:
    """Give each page its (slice, slices): groups of at most `_SLICES` pages, as even as can be."""
    groups = -(-pages // _SLICES)
    shares = [pages // groups + (index < pages % groups) for index in range(groups)]
    return [(index, share) for share in shares for index in range(share)]


def _define_mark(canvas: Canvas, fonts: Fonts, case_no: str) -> None:
    """Draw the whole mark once; every page shows its slice of it."""
    canvas.beginForm(_MARK, 0, 0, _MARK_WIDTH, _MARK_HEIGHT)
    canvas.setStrokeColorRGB(*_INK)
    canvas.setFillColorRGB(*_INK)
    canvas.setLineWidth(1.4)
    canvas.roundRect(1, 1, _MARK_WIDTH - 2, _MARK_HEIGHT - 2, 6)
    canvas.setLineWidth(0.5)
    canvas.roundRect(4, 4, _MARK_WIDTH - 8, _MARK_HEIGHT - 8, 4)
    for text, base, height in (("存量房网签平台", 54, 16), ("骑　缝　标　记", 34, 12), (case_no, 15, 12)):
        _centred(canvas, fonts, text, base, height)
    canvas.endForm()


def _mark_slice(canvas: Canvas, size: tuple[float, float], part: tuple[int, int]) -> None:
    index, count = part
    width = _MARK_WIDTH / count
    edge, bottom = size[0] - width, (size[1] - _MARK_HEIGHT) / 2
    canvas.saveState()
    window = canvas.beginPath()
    window.rect(edge, bottom, width, _MARK_HEIGHT)
    canvas.clipPath(window, stroke=0, fill=0)
    canvas.translate(edge - index * width, bottom)
    canvas.doForm(_MARK)
    canvas.restoreState()


def _centred(canvas: Canvas, fonts: Fonts, text: str, base: float, height: float) -> None:
    path = canvas.beginPath()
    fonts.outline(text, path, (_MARK_WIDTH - fonts.width(text, height)) / 2, base, height)
    canvas.drawPath(path, stroke=0, fill=1)


def _watermark(canvas: Canvas, font: str, size: tuple[float, float]) -> None:
    canvas.saveState()
    canvas.translate(size[0] / 2, size[1] / 2)
    canvas.rotate(45)
    canvas.setFillColorRGB(0.6, 0.6, 0.6, alpha=0.3)
    canvas.setFont(font, 54)
    canvas.drawCentredString(0, 0, "预览稿　不作签署")
    canvas.restoreState()


def _qr_code(canvas: Canvas, url: str, rect: tuple[float, float, float, float]) -> None:
    rows = [bytes(row) for row in segno.make_qr(url, error="m").matrix]
    side = min(rect[2] - rect[0], rect[3] - rect[1])
    module = side / (len(rows) + 2 * _QUIET)
    left = (rect[0] + rect[2] - module * len(rows)) / 2
    top = (rect[1] + rect[3] + module * len(rows)) / 2
    path = canvas.beginPath()
    for index, row in enumerate(rows, 1):
        start = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                path.rect(left + start * module, top - index * module, length * module, module)
            start += length
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawPath(path, stroke=0, fill=1)
