"""Decides what text a reader finds behind the glyphs lent by the fallback font: exactly the characters that were typed.

wkhtmltopdf draws such a glyph (names with CJK Extension B and later) and writes no character for it, so that the name is
seen and cannot be searched, copied or compared. Here each glyph of the subset is recognised by its outline among the
characters that are in the document, and the font gets a table (ToUnicode) of its own. A glyph that is not
recognised beyond doubt stops the document: nobody signs a name that reads as another.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from fontTools.pens.areaPen import AreaPen
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.momentsPen import MomentsPen
from fontTools.ttLib import TTFont
from pikepdf import Dictionary, Name

from services.contract.adapters.rendering.errors import RenderError
from services.contract.adapters.rendering.fonts import Fonts

_NEAR = 0.004
"""How far two outlines of one glyph lie apart at most, in parts of an em: converting its curves rounds a little."""
_CLEAR = 2.0
"""How many times nearer the best character is than the next."""
_HEAD = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
"""
_FOOT = """endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""
_BLOCK = 100
"""The most entries a block of a CMap may have."""


@dataclass(frozen=True)
class _Form:
    """An outline in figures, in parts of an em: box, area and centre of mass."""

    figures: tuple[float, ...]

    @classmethod
    def of(cls, glyphs: Any, name: str, em: float) -> _Form | None:
        """Measure a glyph; None for one without an outline."""
        box, area, mass = BoundsPen(glyphs), AreaPen(glyphs), MomentsPen(glyphs)
        for pen in (box, area, mass):
            glyphs[name].draw(pen)
        if box.bounds is None or not mass.area:
            return None
        centre = (mass.momentX / mass.area, mass.momentY / mass.area)
        spread = (math.sqrt(abs(mass.momentXX / mass.area)), math.sqrt(abs(mass.momentYY / mass.area)))
        lengths = (*box.bounds, math.sqrt(abs(area.value)), *centre, *spread)
        return cls(tuple(one / em for one in lengths))

    def apart(self, other: _Form) -> float:
        """Return the largest difference of a figure."""
        return max(abs(one - two) for one, two in zip(self.figures, other.figures, strict=True))


def mend_text(pdf: pikepdf.Pdf, fonts: Fonts, text: str) -> None:
    """Give every lent glyph of `pdf` the character of `text` it stands for.

    Raises `RenderError` `text_unclear` for a glyph that is not recognised.
    """
    lent = fonts.lent(text)
    if not lent:
        return
    source = fonts.fallback_glyphs()
    if source is None:
        return
    glyphs, names, em = source
    known = {character: form for character in lent if (form := _Form.of(glyphs, names[ord(character)], em))}
    for font in _composite(pdf):
        if not fonts.is_main(str(font.BaseFont)):
            font.ToUnicode = pdf.make_stream(_table(_read(font, known)).encode())


def _composite(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    for item in pdf.objects:
        if isinstance(item, Dictionary) and item.get(Name.Subtype) == Name.Type0:
            yield item


def _read(font: pikepdf.Dictionary, known: dict[str, _Form]) -> dict[int, str]:
    """Return glyph number -> character of a subset; its CIDs are its glyph numbers."""
    descendant = font.DescendantFonts[0]
    if Name.FontFile2 not in descendant.FontDescriptor or descendant.get(Name.CIDToGIDMap) != Name.Identity:
        raise RenderError("text_unclear")
    with TTFont(io.BytesIO(descendant.FontDescriptor.FontFile2.read_bytes()), lazy=True) as subset:
        glyphs, em = subset.getGlyphSet(), subset["head"].unitsPerEm
        found = {}
        for number, name in enumerate(subset.getGlyphOrder()):
            form = _Form.of(glyphs, name, em)
            if number and form is not None:
                found[number] = _nearest(form, known)
    return found


def _nearest(form: _Form, known: dict[str, _Form]) -> str:
    ranked = sorted((form.apart(other), character) for character, other in known.items())
    if not ranked or ranked[0][0] > _NEAR or (len(ranked) > 1 and ranked[1][0] < _CLEAR * ranked[0][0]):
        raise RenderError("text_unclear")
    return ranked[0][1]


def _table(characters: dict[int, str]) -> str:
    entries = [
        f"<{number:04X}> <{character.encode('utf-16-be').hex().upper()}>" for number, character in characters.items()
    ]
    blocks = [entries[start : start + _BLOCK] for start in range(0, len(entries), _BLOCK)]
    body = "".join("{} beginbfchar\n{}\nendbfchar\n".format(len(block), "\n".join(block)) for block in blocks)
    return _HEAD + body + _FOOT
