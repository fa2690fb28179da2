"""Handwriting as vector ink: the strokes of a canvas become PDF paths within a box.

Decides what a usable signature is and how it is smoothed and scaled. Leaves to others where the box is and what stands
beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.lettering import number, numbers

LARGEST_CANVAS = 10_000
MOST_STROKES = 300
MOST_POINTS = 20_000
OVERSHOOT = 0.02
"""A finger leaves the canvas by a little; so far the point is taken, further out the input is refused."""
SHORTEST = 0.1
"""The least length of all strokes together, as a part of the canvas's longer side: a tap is no signature."""
_FULLER = 1.8
"""Small writing is enlarged to the box, but not beyond this times the size it had on the canvas."""
_CLOSE = 0.25
"""Points nearer than this (in points of the page) to the one before are left out ..."""
_SEGMENTS = 1500
"""... and where this many pieces would not be enough for the whole length, those further apart too: the size stays
bounded."""
INK = b"0.05 0.06 0.22"
"""The colour of a pen, whatever colour the canvas had."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page, in points from the lower left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Ink:
    """The strokes of one signature on a canvas of `width` x `height`, y counted downwards from the top."""

    width: float
    height: float
    strokes: tuple[tuple[Point, ...], ...]

    @classmethod
    def parse(cls, raw: object) -> Ink:
        """Read `{"width", "height", "strokes": [[[x, y], ...], ...]}`.

        Raises EngineError `signing.ink_invalid` with a `reason` for anything that is no handwriting on that canvas.
        """
        if not isinstance(raw, Mapping):
            raise _refused("shape")
        width, height = (coordinate(raw.get(side)) for side in ("width", "height"))
        if not (1 <= width <= LARGEST_CANVAS and 1 <= height <= LARGEST_CANVAS):
            raise _refused("canvas")
        strokes = tuple(tuple(_points(stroke, width, height)) for stroke in _bounded(raw.get("strokes")))
        ink = cls(width, height, tuple(stroke for stroke in strokes if stroke))
        if ink.length() < SHORTEST * max(width, height):
            raise _refused("empty")
        return ink

    def length(self) -> float:
        """Return the length of all strokes together, in units of the canvas."""
        return sum(math.dist(a, b) for stroke in self.strokes for a, b in pairwise(stroke))

    def drawing(self, box: Box) -> bytes:
        """Return operators that draw the ink in the middle of `box`, as large as fits."""
        pen = min(1.6, max(0.7, box.height * 0.028))
        placed = Placed.within(box, (self.width, self.height), self.strokes, pen)
        close = max(_CLOSE, self.length() * placed.scale / _SEGMENTS)
        paths = [_path([placed.point(one) for one in stroke], close) for stroke in self.strokes]
        return b"q %s RG %s w 1 J 1 j\n%s\nQ" % (INK, number(pen), b"\n".join(paths))


@dataclass(frozen=True, slots=True)
class Placed:
    """How a canvas, whose y is counted downwards, comes to lie in a box of the page."""

    scale: float
    left: float
    top: float

    @classmethod
    def within(
        cls, box: Box, canvas: tuple[float, float], lines: Sequence[Sequence[Point]], pen: float = 0.0
    ) -> Placed:
        """Return the place in the middle of `box`, as large as fits what is drawn with a pen so wide."""
        xs = [x for line in lines for x, _ in line]
        ys = [y for line in lines for _, y in line]
        wide, high = max(xs) - min(xs), max(ys) - min(ys)
        natural = min(box.width / canvas[0], box.height / canvas[1])
        scale = min((box.width - pen) / max(wide, 1e-6), (box.height - pen) / max(high, 1e-6), natural * _FULLER)
        left = box.x + (box.width - wide * scale) / 2 - min(xs) * scale
        top = box.y + (box.height + high * scale) / 2 + min(ys) * scale
        return cls(scale, left, top)

    def point(self, point: Point) -> Point:
        """Return where a point of the canvas lies on the page."""
        return self.left + point[0] * self.scale, self.top - point[1] * self.scale


def _refused(reason: str) -> EngineError:
    return EngineError("signing.ink_invalid", reason=reason)


def _bounded(strokes: object) -> Sequence[Sequence[object]]:
    if not isinstance(strokes, list | tuple) or not all(isinstance(stroke, list | tuple) for stroke in strokes):
        raise _refused("shape")
    if len(strokes) > MOST_STROKES or sum(len(stroke) for stroke in strokes) > MOST_POINTS:
        raise _refused("too_many_points")
    return strokes


def _points(stroke: Sequence[object], width: float, height: float) -> Iterator[Point]:
    for pair in stroke:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise _refused("shape")
        x, y = coordinate(pair[0]), coordinate(pair[1])
        if not (_within(x, width) and _within(y, height)):
            raise _refused("outside_canvas")
        yield x, y


def _within(value: float, side: float) -> bool:
    return -OVERSHOOT * side <= value <= (1 + OVERSHOOT) * side


def coordinate(value: object) -> float:
    """Return a number of a canvas. Raises EngineError `signing.ink_invalid`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refused("shape")
    if isinstance(value, int) and abs(value) > LARGEST_CANVAS * 2:  # too large an integer has no float
        raise _refused("outside_canvas")
    if not math.isfinite(value):
        raise _refused("not_a_number")
    return float(value)


def _path(points: list[Point], close: float) -> bytes:
    kept = _thinned(points, close)
    parts = [b"%s m" % numbers(kept[0])]
    if len(kept) == 1:  # a dot: a line of no length with round ends
        parts.append(b"%s l" % numbers(kept[0]))
    start = kept[0]
    # Each inner point is the control of a quadratic curve between the middles beside it: smooth through shaky input.
    for control, following in pairwise(kept[1:]):
        end = ((control[0] + following[0]) / 2, (control[1] + following[1]) / 2)
        parts.append(_curve(start, control, end))
        start = end
    if len(kept) > 1:
        parts.append(b"%s l" % short(kept[-1]))
    return b"\n".join((*parts, b"S"))


def _thinned(points: list[Point], close: float) -> list[Point]:
    kept = [points[0]]
    for point in points[1:]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) > close:
            kept.append(point)
    return kept


def _curve(start: Point, control: Point, end: Point) -> bytes:
    first = ((start[0] + 2 * control[0]) / 3, (start[1] + 2 * control[1]) / 3)
    second = ((end[0] + 2 * control[0]) / 3, (end[1] + 2 * control[1]) / 3)
    return b"%s %s %s c" % (short(first), short(second), short(end))


def short(point: Point) -> bytes:
    """Return a point as operands, to a hundredth of a point of the page."""
    return b"%.2f %.2f" % point
