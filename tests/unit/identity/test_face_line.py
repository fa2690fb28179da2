"""The line before the face engine: who is let in, who is turned away and when he comes back, and whose clock stands still."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest

from services.common.kit.errors import DomainError, Unavailable
from services.common.messages import identity as messages
from services.common.messages.identity import WithdrawConsent
from services.common.values import PersonId
from services.identity.application.forget_expired import forget_expired
from services.identity.application.withdraw_consent import withdraw_consent
from services.identity.domain.face_check_parts import CheckState
from services.identity.domain.face_line import LATEST, SOONEST, Standing
from tests.unit.identity.told_faces import Booth, send
from tests.unit.identity.world import as_person, as_service, refused

FULL = "identity.face_line_full"


@pytest.fixture
def booth(booth: Booth) -> Booth:
    booth.world.with_rules(face_places=2)
    return booth


class Visitor:
    """One person with a running check."""

    def __init__(self, booth: Booth, number: int) -> None:
        self.booth = booth
        self.person: PersonId = booth.ready_person(number)
        self.who = as_person(self.person)
        self.check = booth.start(self.who)

    def show(self) -> messages.FaceCheck:
        self.check = self.booth.shoot(self.who, self.check)
        return self.check

    def turned_away(self) -> int:
        with pytest.raises(DomainError) as refusal:
            self.show()
        assert refusal.value.code == FULL
        return int(str(refusal.value.context["retry_after"]))


@pytest.fixture
def crowd(booth: Booth) -> Callable[[int], list[Visitor]]:
    return lambda count: [Visitor(booth, number) for number in range(1, count + 1)]


def test_whoever_finds_all_places_taken_is_told_when_to_come_back_and_which_ways_are_open(
    booth: Booth, crowd: Callable[[int], list[Visitor]]
) -> None:
    one, two, three = crowd(3)
    one.show(), two.show()

    with pytest.raises(Unavailable) as refusal:
        three.show()

    assert refusal.value.context == {"retry_after": SOONEST, "methods": ["COUNTER", "BANK_CARD"]}


def test_a_frame_without_a_place_is_neither_opened_nor_measured_nor_counted(
    booth: Booth, crowd: Callable[[int], list[Visitor]]
) -> None:
    one, two, three = crowd(3)
    one.show(), two.show()
    measured = booth.faces.frames
    stranger = messages.FaceCheck(**{**vars(three.check), "sealing_key": one.check.sealing_key})

    with refused(FULL):  # a box nobody can open would be `sealing.unreadable`
        send(booth, three.who, stranger, "neutral:1")

    kept = booth.world.store.memory.face_checks[three.check.check_id]
    assert (booth.faces.frames, kept.frames, kept.tried, kept.state) == (measured, 0, 0, CheckState.RUNNING)


def test_whoever_has_begun_is_never_turned_away(booth: Booth, crowd: Callable[[int], list[Visitor]]) -> None:
    one, two, three = crowd(3)
    one.show(), two.show()
    three.turned_away()

    while one.check.step:
        one.show()

    assert one.check.state == "ACCEPTED"


def test_the_first_turned_away_is_the_first_let_in(booth: Booth, crowd: Callable[[int], list[Visitor]]) -> None:
    one, two, three, four, five = crowd(5)
    one.show(), two.show()
    three.turned_away(), four.turned_away()
    booth.carry_through(one.who, one.check)

    five.turned_away()
    four.turned_away()
    three.show()

    assert three.check.step is not None
    assert three.check.step.number == 2


def test_whoever_does_not_come_back_loses_the_place_in_the_line(
    booth: Booth, crowd: Callable[[int], list[Visitor]]
) -> None:
    one, two, three, four = crowd(4)
    one.show(), two.show()
    three.turned_away()
    never_leave(booth, two)
    booth.carry_through(one.who, one.check)
    booth.world.pass_time(seconds=30)

    four.check = booth.start(four.who)
    four.show()

    assert four.check.step is not None


def test_a_place_is_free_again_when_its_holder_is_silent_for_longer_than_a_step_may_take(
    booth: Booth, crowd: Callable[[int], list[Visitor]]
) -> None:
    one, two, three = crowd(3)
    one.show(), two.show()
    three.turned_away()
    booth.world.pass_time(seconds=12)

    three.show()

    assert three.check.step is not None


def test_the_wait_in_the_line_is_not_held_against_anybody(booth: Booth, crowd: Callable[[int], list[Visitor]]) -> None:
    one, two, three = crowd(3)
    one.show(), two.show()
    three.turned_away()
    never_leave(booth, one, two)
    for _ in range(15):
        booth.world.pass_time(seconds=20)
        forget_expired(booth.world.means, as_service("identity"))
        three.turned_away()
    booth.world.pass_time(minutes=10)

    ended = booth.carry_through(three.who, three.check)

    assert (ended.state, ended.reason) == ("ACCEPTED", None)


def test_a_line_nobody_left_for_a_long_time_uses_up_no_try(booth: Booth, crowd: Callable[[int], list[Visitor]]) -> None:
    one, two, three = crowd(3)
    one.show(), two.show()
    three.turned_away()
    booth.world.pass_time(minutes=31)

    forget_expired(booth.world.means, as_service("identity"))

    memory = booth.world.store.memory.face_checks[three.check.check_id]
    assert (memory.state, memory.secrets) == (CheckState.EXPIRED, None)
    for _ in range(3):
        three.check = booth.start(three.who)
        assert three.check.step is not None


def test_an_engine_that_does_not_answer_uses_up_neither_a_frame_nor_time(booth: Booth) -> None:
    visitor = Visitor(booth, 1)
    visitor.show()
    for _ in range(4):
        booth.faces.meanwhile = lambda: silent(booth, 10)
        with refused("engine.too_slow"):
            visitor.show()

    ended = booth.carry_through(visitor.who, visitor.check)

    assert ended.state == "ACCEPTED"


def test_the_wait_for_the_engine_is_not_taken_from_the_next_steps_time(booth: Booth) -> None:
    visitor = Visitor(booth, 1)
    for _ in range(2):
        booth.faces.meanwhile = lambda: booth.world.pass_time(seconds=9)
        visitor.show()
        booth.world.pass_time(seconds=12)

    ended = booth.carry_through(visitor.who, visitor.check)

    assert ended.state == "ACCEPTED"


def test_a_slow_engine_takes_nothing_from_the_life_of_the_challenge(booth: Booth) -> None:
    visitor = Visitor(booth, 1)
    while visitor.check.step:  # four steps at most, each after a wait of 40 seconds
        booth.faces.meanwhile = lambda: booth.world.pass_time(seconds=40)
        visitor.show()

    assert visitor.check.state == "ACCEPTED"


def test_a_frame_that_waited_in_the_broker_counts_from_when_it_was_asked(booth: Booth) -> None:
    visitor = Visitor(booth, 1)
    visitor.show()
    asked = booth.world.now + dt.timedelta(seconds=10)
    booth.world.pass_time(seconds=20)
    visitor.who = dataclasses.replace(visitor.who, deadline=asked.timestamp() + 15)

    visitor.show()

    assert visitor.check.step is None or visitor.check.step.number == 3


def test_a_silent_engine_gives_nothing_back_to_a_check_that_ended_meanwhile(booth: Booth) -> None:
    visitor = Visitor(booth, 1)

    def withdrawn() -> None:
        withdraw_consent(booth.world.means, WithdrawConsent(purpose="FACE"), visitor.who)
        silent(booth, 5)

    booth.faces.meanwhile = withdrawn
    with refused("engine.too_slow"):
        visitor.show()

    kept = booth.world.store.memory.face_checks[visitor.check.check_id]
    assert (kept.state, kept.secrets) == (CheckState.EXPIRED, None)


@pytest.mark.parametrize("places", [1, 6, 40])
def test_nobody_is_sent_away_for_longer_the_nearer_he_is_and_never_for_more_than_a_minute(places: int) -> None:
    waits = [Standing(places, ahead).come_back_in(places) for ahead in range(300)]

    assert waits == sorted(waits)
    assert (waits[0], max(waits)) == (SOONEST, LATEST if 300 // places > 7 else waits[-1])


def never_leave(booth: Booth, *visitors: Visitor) -> None:
    """Let them keep their places for ten minutes from now."""
    for one in visitors:
        kept = booth.world.store.memory.face_checks[one.check.check_id]
        kept.turn = kept.turn.hold(booth.world.now + dt.timedelta(minutes=10))
        kept.lifetime = dt.timedelta(hours=1)


def silent(booth: Booth, seconds: int) -> None:
    booth.world.pass_time(seconds=seconds)
    raise Unavailable("engine.too_slow")
