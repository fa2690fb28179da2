"""What counts as a signature drawn by hand (手写签名): bounds that keep a page legible and a worker quick."""

from __future__ import annotations

import math

from services.signing.domain.errors import HandwritingInvalid

SIDE = (50, 4000)
STROKES = 200
POINTS = 5000
FEWEST_POINTS = 8
SMALLEST_PART = 0.1
"""Of the canvas' longer side: a dot is no signature."""


def check(width: int, height: int, strokes: tuple[tuple[tuple[float, float], ...], ...]) -> None:
    """Raise HandwritingInvalid for what nobody draws."""
    points = [point for stroke in strokes for point in stroke]
    if not all(SIDE[0] <= side <= SIDE[1] for side in (width, height)):
        raise HandwritingInvalid(field="handwriting.width")
    if len(strokes) > STROKES or not FEWEST_POINTS <= len(points) <= POINTS:
        raise HandwritingInvalid(field="handwriting.strokes")
    if not all(math.isfinite(x) and math.isfinite(y) and 0 <= x <= width and 0 <= y <= height for x, y in points):
        raise HandwritingInvalid(field="handwriting.strokes")
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if max(max(xs) - min(xs), max(ys) - min(ys)) < SMALLEST_PART * max(width, height):
        raise HandwritingInvalid(field="handwriting.strokes")
