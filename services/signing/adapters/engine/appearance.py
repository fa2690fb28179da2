"""What a widget shows once it is signed: a person's ink with the time, or the authority's seal with number and date.

Decides the arrangement within the widget's box, whatever its size. Leaves the box to the document's template and the
ink, the seal and the lettering to their own modules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from zlib import compress

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.ink import Box
from services.signing.adapters.engine.lettering import Faces, Typeface, numbers
from services.signing.adapters.engine.outline import Drawing
from services.signing.adapters.engine.seal_picture import SIDE, company_drawing, seal_drawing

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""One offset for the whole country and, since 1991, for the whole year."""
SMALLEST_WIDGET = 20.0
_KNOWN = "0123456789-: 年月日备案编号期："
_BLACK = b"0.1 0.1 0.1 rg"
_LINE_GAP = 1.45
LARGEST_SEAL = 42 / 25.4 * 72
"""42 mm across, the size of a municipal authority's seal."""
LARGEST_COMPANY_SEAL = 40 / 25.4 * 72
"""40 mm across, the size of a company's seal."""
_SEAL_PART = 0.48
"""Of a signer's box, at most this much of its width is the company's seal; the rest is the representative's hand."""
_WIDE = 1.6
"""From this ratio on a seal's text stands beside the seal, else below it."""


@dataclass(frozen=True, slots=True)
class SealText:
    """What stands beside the seal (网签备案)."""

    filing_no: str
    filing_date: date

    def lines(self) -> tuple[str, str]:
        """Return the two lines."""
        day = self.filing_date
        return (f"备案编号：{self.filing_no}", f"备案日期：{day.year}年{day.month}月{day.day}日")


class Appearances:
    """Draws widgets. Holds the fonts open and each office's seal drawn and compressed."""

    def __init__(self, text: Typeface, seal: Typeface) -> None:
        """Use one face for lines of text and another for the seal."""
        self._text = text
        self._text.width(_KNOWN)  # outlines read now rather than under the first signer's wait
        self._seal_face = seal
        self._seals: dict[str, bytes] = {}

    def prepare(self, office_name: str) -> None:
        """Draw an office's seal now rather than with its first document. Raises EngineError as `seal_drawing` does."""
        if office_name not in self._seals:
            self._seals[office_name] = compress(seal_drawing(office_name, self._seal_face))

    def signer(
        self, writer: IncrementalPdfFileWriter, box: Box, ink: Drawing, signed_at: datetime
    ) -> generic.Reference:
        """Add the form of a person's signature, ink above and time (Asia/Shanghai) below; return its reference."""
        return _form(writer, box, compress(self._signed(Box(0, 0, box.width, box.height), ink, signed_at)))

    def company(
        self, writer: IncrementalPdfFileWriter, box: Box, company: str, ink: Drawing, signed_at: datetime
    ) -> generic.Reference:
        """Add the form of an enterprise's signature: its seal, beside it its representative's ink and the time (decision 9).

        Raises EngineError `signing.glyph_missing`.
        """
        side = min(box.height, box.width * _SEAL_PART, LARGEST_COMPANY_SEAL)
        matrix = (side / SIDE, 0, 0, side / SIDE, 0, (box.height - side) / 2)
        seal = company_drawing(company, Faces(self._seal_face, self._text))
        signed = self._signed(Box(side, 0, box.width - side, box.height), ink, signed_at)
        return _form(writer, box, compress(b"q %s cm\n%s\nQ\n%s" % (numbers(matrix), seal, signed)))

    def _signed(self, box: Box, ink: Drawing, signed_at: datetime) -> bytes:
        local = signed_at.astimezone(CHINA)
        line = f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
        size = self._fitting(line, box.width * 0.94, min(9.0, max(4.5, box.height * 0.17)))
        foot = size * 1.5
        left = box.x + (box.width - self._text.width(line) * size) / 2
        written = self._text.line(line, left, size * 0.42, size)
        drawn = ink.drawing(Box(box.x + 0.02 * box.width, foot, 0.96 * box.width, box.height - foot - 0.5))
        return b"q %s\n%s\nQ\n%s" % (_BLACK, written, drawn)

    def statement(
        self, writer: IncrementalPdfFileWriter, box: Box, name: str, signed_at: datetime
    ) -> generic.Reference:
        """Add the form of a signature in the platform's own name: two lines, name and time; return its reference."""
        local = signed_at.astimezone(CHINA)
        lines = (name, f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}")
        size = min(self._fitting(line, box.width * 0.94, box.height * 0.3) for line in lines)
        top = box.height / 2 + size * 0.2
        written = b"\n".join(
            self._text.line(line, 0.03 * box.width, top - place * size * _LINE_GAP, size)
            for place, line in enumerate(lines)
        )
        return _form(writer, box, compress(b"q %s\n%s\nQ" % (_BLACK, written)))

    def seal(self, writer: IncrementalPdfFileWriter, box: Box, office_name: str, text: SealText) -> generic.Reference:
        """Add the form of the authority's seal with filing number and date; return its reference."""
        self.prepare(office_name)
        seal = _form(writer, Box(0, 0, SIDE, SIDE), self._seals[office_name])
        content = self._seal_content(box, text)
        resources = generic.DictionaryObject(  # type: ignore[no-untyped-call]
            {pdf_name("/XObject"): generic.DictionaryObject({pdf_name("/Seal"): _indirect(seal)})}  # type: ignore[no-untyped-call]
        )
        return _form(writer, box, compress(content), resources)

    def _seal_content(self, box: Box, text: SealText) -> bytes:
        lines = text.lines()
        if box.width >= box.height * _WIDE:
            side = min(box.height, LARGEST_SEAL)
            size = min(self._fitting(line, box.width - side * 1.08, min(10.0, box.height * 0.14)) for line in lines)
            left, top, middle = side * 1.08, box.height / 2 + size * 0.35, side / 2
            low = (box.height - side) / 2
        else:
            size = min(self._fitting(line, box.width, min(9.0, box.height * 0.08)) for line in lines)
            side = min(box.width, box.height - (2 * _LINE_GAP + 0.4) * size, LARGEST_SEAL)
            widest = max(self._text.width(line) for line in lines) * size
            left, top, middle = (box.width - widest) / 2, size * (_LINE_GAP + 0.35), box.width / 2
            low = (2 * _LINE_GAP + 0.4) * size
        written = b"\n".join(
            self._text.line(line, left, top - place * size * _LINE_GAP, size) for place, line in enumerate(lines)
        )
        matrix = (side / SIDE, 0, 0, side / SIDE, middle - side / 2, low)
        return b"q %s\n%s\nQ\nq %s cm /Seal Do Q" % (_BLACK, written, numbers(matrix))

    def _fitting(self, line: str, width: float, size: float) -> float:
        return min(size, width / self._text.width(line))


def widget_box(widget: generic.DictionaryObject) -> Box:
    """Return the widget's size. Raises EngineError `signing.field_damaged` if nothing can be drawn in it."""
    try:
        left, low, right, high = (float(side) for side in widget["/Rect"])
    except (KeyError, TypeError, ValueError) as wrong:
        raise EngineError("signing.field_damaged", reason="rect") from wrong
    width, height = abs(right - left), abs(high - low)
    if width < SMALLEST_WIDGET or height < SMALLEST_WIDGET:
        raise EngineError("signing.field_damaged", reason="too_small")
    return Box(min(left, right), min(low, high), width, height)


def _form(
    writer: IncrementalPdfFileWriter, box: Box, content: bytes, resources: generic.DictionaryObject | None = None
) -> generic.Reference:
    stream = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(_number(side) for side in (0, 0, box.width, box.height)),
            pdf_name("/Resources"): resources or generic.DictionaryObject(),  # type: ignore[no-untyped-call]
            pdf_name("/Filter"): pdf_name("/FlateDecode"),
        },
        encoded_data=content,
    )
    return writer.add_object(stream).reference


def _number(value: float) -> generic.FloatObject:
    return generic.FloatObject(f"{value:.2f}")  # type: ignore[no-untyped-call]


def _indirect(reference: generic.Reference) -> generic.IndirectObject:
    return generic.IndirectObject(reference.idnum, reference.generation, reference.pdf)  # type: ignore[no-untyped-call]
