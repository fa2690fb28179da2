"""Round red seals (公章) as vector drawing, the authority's and enterprises': ring, star, and the name along the arc.

Decides the seal's look, after the rules for state organs' seals (国发〔1999〕25号: round, a five-pointed star in the
middle, the name in Song face from left to right around it). Drawn once per office in a square of 100 units and then
reused.
"""

from __future__ import annotations

import math

from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.lettering import Face, numbers, placed

SIDE = 100.0
RED = b"0.85 0.07 0.1"
LONGEST_NAME = 30
_MIDDLE = SIDE / 2
_LINE = 2.8
_RING = SIDE / 2 - _LINE / 2 - 0.2
_STAR = 16.5
_TEXT_OUTER = 44.2
_TEXT_HEIGHT = 14.6
_FULL_HEIGHT = 18
"""Characters that a company's name may have before they are set lower as well as narrower."""
_FULL_STEP = math.radians(27)
_WIDEST_ARC = math.radians(270)
_EM_MIDDLE = 0.38
"""Where the middle of a Chinese character lies above its base line, in ems."""
_CIRCLE = 0.5522847498
"""The control length that makes a cubic curve a quarter circle."""


def seal_drawing(office_name: str, face: Face) -> bytes:
    """Return operators that draw the seal in a square of `SIDE` units.

    Raises EngineError `signing.office_name_invalid` (empty, too long to be read on a ring) or `signing.glyph_missing`.
    """
    name = "".join(office_name.split())
    if not 2 <= len(name) <= LONGEST_NAME:
        raise EngineError("signing.office_name_invalid", length=len(name))
    return _drawing(name, face, _TEXT_HEIGHT)


def company_drawing(company: str, face: Face) -> bytes:
    """Return operators that draw an enterprise's seal (公章) in a square of `SIDE` units, whatever the length of its name.

    Raises EngineError `signing.glyph_missing`.
    """
    name = "".join(company.split())
    return _drawing(name, face, _TEXT_HEIGHT * min(1.0, math.sqrt(_FULL_HEIGHT / len(name))))


def _drawing(name: str, face: Face, height: float) -> bytes:
    parts = [b"%s RG %s rg" % (RED, RED), _ring(), _star(), *_lettering(name, face, height)]
    return b"q\n%s\nQ" % b"\n".join(parts)


def _ring() -> bytes:
    r, k, m = _RING, _RING * _CIRCLE, _MIDDLE
    quarters = [
        (m + r, m + k, m + k, m + r, m, m + r),
        (m - k, m + r, m - r, m + k, m - r, m),
        (m - r, m - k, m - k, m - r, m, m - r),
        (m + k, m - r, m + r, m - k, m + r, m),
    ]
    curves = b"\n".join(b"%s c" % numbers(quarter) for quarter in quarters)
    return b"%s w\n%s m\n%s\ns" % (numbers((_LINE,)), numbers((m + r, m)), curves)


def _star() -> bytes:
    inner = _STAR * math.sin(math.radians(18)) / math.sin(math.radians(54))
    corners = [_polar(inner if corner % 2 else _STAR, math.pi / 2 + corner * math.pi / 5) for corner in range(10)]
    first, *others = corners
    lines = b"\n".join(b"%s l" % numbers(corner) for corner in others)
    return b"%s m\n%s\nh f" % (numbers(first), lines)


def _lettering(name: str, face: Face, height: float) -> list[bytes]:
    step = min(_FULL_STEP, _WIDEST_ARC / max(len(name) - 1, 1))
    radius = _TEXT_OUTER - height / 2
    # Many characters are set narrower, never lower; the gap at their feet is what decides.
    room = step * (_TEXT_OUTER - height * 0.72)
    drawn = []
    for place, character in enumerate(name):
        outline = face.outline(character)
        angle = math.pi / 2 + (len(name) - 1) * step / 2 - place * step
        squeeze = min(1.0, room / (outline.advance * height))
        drawn.append(placed(outline.path, _upright(angle, radius, squeeze, outline.advance, height)))
    return drawn


def _upright(
    angle: float, radius: float, squeeze: float, advance: float, height: float
) -> tuple[float, float, float, float, float, float]:
    """Return the matrix that puts an em-sized character on the ring, its feet towards the middle."""
    turn = angle - math.pi / 2
    cos, sin = math.cos(turn), math.sin(turn)
    wide, high = height * squeeze, height
    x, y = _polar(radius, angle)
    dx, dy = -advance / 2 * wide, -_EM_MIDDLE * high
    return (cos * wide, sin * wide, -sin * high, cos * high, x + cos * dx - sin * dy, y + sin * dx + cos * dy)


def _polar(radius: float, angle: float) -> tuple[float, float]:
    return (_MIDDLE + radius * math.cos(angle), _MIDDLE + radius * math.sin(angle))
