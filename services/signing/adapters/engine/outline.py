"""Handwriting as the outlines of its ink, which a picture was traced to: filled paths within a box.

The counterpart of `ink`, whose strokes have a pen; here the pen's breadth is in the outlines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.ink import INK, LARGEST_CANVAS, Box, Ink, Placed, Point, coordinate, short

MOST_OUTLINES = 2000
MOST_POINTS = 20_000


class Drawing(Protocol):
    """Handwriting that can be put on a page."""

    def drawing(self, box: Box) -> bytes:
        """Return operators that draw it in the middle of `box`, as large as fits."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The ink of one signature on a canvas of `width` x `height`, y counted downwards from the top."""

    width: float
    height: float
    outlines: tuple[tuple[Point, ...], ...]

    @classmethod
    def parse(cls, raw: Mapping[str, object]) -> Outline:
        """Read `{"width", "height", "outlines": [[[x, y], ...], ...]}`. Raises EngineError `signing.ink_invalid`."""
        width, height = (coordinate(raw.get(side)) for side in ("width", "height"))
        if not (1 <= width <= LARGEST_CANVAS and 1 <= height <= LARGEST_CANVAS):
            raise EngineError("signing.ink_invalid", reason="canvas")
        loops = raw.get("outlines")
        if not isinstance(loops, list | tuple) or not loops or not all(isinstance(one, list | tuple) for one in loops):
            raise EngineError("signing.ink_invalid", reason="shape")
        if len(loops) > MOST_OUTLINES or sum(map(len, loops)) > MOST_POINTS:
            raise EngineError("signing.ink_invalid", reason="too_many_points")
        return cls(width, height, tuple(tuple(_point(one, width, height) for one in loop) for loop in loops if loop))

    def drawing(self, box: Box) -> bytes:
        """Return operators that fill the ink in the middle of `box`, as large as fits."""
        placed = Placed.within(box, (self.width, self.height), self.outlines)
        paths = [_path([placed.point(one) for one in loop]) for loop in self.outlines]
        return b"q %s rg\n%s\nf*\nQ" % (INK, b"\n".join(paths))


def drawing_of(raw: object) -> Drawing:
    """Return handwriting as it is kept: outlines of a picture, or strokes. Raises EngineError `signing.ink_invalid`."""
    if isinstance(raw, Mapping) and "outlines" in raw:
        return Outline.parse(raw)
    return Ink.parse(raw)


def _point(pair: object, width: float, height: float) -> Point:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise EngineError("signing.ink_invalid", reason="shape")
    x, y = coordinate(pair[0]), coordinate(pair[1])
    if not (0 <= x <= width and 0 <= y <= height):
        raise EngineError("signing.ink_invalid", reason="outside_canvas")
    return x, y


def _path(points: list[Point]) -> bytes:
    first, *others = points
    return b"\n".join((b"%s m" % short(first), *(b"%s l" % short(one) for one in others), b"h"))
