"""What never leaves: names, mobiles, handwriting, reasons and tokens are in no event, evidence, kept answer, log or key."""

from __future__ import annotations

import logging

import pytest

from services.common.kit.errors import DomainError
from tests.unit.signing.desk import DRAWN, MOBILES, NAMES, Desk

REASON = "测试丙说价款不对"


def whole_story() -> Desk:
    """A refused version, then one signed and sealed by all, with everything that can be said on the way."""
    desk = Desk(2)
    desk.open()
    desk.sign_whole(0)
    desk.identify(2)
    desk.refuse(2, REASON)
    desk.links.clear()
    desk.contract.known.clear()
    desk.open(desk.ready(2))
    for who in range(4):
        desk.show(who)
        desk.sign_whole(who)
    desk.seal()
    return desk


def secrets(desk: Desk) -> list[str]:
    ink = repr(DRAWN.strokes[0][0][0])
    return [*NAMES, *MOBILES, REASON, *desk.links.values(), f"[{ink}", f"({ink}"]


@pytest.mark.parametrize("kept", ["events", "evidence", "answers"])
def test_nothing_personal_is_told_or_recorded(kept: str) -> None:
    desk = whole_story()

    text = repr(getattr(desk.memory, kept))

    assert text.count("task") > 3  # it is about them
    assert [one for one in secrets(desk) if one in text] == []


def test_nothing_personal_is_in_a_key_a_link_or_a_file_name() -> None:
    desk = whole_story()

    text = repr([*desk.objects.kept, desk.give()])

    assert [one for one in secrets(desk) if one in text] == []


def test_nothing_personal_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        desk = whole_story()

    text = repr([vars(one) for one in caplog.records])
    assert caplog.records
    assert [one for one in secrets(desk) if one in text] == []


def test_nothing_personal_is_in_a_refusal() -> None:
    desk = Desk()
    desk.open()
    desk.identify(0)
    said = []

    for act in (
        lambda: desk.identify(0, desk.proof(1, task=0)),
        lambda: desk.refuse(0, "x"),
        lambda: desk.sign(0),
        lambda: desk.sign(0, intent=MOBILES[0]),
        lambda: desk.show(0, handle=NAMES[0]),
        lambda: desk.ask_again(0),
    ):
        with pytest.raises(DomainError) as refused:
            act()
        said.append((str(refused.value), refused.value.context))

    assert [one for one in secrets(desk) if one in repr(said)] == []
