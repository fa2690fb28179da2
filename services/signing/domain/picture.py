"""What counts as a picture of a signature drawn by hand: judged by the ink that was traced in it.

The same demands as of strokes (`handwriting`), and two that only a picture can miss: it is lines, not a surface, and little
enough of them to be drawn at once. The picture itself is not kept, only its hash.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass

from services.signing.domain.errors import HandwritingInvalid
from services.signing.domain.handwriting import SMALLEST_PART, Drawing, Point

LARGEST_FILE = 256 * 1024
FIELD = "picture"
OUTLINES = 1000
POINTS = 12_000
THICKEST = 0.125
"""Of the picture's longer side: a brush is thinner than that, a block is not."""
MOST_INK = 0.4
"""Of the picture's surface."""
LEAST_MARK = 0.02
"""Of the longer side: smaller marks may be dust and count for nothing, though they are drawn."""


@dataclass(frozen=True)
class Trace:
    """The ink of a picture as outlines in its canvas, y downwards; `thickness` of its thickest place."""

    width: int
    height: int
    outlines: tuple[tuple[Point, ...], ...]
    thickness: float


def require_size(picture: bytes) -> None:
    """Raise HandwritingInvalid for more bytes than a drawing has, before anybody reads them."""
    if not 0 < len(picture) <= LARGEST_FILE:
        raise HandwritingInvalid(field=FIELD, reason="size")


def accepted(picture: bytes, trace: Trace | None) -> Drawing:
    """Return what is kept of a picture. Raises HandwritingInvalid with a `reason`: `blank`, `speck`, `solid`, `confused`."""
    if trace is None or not trace.outlines:
        raise HandwritingInvalid(field=FIELD, reason="blank")
    reason = next(_faults(trace), None)
    if reason is not None:
        raise HandwritingInvalid(field=FIELD, reason=reason)
    outlines = [[list(point) for point in one] for one in trace.outlines]
    ink = {"width": trace.width, "height": trace.height, "outlines": outlines}
    return Drawing.of(ink, picture_sha256=hashlib.sha256(picture).hexdigest())


def _faults(trace: Trace) -> Iterator[str]:
    if len(trace.outlines) > OUTLINES or sum(map(len, trace.outlines)) > POINTS:
        yield "confused"
    longer = max(trace.width, trace.height)
    extents = [_extent(one) for one in trace.outlines]
    marks = sum(one for one in extents if one >= LEAST_MARK * longer)
    whole = _extent(tuple(point for one in trace.outlines for point in one))
    if min(marks, whole) < SMALLEST_PART * longer:
        yield "speck"
    area = abs(sum(_area(one) for one in trace.outlines))
    if trace.thickness > THICKEST * longer or area > MOST_INK * trace.width * trace.height:
        yield "solid"


def _extent(points: tuple[Point, ...]) -> float:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return max(max(xs) - min(xs), max(ys) - min(ys))


def _area(points: tuple[Point, ...]) -> float:
    """Return the area within, negative for a hole: its outline runs the other way round."""
    following = (*points[1:], points[0])
    return math.fsum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(points, following, strict=True)) / 2
