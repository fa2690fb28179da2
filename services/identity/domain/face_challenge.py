"""The words of a face check: actions, the challenge drawn from them, and what is known of a frame.

Decides which challenges may exist and how one is drawn; leaves to `face_policy` every threshold and verdict.

Left and right are the person's own, and pictures are sent unmirrored (as others see the person): a turn to the left
raises `yaw`. A client that mirrors its preview must not mirror what it sends.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Action(StrEnum):
    """What a frame is asked to show."""

    NEUTRAL = "neutral"
    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    OPEN_MOUTH = "open_mouth"
    BLINK = "blink"


TURNS = (Action.TURN_LEFT, Action.TURN_RIGHT)
"""Always both: a tilted flat photograph moves yaw by at most 0.12, a real turn by 0.34 and more."""

EXTRAS = (Action.OPEN_MOUTH, Action.BLINK)


@dataclass(frozen=True)
class Prompt:
    """One step's instruction; the spoken prompt is made from the same text."""

    zh: str
    en: str


PROMPTS = {
    Action.NEUTRAL: Prompt("请正对镜头，保持自然表情", "Look straight into the camera with a relaxed face"),
    Action.TURN_LEFT: Prompt("请向您的左侧缓慢转头", "Slowly turn your head to your left"),
    Action.TURN_RIGHT: Prompt("请向您的右侧缓慢转头", "Slowly turn your head to your right"),
    Action.OPEN_MOUTH: Prompt("请张开嘴巴", "Open your mouth"),
    Action.BLINK: Prompt("请闭上双眼，听到提示后再睁开", "Close both eyes until you are told to open them"),
}

DONE = Prompt("好了，可以了", "Done, you may relax")
"""Said after an accepted step: whoever has closed the eyes cannot read it."""


@dataclass(frozen=True)
class Fingerprint:
    """What is remembered of a frame after it is gone: enough to know it again, nothing to draw a face from."""

    sha256: str
    dhash: str
    face_dhash: str

    def same_picture(self, other: "Fingerprint", max_frame_bits: int, max_face_bits: int) -> bool:
        """Tell whether bytes are the same, or the hashes (hex) of frame and face both differ in no more bits than allowed.

        Both, because a person who blinks before a still background changes hardly a bit of the whole frame.
        """
        if self.sha256 == other.sha256:
            return True
        frame_bits = _differing_bits(self.dhash, other.dhash)
        return frame_bits <= max_frame_bits and _differing_bits(self.face_dhash, other.face_dhash) <= max_face_bits


@dataclass(frozen=True)
class FrameMetrics:
    """What the engine measured on one frame; units as in the engine's `measures` (yaw and pitch -1 to 1, roll degrees, px)."""

    yaw: float
    pitch: float
    roll: float
    ear: float
    mar: float
    luminance: float
    sharpness: float
    face_width: float
    moire_bins: int
    fingerprint: Fingerprint
    distance_to_neutral: float | None = None
    flat_residual: float | None = None


@dataclass(frozen=True)
class Challenge:
    """The steps one person must take, in order; the next is told only when the one before was accepted."""

    actions: tuple[Action, ...]
    started_at: datetime

    def __post_init__(self) -> None:
        """Refuse a challenge a flat photograph could pass."""
        if len(set(self.actions)) != len(self.actions) or not set(TURNS) <= set(self.actions) <= {*TURNS, *EXTRAS}:
            raise ValueError("a challenge asks for both turns, each action once")

    @property
    def steps(self) -> tuple[Action, ...]:
        """The neutral frame first: everything after it is measured against it."""
        return (Action.NEUTRAL, *self.actions)


@dataclass(frozen=True)
class AcceptedStep:
    """A step that counted: its frame's measures, and when it was found good and the next step told."""

    action: Action
    metrics: FrameMetrics
    counted_at: datetime


def draw_challenge(randbelow: Callable[[int], int], started_at: datetime) -> Challenge:
    """Draw both turns and zero or one further action in random order.

    `randbelow(n)` must return an unpredictable integer from 0 to n - 1 (in production `secrets.randbelow`).
    """
    pool = [*TURNS]
    if extra := randbelow(len(EXTRAS) + 1):
        pool.append(EXTRAS[extra - 1])
    return Challenge(tuple(pool.pop(randbelow(len(pool))) for _ in range(len(pool))), started_at)


def _differing_bits(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()
