"""Handwriting for people who do not exist: flowing strokes, the same for the same name."""

from __future__ import annotations

import hashlib
import math
import random
from io import BytesIO

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 600, 240
POINTS = 14
FINER = 2
"""Pixels of a picture to a unit of the canvas, as on a phone's screen."""


def signature(name: str) -> dict[str, object]:
    """Return strokes on a canvas."""
    return {"width": WIDTH, "height": HEIGHT, "strokes": _strokes(name)}


def _strokes(name: str) -> list[list[list[float]]]:
    """For each character a few curved strokes, joined to the next as a hurried hand does."""
    dice = random.Random(hashlib.sha256(name.encode()).digest())  # noqa: S311 - a drawing, not a secret
    cell = WIDTH / (len(name) + 0.6)
    strokes: list[list[list[float]]] = []
    for place in range(len(name)):
        left = cell * (place + 0.3)
        strokes.extend(_stroke(dice, left, cell * 0.9) for _ in range(dice.randint(3, 5)))
    strokes.append(_flourish(dice))
    return strokes


def picture(name: str) -> bytes:
    """Return the same as a PNG, as a canvas without background gives it."""
    image = Image.new("RGBA", (WIDTH * FINER, HEIGHT * FINER))
    pen = ImageDraw.Draw(image)
    for stroke in _strokes(name):
        points = [(x * FINER, y * FINER) for x, y in stroke]
        pen.line(points, fill=(20, 24, 70, 255), width=4 * FINER, joint="curve")
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def _stroke(dice: random.Random, left: float, size: float) -> list[list[float]]:
    x, y = left + dice.uniform(0.05, 0.5) * size, HEIGHT * dice.uniform(0.15, 0.6)
    angle = dice.choice((0.05, 0.1, 1.2, 1.45, 2.2)) + dice.uniform(-0.2, 0.2)
    bend, length = dice.uniform(-0.22, 0.22), size * dice.uniform(0.35, 0.75)
    points = []
    for _ in range(POINTS):
        points.append([round(min(max(x, 1), WIDTH - 1), 1), round(min(max(y, 1), HEIGHT - 1), 1)])
        x, y = x + math.cos(angle) * length / POINTS, y + math.sin(angle) * length / POINTS
        angle += bend * (1 if len(points) < POINTS * 0.7 else 3)
    return points


def _flourish(dice: random.Random) -> list[list[float]]:
    y = HEIGHT * dice.uniform(0.8, 0.9)
    return [[round(WIDTH * (0.08 + 0.84 * i / 24), 1), round(y + 12 * math.sin(i / 3.5), 1)] for i in range(25)]
