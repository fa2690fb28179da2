"""What counts as a signature drawn by hand; and what is accepted here can always be drawn later."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from services.signing.adapters.engine.ink import Box, Ink
from services.signing.domain.errors import HandwritingInvalid
from services.signing.domain.handwriting import FEWEST_POINTS, POINTS, SIDE, STROKES, check

LINE = tuple((10.0 + 10 * n, 50.0) for n in range(FEWEST_POINTS))
TAPS = tuple(((60.0 * n, 30.0 * n),) for n in range(FEWEST_POINTS))
"""Points far apart, none of them joined: the engine has nothing to draw."""


def refused(width: int, height: int, strokes: tuple) -> str | None:
    try:
        check(width, height, strokes)
    except HandwritingInvalid as wrong:
        return str(wrong.context["field"])
    return None


def test_a_plain_stroke_is_a_signature() -> None:
    assert refused(600, 240, (LINE,)) is None


@pytest.mark.parametrize("side", [SIDE[0] - 1, SIDE[1] + 1])
def test_a_canvas_nobody_draws_on_is_refused(side: int) -> None:
    assert refused(side, 240, (LINE,)) == "handwriting.width"
    assert refused(600, side, (LINE,)) == "handwriting.width"


@pytest.mark.parametrize(
    "strokes",
    [
        (),
        ((),),
        (LINE, ()),
        (LINE[:-1],),
        (LINE,) * (STROKES + 1),
        (LINE * (POINTS // FEWEST_POINTS + 1),),
        (((5.0, 5.0),) * FEWEST_POINTS,),  # a dot
        (tuple((5.0 + n, 5.0) for n in range(FEWEST_POINTS)),),  # a tenth of the canvas is the least
        TAPS,
    ],
    ids=["none", "empty", "an empty one", "few points", "many strokes", "many points", "dot", "speck", "taps"],
)
def test_what_is_no_signature_is_refused(strokes: tuple) -> None:
    assert refused(600, 240, strokes) == "handwriting.strokes"


@pytest.mark.parametrize("bad", [(-0.1, 5.0), (600.1, 5.0), (5.0, 240.1), (math.nan, 5.0), (5.0, math.inf)])
def test_a_point_outside_the_canvas_is_refused(bad: tuple[float, float]) -> None:
    assert refused(600, 240, ((*LINE, bad),)) == "handwriting.strokes"


def test_the_bounds_themselves_are_within() -> None:
    assert refused(SIDE[1], SIDE[0], (tuple((n * 400.0, 0.0) for n in range(11)),)) is None
    many = tuple((0.1 * n, 0.0) for n in range(POINTS))
    assert refused(600, 240, (many,)) is None


POINT = st.tuples(st.floats(0, 100), st.floats(0, 80))
STROKE = st.lists(POINT, min_size=0, max_size=12).map(tuple)


@given(strokes=st.lists(STROKE, max_size=6).map(tuple))
@example(strokes=tuple(((12.0 * n, 5.0),) for n in range(8)))
def test_what_is_accepted_can_be_drawn(strokes: tuple) -> None:
    assume(refused(100, 80, strokes) is None or sum(map(len, strokes)) >= FEWEST_POINTS)
    if refused(100, 80, strokes) is None:
        ink = Ink.parse({"width": 100, "height": 80, "strokes": [[list(p) for p in one] for one in strokes]})
        assert ink.drawing(Box(0, 0, 180, 70))
