"""Decides which characters can be printed, and holds the fonts of this process.

Leaves to others: what people may type at all. The main font is WenQuanYi Zen Hei: text set in Noto CJK by wkhtmltopdf
is extracted as wrong characters. Noto Sans CJK only lends glyphs the main font lacks (names with CJK Extension B and
later); their text is mended in the finish pass (`extraction`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

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
_Step = tuple[str, tuple[_Point, ...]]
_UNPRINTABLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


@dataclass(frozen=True)
class _Trace:
    """A glyph's outline and width in parts of an em."""

    steps: tuple[_Step, ...]
    width: float


class Fonts:
    """The main font and its fallback, found below one folder, each opened once and only when needed."""

    def __init__(self, folder: Path) -> None:
        """Find the fonts; raises `EngineError` `contract.font_missing` without the main one."""
        main = _find(folder, _MAIN)
        if main is None:
            raise EngineError("contract.font_missing", font=_MAIN)
        self._main_file = main
        self._traces: dict[str, _Trace] = {}
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

    def lent(self, text: str) -> str:
        """Return the characters of `text` the main font lacks, each once."""
        return "".join(one for one in dict.fromkeys(text) if one not in _BREAKS and ord(one) not in self._main)

    @staticmethod
    def is_main(base_font: str) -> bool:
        """Say whether a font of a PDF is the main one; a subset's name has a tag in front."""
        return base_font.strip("/").rpartition("+")[2].startswith(NAME)

    def fallback_glyphs(self) -> tuple[Any, Mapping[int, str], float] | None:
        """Return the fallback font's glyphs, its character map and its units in an em; None where it is not installed."""
        if self._fallback_file is None:
            return None
        font = self._fallback_font
        return font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm

    def width(self, text: str, size: float) -> float:
        """Return how wide `outline` draws `text`."""
        return sum(self._trace(character).width for character in text) * size

    def outline(self, text: str, path: PDFPathObject, left: float, base: float, size: float) -> None:
        """Add the outlines of `text` to `path` (so that it is no extractable text)."""
        draw: dict[str, Callable[..., None]] = {
            "moveTo": path.moveTo,
            "lineTo": path.lineTo,
            "curveTo": path.curveTo,
            "closePath": path.close,
        }
        for character in text:
            trace = self._trace(character)
            for step, points in trace.steps:
                draw[step](*(edge for x, y in points for edge in (left + x * size, base + y * size)))
            left += trace.width * size

    def _trace(self, character: str) -> _Trace:
        """Return a glyph's outline in parts of an em; read from the font once."""
        if character not in self._traces:
            glyphs = self._font.getGlyphSet()
            glyph, em = glyphs[self._main[ord(character)]], self._font["head"].unitsPerEm
            pen = _TracePen(glyphs, em)
            glyph.draw(pen)
            self._traces[character] = _Trace(tuple(pen.steps), glyph.width / em)
        return self._traces[character]

    @cached_property
    def _font(self) -> TTFont:
        return TTFont(self._main_file, fontNumber=0, lazy=True)

    @cached_property
    def _main(self) -> Mapping[int, str]:
        best: Mapping[int, str] = self._font.getBestCmap()
        return best

    @cached_property
    def _fallback(self) -> frozenset[int]:
        return frozenset() if self._fallback_file is None else frozenset(self._fallback_font.getBestCmap())

    @cached_property
    def _fallback_font(self) -> TTFont:
        return TTFont(self._fallback_file, fontNumber=0, lazy=True)


class _TracePen(BasePen):  # type: ignore[misc]  # fontTools has no types
    """Records a glyph's outline in parts of an em, all curves cubic."""

    def __init__(self, glyphs: object, em: float) -> None:
        super().__init__(glyphs)
        self._em = em
        self.steps: list[_Step] = []

    def _moveTo(self, pt: _Point) -> None:  # noqa: N802 - fontTools calls it so
        self._note("moveTo", pt)

    def _lineTo(self, pt: _Point) -> None:  # noqa: N802 - fontTools calls it so
        self._note("lineTo", pt)

    def _curveToOne(self, pt1: _Point, pt2: _Point, pt3: _Point) -> None:  # noqa: N802 - fontTools calls it so
        self._note("curveTo", pt1, pt2, pt3)

    def _closePath(self) -> None:  # noqa: N802 - the base class names it
        self._note("closePath")

    def _note(self, step: str, *points: _Point) -> None:
        self.steps.append((step, tuple((x / self._em, y / self._em) for x, y in points)))


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
