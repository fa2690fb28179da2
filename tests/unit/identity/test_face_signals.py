"""Every sign that something is wrong leads a whole check to its verdict: try again, refused, or a human's eyes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.common.messages.identity import FaceCheck
from services.identity.application.face_ports import UnusablePicture
from services.identity.domain.face_challenge import Action
from services.identity.domain.face_check_parts import Measured, Neutral
from tests.unit.identity.told_faces import Booth, ToldFaces
from tests.unit.identity.world import World, as_person

NEUTRAL, TURNS = (Action.NEUTRAL,), (Action.TURN_LEFT, Action.TURN_RIGHT)


class SignalFaces(ToldFaces):
    """Sees one thing differently in frames of some actions, or nothing to measure."""

    def __init__(self, actions: tuple[Action, ...], change: dict[str, float], fault: str = "") -> None:
        super().__init__()
        self.actions, self.change, self.fault = actions, change, fault

    def read_frame(self, image: bytes, action: str, neutral: Neutral | None) -> Measured:
        measured = super().read_frame(image, action, neutral)
        if Action(action) not in self.actions:
            return measured
        if self.fault:
            raise UnusablePicture(self.fault)
        return replace(measured, metrics=replace(measured.metrics, **self.change))


def ended(world: World, faces: ToldFaces) -> tuple[FaceCheck, set[str | None]]:
    """The check carried through, and every reason told on the way."""
    booth = Booth(world, faces)
    who = as_person(booth.ready_person())
    check, told = booth.start(who), set()
    while check.step is not None:
        check = booth.shoot(who, check)
        told.add(check.reason)
    return check, told


@pytest.mark.parametrize(
    ("actions", "change", "reason"),
    [
        (NEUTRAL, {"moire_bins": 2}, "identity.face_screen_grid"),
        (TURNS, {"moire_bins": 30}, "identity.face_screen_grid"),
        (TURNS, {"flat_residual": 0.02}, "identity.face_flat_turn"),
    ],
)
def test_a_doubt_never_passes_and_never_refuses(
    world: World, actions: tuple[Action, ...], change: dict[str, float], reason: str
) -> None:
    check, _ = ended(world, SignalFaces(actions, change))

    assert (check.state, check.reason, check.proof) == ("REVIEW", reason, None)


@pytest.mark.parametrize(
    ("actions", "change", "reason"),
    [
        (NEUTRAL, {"yaw": 0.3}, "identity.face_not_frontal"),
        (NEUTRAL, {"roll": 25.0}, "identity.face_tilted"),
        (NEUTRAL, {"luminance": 20.0}, "identity.face_too_dark"),
        (NEUTRAL, {"luminance": 240.0}, "identity.face_too_bright"),
        (NEUTRAL, {"sharpness": 5.0}, "identity.face_blurred"),
        (NEUTRAL, {"face_width": 80.0}, "identity.face_too_small"),
        (TURNS, {"yaw": 0.14}, "identity.face_action_not_seen"),
        ((Action.TURN_LEFT,), {"yaw": -0.4}, "identity.face_opposite_turn"),
        ((Action.TURN_RIGHT,), {"yaw": 0.4}, "identity.face_opposite_turn"),
    ],
)
def test_an_unfit_frame_is_named_asked_again_and_refused_after_five(
    world: World, actions: tuple[Action, ...], change: dict[str, float], reason: str
) -> None:
    check, told = ended(world, SignalFaces(actions, change))

    assert reason in told
    assert (check.state, check.reason, check.proof) == ("REJECTED", "identity.face_too_many_frames", None)


@pytest.mark.parametrize("fault", ["identity.face_several", "identity.face_no_face", "identity.image_unreadable"])
def test_a_frame_without_exactly_one_face_is_never_counted(world: World, fault: str) -> None:
    check, told = ended(world, SignalFaces(NEUTRAL, {}, fault))

    assert fault in told
    assert (check.state, check.proof) == ("REJECTED", None)


@pytest.mark.parametrize("distance", [0.51, 0.7, float("nan")])
def test_another_person_in_a_later_frame_ends_the_check(world: World, distance: float) -> None:
    check, _ = ended(world, SignalFaces(TURNS, {"distance_to_neutral": distance}))

    assert (check.state, check.reason, check.proof) == ("REJECTED", "identity.face_changed", None)


@pytest.mark.parametrize(
    ("distance", "state"), [(0.40, "ACCEPTED"), (0.401, "REVIEW"), (0.55, "REVIEW"), (0.551, "REJECTED")]
)
def test_the_cards_distance_decides_between_acceptance_review_and_rejection(
    world: World, distance: float, state: str
) -> None:
    faces = ToldFaces()
    faces.card_distance = distance

    check, _ = ended(world, faces)

    assert check.state == state
    assert (check.proof is not None) == (state == "ACCEPTED")
