"""A picture instead of strokes: read before it is accepted and only for whoever may sign, judged by its ink, never kept."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace

import pytest

from services.common.kit.errors import DomainError, Unavailable
from services.signing.domain import picture
from services.signing.domain.errors import DocumentUnread, HandwritingInvalid, IdentityRequired, TaskNotFound
from services.signing.domain.picture import LARGEST_FILE, OUTLINES, POINTS, Trace
from tests.unit.signing.desk import DRAWN, NOT_DRAWN, Desk, opened
from tests.unit.signing.fakes import LINE

FILE = b"\x89PNG bytes of a picture"


def square(left: float, top: float, side: float) -> tuple[tuple[float, float], ...]:
    return ((left, top), (left + side, top), (left + side, top + side), (left, top + side))


def encoded(file: bytes = FILE) -> str:
    return base64.b64encode(file).decode()


def ready() -> Desk:
    desk = opened()
    desk.read(0)
    return desk


def refused(trace: Trace | None) -> str:
    with pytest.raises(HandwritingInvalid) as told:
        picture.accepted(FILE, trace)
    assert told.value.context["field"] == "picture"
    return str(told.value.context["reason"])


def test_a_picture_signs_like_strokes_and_only_its_ink_is_kept() -> None:
    desk = ready()

    desk.sign(0, drawn=NOT_DRAWN, picture=encoded())
    kept = desk.task(0).handwriting
    desk.apply(0)

    assert set(json.loads(kept)) == {"width", "height", "outlines"}
    assert encoded() not in kept
    assert desk.states()[0] == "SIGNED"


def test_the_hash_of_what_was_handed_in_is_evidence() -> None:
    desk = ready()

    desk.sign(0, drawn=NOT_DRAWN, picture=encoded())

    (record,) = [one for one in desk.memory.evidence[desk.envelope.envelope_id] if one.act == "signature_requested"]
    assert record.facts["picture_sha256"] == hashlib.sha256(FILE).hexdigest()
    assert record.facts["handwriting_sha256"] == hashlib.sha256(desk.task(0).handwriting.encode()).hexdigest()


def test_strokes_leave_no_hash_of_a_picture() -> None:
    desk = ready()

    desk.sign(0)

    assert all("picture_sha256" not in one.facts for one in desk.memory.evidence[desk.envelope.envelope_id])


def test_a_traced_picture_is_erased_when_the_envelope_ends_without_it() -> None:
    desk = ready()
    desk.sign(0, drawn=NOT_DRAWN, picture=encoded())

    desk.end_case()

    assert desk.task(0).handwriting == ""


@pytest.mark.parametrize(
    ("drawn", "text", "reason"),
    [
        (DRAWN, encoded(), "two_drawings"),
        (NOT_DRAWN, "no base64!", "no_base64"),
        (NOT_DRAWN, "图", "no_base64"),
        (NOT_DRAWN, encoded(bytes(LARGEST_FILE + 1)), "size"),
    ],
    ids=["both", "no base64", "no ascii", "too large"],
)
def test_what_is_not_one_picture_is_refused_before_it_is_read(drawn: object, text: str, reason: str) -> None:
    desk = ready()

    with pytest.raises(HandwritingInvalid) as told:
        desk.sign(0, drawn=drawn, picture=text)  # type: ignore[arg-type]

    assert (told.value.context["field"], told.value.context["reason"]) == ("picture", reason)
    assert desk.pictures.asked == 0


def test_neither_strokes_nor_picture_is_refused() -> None:
    with pytest.raises(HandwritingInvalid):
        ready().sign(0, drawn=NOT_DRAWN)


def test_nobody_has_pictures_read_who_may_not_sign() -> None:
    desk = opened()
    refusals: list[type[DomainError]] = []

    for step in (lambda: None, lambda: desk.identify(0)):
        step()
        with pytest.raises(DomainError) as told:
            desk.sign(0, drawn=NOT_DRAWN, picture=encoded())
        refusals.append(type(told.value))
    with pytest.raises(TaskNotFound):
        desk.sign(0, drawn=NOT_DRAWN, picture=encoded(), handle="x" * 43)

    assert refusals == [IdentityRequired, DocumentUnread]
    assert desk.pictures.asked == 0


def test_a_reader_that_is_away_costs_nothing_but_a_repeat() -> None:
    desk = ready()
    desk.pictures.away = True
    with pytest.raises(Unavailable):
        desk.sign(0, drawn=NOT_DRAWN, picture=encoded())
    desk.pictures.away = False

    desk.sign(0, drawn=NOT_DRAWN, picture=encoded())

    assert desk.states()[0] == "SIGNING"


@pytest.mark.parametrize(
    ("trace", "reason"),
    [
        (None, "blank"),
        (replace(LINE, outlines=()), "blank"),
        (replace(LINE, outlines=(square(10, 10, 40),), thickness=40.0), "speck"),
        (replace(LINE, outlines=(square(10, 10, 5), square(500, 200, 5))), "speck"),
        (replace(LINE, outlines=tuple(square(10.0 * n, 50, 4) for n in range(50))), "speck"),
        (replace(LINE, thickness=76.0), "solid"),
        (replace(LINE, outlines=tuple(square(60 * n, 0, 59) for n in range(10)) * 2), "solid"),
        (replace(LINE, outlines=LINE.outlines * (OUTLINES + 1), width=4000, height=4000), "confused"),
        (replace(LINE, outlines=(LINE.outlines[0] * (POINTS // 4 + 1),), width=4000, height=4000), "confused"),
    ],
    ids=["none", "empty", "speck", "two specks", "dust", "thick", "surface", "many outlines", "many points"],
)
def test_ink_that_is_no_signature_is_refused(trace: Trace | None, reason: str) -> None:
    assert refused(trace) == reason


def test_a_ring_is_a_line_not_a_surface() -> None:
    inner = tuple(reversed(square(210, 10, 180)))

    drawing = picture.accepted(FILE, replace(LINE, outlines=(square(200, 0, 200), inner), thickness=10.0))

    assert json.loads(drawing.ink)["width"] == LINE.width
