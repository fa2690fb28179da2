"""What counts as a signature drawn by hand (手写签名): bounds that keep a page legible and a worker quick.

Stricter than the engine that draws it: what is accepted here is never refused later, when nobody is there to draw again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Self, TypeAlias

from services.signing.domain.errors import HandwritingInvalid

Point: TypeAlias = tuple[float, float]
Strokes: TypeAlias = tuple[tuple[Point, ...], ...]

SIDE = (50, 4000)
STROKES = 200
POINTS = 5000
FEWEST_POINTS = 8
SMALLEST_PART = 0.1
"""Of the canvas' longer side, for the extent and for the length drawn: neither a dot nor a spray of taps is a signature."""


@dataclass(frozen=True)
class Drawing:
    """A signature drawn by hand as it is kept. `ink` is what will be drawn, as JSON: personal, sealed at rest."""

    ink: str
    picture_sha256: str = ""
    """Of the picture it was traced from; empty where strokes were handed in."""

    @classmethod
    def of(cls, ink: Mapping[str, object], picture_sha256: str = "") -> Self:
        """Return it."""
        return cls(json.dumps(ink), picture_sha256)


def drawn(width: int, height: int, strokes: Strokes) -> Drawing:
    """Return what is kept of strokes. Raises HandwritingInvalid."""
    check(width, height, strokes)
    return Drawing.of({"width": width, "height": height, "strokes": strokes})


def check(width: int, height: int, strokes: Strokes) -> None:
    """Raise HandwritingInvalid for what nobody draws; `field` says whether canvas or strokes are at fault."""
    if not all(SIDE[0] <= side <= SIDE[1] for side in (width, height)):
        raise HandwritingInvalid(field="handwriting.width")
    if not all(_rules(width, height, strokes)):
        raise HandwritingInvalid(field="handwriting.strokes")


def _rules(width: int, height: int, strokes: Strokes) -> Iterator[bool]:
    """Yield whether each rule holds, cheap ones first."""
    points = [point for stroke in strokes for point in stroke]
    yield len(strokes) <= STROKES and all(strokes)
    yield FEWEST_POINTS <= len(points) <= POINTS
    yield all(math.isfinite(x) and math.isfinite(y) and 0 <= x <= width and 0 <= y <= height for x, y in points)
    least = SMALLEST_PART * max(width, height)
    xs, ys = [x for x, _ in points], [y for _, y in points]
    yield max(max(xs) - min(xs), max(ys) - min(ys)) >= least
    yield sum(math.dist(a, b) for stroke in strokes for a, b in pairwise(stroke)) >= least
