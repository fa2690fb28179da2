"""Text as outlines: characters drawn as paths taken from an installed font, so that no font has to travel in the PDF.

Decides how a line of text becomes path operators. A whole Chinese font is 5 MB and over a second of work per signature;
a dozen outlines are two kilobytes. What is drawn this way cannot be searched: whoever places it repeats it in the
signature's dictionary. A character without an outline stops the job; a box is never printed.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont, TTLibError

from services.common.kit.errors import Kind
from services.signing.adapters.engine.errors import EngineError

TEXT_FAMILIES = ("WenQuanYi Zen Hei", "Noto Sans CJK SC")
SEAL_FAMILIES = ("Noto Serif CJK SC:bold", "WenQuanYi Zen Hei")
"""A Song face (宋体), as the rules for official seals ask; the second is what is left when none is installed."""
_FIND_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Outline:
    """A character in units of the em: its advance and its path operators."""

    advance: float
    path: bytes


class Typeface:
    """One installed font; outlines are read when first used and then held."""

    def __init__(self, path: Path, number: int = 0) -> None:
        """Open a font file; `number` counts within a collection. Raises EngineError `signing.font_missing`."""
        try:
            self._font = TTFont(path, fontNumber=number if path.suffix.lower() in {".ttc", ".otc"} else -1, lazy=True)
        except (OSError, TTLibError) as wrong:
            raise EngineError("signing.font_missing", Kind.UNAVAILABLE) from wrong
        self._codes: dict[int, str] = self._font.getBestCmap()
        self._glyphs = self._font.getGlyphSet()
        self._em: int = self._font["head"].unitsPerEm
        self._held: dict[str, Outline] = {}

    @classmethod
    def installed(cls, families: Sequence[str]) -> Typeface:
        """Return the first of the families that fontconfig knows. Raises EngineError `signing.font_missing`."""
        return cls(*installed_file(families))

    def outline(self, character: str) -> Outline:
        """Return a character's outline. Raises EngineError `signing.glyph_missing` with the code point."""
        if character not in self._held:
            name = self._codes.get(ord(character))
            if name is None:
                raise EngineError("signing.glyph_missing", code_point=f"U+{ord(character):04X}")
            pen = _PathPen(self._glyphs, 1 / self._em)
            glyph = self._glyphs[name]
            glyph.draw(pen)
            self._held[character] = Outline(glyph.width / self._em, b"\n".join(pen.operators))
        return self._held[character]

    def width(self, text: str) -> float:
        """Return the width of a line in units of its size."""
        return sum(self.outline(character).advance for character in text)

    def line(self, text: str, x: float, y: float, size: float) -> bytes:
        """Return operators that fill `text` from the point (x, y) on the base line, `size` points high."""
        parts = []
        for character in text:
            outline = self.outline(character)
            if outline.path:
                parts.append(placed(outline.path, (size, 0, 0, size, x, y)))
            x += outline.advance * size
        return b"\n".join(parts)


def placed(path: bytes, matrix: tuple[float, float, float, float, float, float]) -> bytes:
    """Return operators that fill a path under a transformation."""
    return b"q %s cm\n%s\nf Q" % (numbers(matrix), path)


def numbers(values: Iterable[float]) -> bytes:
    """Return numbers as PDF writes them: plain decimals, no exponent."""
    return b" ".join(number(value) for value in values)


def number(value: float) -> bytes:
    """Return one number with at most four decimals."""
    written = f"{value:.4f}".rstrip("0").rstrip(".")
    return b"0" if written == "-0" else written.encode("ascii")


@lru_cache(maxsize=8)
def _find(family: str) -> tuple[Path, int] | None:
    wanted = family.partition(":")[0]
    try:
        answer = subprocess.run(  # noqa: S603 - no shell; families are constants or settings
            ["fc-match", "--format=%{file}\t%{index}\t%{family}", family],  # noqa: S607 - found on PATH
            capture_output=True,
            check=True,
            timeout=_FIND_SECONDS,
            encoding="utf-8",
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    file, _, rest = answer.partition("\t")
    index, _, families = rest.partition("\t")
    # fontconfig always names some font; only the family asked for will do.
    return (Path(file), int(index) & 0xFFFF) if wanted in families.split(",") else None


def installed_file(families: Sequence[str]) -> tuple[Path, int]:
    """Return file and number within it of the first family fontconfig knows. Raises EngineError `signing.font_missing`."""
    for family in families:
        found = _find(family)
        if found:
            return found
    raise EngineError("signing.font_missing", Kind.UNAVAILABLE, families=list(families))


class _PathPen(BasePen):  # type: ignore[misc]
    """Writes a glyph as PDF path operators; the base class turns quadratic curves into cubic ones."""

    def __init__(self, glyphs: object, scale: float) -> None:
        super().__init__(glyphs)
        self._scale = scale
        self.operators: list[bytes] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - the base class names it
        self._write(b"m", pt)

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - the base class names it
        self._write(b"l", pt)

    def _curveToOne(  # noqa: N802 - the base class names it
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self._write(b"c", pt1, pt2, pt3)

    def _closePath(self) -> None:  # noqa: N802 - the base class names it
        self.operators.append(b"h")

    def _endPath(self) -> None:  # noqa: N802 - the base class names it
        self.operators.append(b"h")

    def _write(self, operator: bytes, *points: tuple[float, float]) -> None:
        flat = [coordinate * self._scale for point in points for coordinate in point]
        self.operators.append(b"%s %s" % (numbers(flat), operator))
