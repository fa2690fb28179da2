"""Traces the ink of a picture: dark lines on light paper become outlines, of which nothing of the file is left.

Decides what is ink and how its edge is followed, and measures it. Whether that is a signature is the domain's to judge
(`domain/picture`); what cannot be followed within bounds is refused here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

from PIL import Image, ImageFilter

from services.signing.adapters.engine.png import refused

Point: TypeAlias = tuple[float, float]
Loop: TypeAlias = list[Point]
DARK = 160
"""Of 255: what is darker is ink."""
FINEST = 640
"""Pixels of the ink's longer side while it is traced: four in a point of the page, more than a printer shows."""
COARSE = 160
"""The same while its thickness is measured."""
MOST_CROSSINGS = 60
"""Lines a pen has drawn across one row of pixels, on the average; a page of print or a photograph has more."""
TOLERANCE = 0.5
"""Pixels by which an outline may run beside the edge."""


@dataclass(frozen=True, slots=True)
class Trace:
    """The ink of a picture, in pixels of the size it was traced at; `width` and `height` are those of the whole picture."""

    width: int
    height: int
    outlines: tuple[tuple[Point, ...], ...]
    """Closed, filled by the even-odd rule."""
    thickness: float
    """Of the thickest place."""


def trace(picture: Image.Image) -> Trace | None:
    """Return the ink of a picture in greys, None where there is none. Raises EngineError `signing.picture_invalid`: `confused`."""
    box = _ink(picture).getbbox()
    if box is None:
        return None
    scale = min(1.0, FINEST / max(box[2] - box[0], box[3] - box[1]))
    width, height = (math.ceil(side * scale) for side in picture.size)
    left, top = (side * scale for side in box[:2])
    size = (max(1, round((box[2] - box[0]) * scale)), max(1, round((box[3] - box[1]) * scale)))
    mask = _ink(picture.resize(size, Image.Resampling.BOX, box=box))
    padded = Image.new("L", (size[0] + 2, size[1] + 2))
    padded.paste(mask, (1, 1))
    _require_lines(padded)
    loops = (_thinned(loop) for loop in _loops(padded))
    inside = tuple(
        tuple((min(left + x - 1, width), min(top + y - 1, height)) for x, y in loop) for loop in loops if len(loop) > 2
    )
    return Trace(width, height, inside, _thickness(padded))


def _ink(picture: Image.Image) -> Image.Image:
    return picture.point(lambda value: 255 if value < DARK else 0)


def _require_lines(mask: Image.Image) -> None:
    lines, wide = mask.tobytes(), mask.width
    rows = [lines[at : at + wide] for at in range(0, len(lines), wide)]
    crossings = [count for row in rows if (count := row.count(b"\x00\xff"))]
    if sum(crossings) > MOST_CROSSINGS * max(len(crossings), 1):
        raise refused("confused")


def _thickness(mask: Image.Image) -> float:
    """Peel the ink until none is left; every layer is a pixel on both sides."""
    scale = min(1.0, COARSE / max(mask.size))
    size = (max(1, round(mask.width * scale)), max(1, round(mask.height * scale)))
    rest = mask.resize(size, Image.Resampling.BOX).point(lambda value: 255 if value == 255 else 0)
    rest = _framed(rest)
    layers = 0
    while rest.getbbox() is not None:
        rest, layers = rest.filter(ImageFilter.MinFilter(3)), layers + 1
    return 2 * layers / scale


def _framed(mask: Image.Image) -> Image.Image:
    framed = Image.new("L", (mask.width + 4, mask.height + 4))
    framed.paste(mask, (2, 2))
    return framed


def _loops(mask: Image.Image) -> list[Loop]:
    """Follow the edges between ink and paper, ink on the right hand; the points are the middles of their pixels' sides."""
    follows = _edges(mask)
    found = []
    while follows:
        start = next(iter(follows))
        loop, at = [], start
        while True:
            ends = follows[at]
            end = ends.pop()
            if not ends:
                del follows[at]
            loop.append(((at[0] + end[0]) / 2, (at[1] + end[1]) / 2))
            at = end
            if at == start:
                break
        found.append(loop)
    return found


def _edges(mask: Image.Image) -> dict[tuple[int, int], list[tuple[int, int]]]:
    cells, wide = mask.tobytes(), mask.width
    follows: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for at, cell in enumerate(cells):
        if not cell:
            continue
        y, x = divmod(at, wide)
        if not cells[at - wide]:
            follows.setdefault((x, y), []).append((x + 1, y))
        if not cells[at + 1]:
            follows.setdefault((x + 1, y), []).append((x + 1, y + 1))
        if not cells[at + wide]:
            follows.setdefault((x + 1, y + 1), []).append((x, y + 1))
        if not cells[at - 1]:
            follows.setdefault((x, y + 1), []).append((x, y))
    return follows


def _thinned(loop: Loop) -> Loop:
    """Leave out points that lie on the line between others, within `TOLERANCE` (Douglas and Peucker)."""
    far = max(range(len(loop)), key=lambda place: math.dist(loop[0], loop[place]))
    kept = {0, far}
    waiting = [(0, far), (far, len(loop))]
    closed = [*loop, loop[0]]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        place, away = _farthest(closed, first, last)
        if away > TOLERANCE:
            kept.add(place)
            waiting += [(first, place), (place, last)]
    return [loop[place] for place in sorted(kept)]


def _farthest(points: Loop, first: int, last: int) -> tuple[int, float]:
    (ax, ay), (bx, by) = points[first], points[last]
    dx, dy = bx - ax, by - ay
    length = math.hypot(dx, dy)
    best, most = first, -1.0
    for place in range(first + 1, last):
        x, y = points[place]
        away = abs(dx * (y - ay) - dy * (x - ax)) / length if length else math.hypot(x - ax, y - ay)
        if away > most:
            best, most = place, away
    return best, most
