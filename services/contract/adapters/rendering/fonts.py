"""Decides which characters can be printed, and holds the fonts of this process.

Leaves to others: what people may type at all. The main font is WenQuanYi Zen Hei: text set in Noto CJK by wkhtmltopdf
is extracted as wrong characters. Noto Sans CJK only lends glyphs the main font lacks; those above U+FFFF (names with
CJK Extension B and later) are drawn but cannot be extracted or searched in the PDF.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase import ttfonts as reportlab_fonts
from reportlab.pdfgen.pathobject import PDFPathObject

from services.contract.adapters.rendering.errors import EngineError

NAME = "WenQuanYiZenHei"
_MAIN = "wqy-zenhei.ttc"
_FALLBACK = "NotoSansCJK-Regular.ttc"
_BREAKS = "\t\n\r"
_Point = tuple[float, float]
_UNPRINTABLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


class Fonts:
    """The main font and its fallback, found below one folder, each opened once and only when needed."""

    def __init__(self, folder: Path) -> None:
        """Find the fonts; raises `EngineError` `contract.font_missing` without the main one."""
        main = _find(folder, _MAIN)
        if main is None:
            raise EngineError("contract.font_missing", font=_MAIN)
        self._main_file = main
        self._fallback_file = _find(folder, _FALLBACK)

    def register(self) -> str:
        """Make the main font known to ReportLab and return its name there."""
        if NAME not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(reportlab_fonts.TTFont(NAME, str(self._main_file), subfontIndex=0))
        return NAME

    def check(self, typed: object) -> None:
        """Walk JSON values and stop at the first character without a visible glyph.

        Raises `EngineError` `contract.glyph_missing` with the character, its code point and the field's path.
        """
        for path, text in _texts(typed, ""):
            for character in text:
                if not self.can_print(character):
                    raise EngineError(
                        "contract.glyph_missing", character=character, codepoint=f"U+{ord(character):04X}", field=path
                    )

    def can_print(self, character: str) -> bool:
        """Say whether `character` has a visible form here; line breaks and tabs count as printable."""
        if character in _BREAKS:
            return True
        if unicodedata.category(character) in _UNPRINTABLE:
            return False
        return ord(character) in self._main or ord(character) in self._fallback

    def outline(self, text: str, path: PDFPathObject, left: float, base: float, size: float) -> float:
        """Add the outlines of `text` to `path` (so that it is no extractable text) and return where it ends."""
        glyphs = self._font.getGlyphSet()
        scale = size / self._font["head"].unitsPerEm
        for character in text:
            glyph = glyphs[self._main[ord(character)]]
            glyph.draw(_PathPen(glyphs, path, left, base, scale))
            left += glyph.width * scale
        return left

    @cached_property
    def _font(self) -> TTFont:
        return TTFont(self._main_file, fontNumber=0, lazy=True)

    @cached_property
    def _main(self) -> Mapping[int, str]:
        best: Mapping[int, str] = self._font.getBestCmap()
        return best

    @cached_property
    def _fallback(self) -> frozenset[int]:
        if self._fallback_file is None:
            return frozenset()
        with TTFont(self._fallback_file, fontNumber=0, lazy=True) as font:
            return frozenset(font.getBestCmap())


class _PathPen(BasePen):  # type: ignore[misc]  # fontTools has no types
    """Draws a glyph into a ReportLab path, scaled and moved."""

    def __init__(self, glyphs: object, path: PDFPathObject, left: float, base: float, scale: float) -> None:
        super().__init__(glyphs)
        self._path = path
        self._left = left
        self._base = base
        self._scale = scale

    def _moveTo(self, pt: _Point) -> None:  # noqa: N802 - fontTools calls it so
        self._path.moveTo(*self._place(pt))

    def _lineTo(self, pt: _Point) -> None:  # noqa: N802 - fontTools calls it so
        self._path.lineTo(*self._place(pt))

    def _curveToOne(self, pt1: _Point, pt2: _Point, pt3: _Point) -> None:  # noqa: N802 - fontTools calls it so
        self._path.curveTo(*self._place(pt1), *self._place(pt2), *self._place(pt3))

    def _closePath(self) -> None:  # noqa: N802 - the base class names it
        self._path.close()

    def _place(self, point: _Point) -> _Point:
        return self._left + point[0] * self._scale, self._base + point[1] * self._scale


def _find(folder: Path, name: str) -> Path | None:
    return min(folder.rglob(name), default=None)


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _texts(item, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, f"{path}[{index}]")
