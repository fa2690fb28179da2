"""Handwriting: what is taken as a signature, and that it stays inside its box."""

from __future__ import annotations

import re
from typing import Any

import pytest

from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.ink import MOST_POINTS, MOST_STROKES, Box, Ink
from tests.adapters.signing.sample import ink

LINE = [[10, 10], [200, 90]]


def with_strokes(strokes: Any) -> dict[str, Any]:
    """Return an ink argument on a canvas of 400 x 100."""
    return {"width": 400, "height": 100, "strokes": strokes}


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (None, "shape"),
        ("strokes", "shape"),
        (with_strokes(None), "shape"),
        (with_strokes("abc"), "shape"),
        (with_strokes([1]), "shape"),
        (with_strokes([[1]]), "shape"),
        (with_strokes([[[1, 2, 3]]]), "shape"),
        (with_strokes([[["1", "2"]]]), "shape"),
        (with_strokes([[[True, False]]]), "shape"),
        (with_strokes([[{"x": 1, "y": 2}]]), "shape"),
        (with_strokes([[[float("nan"), 1]]]), "not_a_number"),
        (with_strokes([[[float("inf"), 1]]]), "not_a_number"),
        (with_strokes([[[10**400, 1]]]), "outside_canvas"),
        (with_strokes([[[420, 50], [10, 10]]]), "outside_canvas"),
        (with_strokes([[[10, -20], [10, 10]]]), "outside_canvas"),
        (with_strokes([]), "empty"),
        (with_strokes([[]]), "empty"),
        (with_strokes([[[10, 10]]]), "empty"),
        (with_strokes([[[10, 10], [12, 11]]]), "empty"),
        (with_strokes([LINE] * (MOST_STROKES + 1)), "too_many_points"),
        (with_strokes([[[1, 1]] * (MOST_POINTS + 1)]), "too_many_points"),
        (with_strokes([LINE]) | {"width": 0}, "canvas"),
        (with_strokes([LINE]) | {"height": -5}, "canvas"),
        (with_strokes([LINE]) | {"width": 1e9}, "canvas"),
        (with_strokes([LINE]) | {"width": float("nan")}, "not_a_number"),
        (with_strokes([LINE]) | {"width": None}, "shape"),
    ],
)
def test_what_is_no_handwriting_is_refused_with_a_reason(raw: Any, reason: str) -> None:
    with pytest.raises(EngineError) as refused:
        Ink.parse(raw)

    assert refused.value.code == "signing.ink_invalid"
    assert refused.value.context["reason"] == reason


def test_a_finger_may_leave_the_canvas_by_a_little() -> None:
    assert Ink.parse(with_strokes([[[-4, 50], [404, 101]]])).strokes == (((-4.0, 50.0), (404.0, 101.0)),)


@pytest.mark.parametrize("box", [Box(10, 20, 180, 50), Box(0, 0, 60, 60), Box(5, 5, 20, 90)])
@pytest.mark.parametrize(
    "raw",
    [
        ink(1),
        ink(3),
        with_strokes([LINE]),
        with_strokes([[[0, 0], [400, 0]]]),
        with_strokes([[[200, 0], [200, 100]], [[10, 10]]]),
    ],
)
def test_drawing_stays_inside_its_box(raw: dict[str, Any], box: Box) -> None:
    drawn = Ink.parse(raw).drawing(box).decode()

    points = [
        tuple(map(float, pair))
        for pair in re.findall(r"(-?[\d.]+) (-?[\d.]+)(?= (?:m|l|c|-?[\d.]+ -?[\d.]+))", _paths(drawn))
    ]
    assert points
    assert all(box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height for x, y in points)


def test_drawing_keeps_up_up_and_the_proportions() -> None:
    drawn = Ink.parse(with_strokes([[[0, 0], [100, 100]]])).drawing(Box(0, 0, 100, 100)).decode()

    start, end = (tuple(map(float, pair)) for pair in re.findall(r"^(\S+) (\S+) [ml]$", drawn, re.MULTILINE))
    assert start[0] < end[0]
    assert start[1] > end[1]  # the canvas counts downwards, the page upwards
    assert end[0] - start[0] == pytest.approx(start[1] - end[1], abs=0.1)


def test_the_largest_input_taken_stays_a_bounded_drawing() -> None:
    dense = with_strokes([[[step / 50, 50 + 40 * (-1) ** step] for step in range(MOST_POINTS)]])

    assert len(Ink.parse(dense).drawing(Box(0, 0, 150, 40))) < 80_000


def _paths(drawn: str) -> str:
    return "\n".join(line for line in drawn.splitlines() if line.endswith((" m", " l", " c")))
