"""The facts a face check ends in, with the reason codes people and programs read. Decides nothing; `face_policy` does."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.identity.domain.face_challenge import Action


class Reason(StrEnum):
    """Why a frame does not count, a check fails or a card portrait is refused."""

    FACE_TOO_SMALL = "identity.face_too_small"
    TOO_DARK = "identity.face_too_dark"
    TOO_BRIGHT = "identity.face_too_bright"
    BLURRED = "identity.face_blurred"
    NOT_FRONTAL = "identity.face_not_frontal"
    TILTED = "identity.face_tilted"
    ACTION_NOT_SEEN = "identity.face_action_not_seen"
    OPPOSITE_TURN = "identity.face_opposite_turn"
    TOO_FAST = "identity.face_step_too_fast"
    TOO_SLOW = "identity.face_step_too_slow"
    EXPIRED = "identity.face_challenge_expired"
    NOTHING_DUE = "identity.face_challenge_complete"
    TOO_MANY_FRAMES = "identity.face_too_many_frames"
    REPLAY = "identity.face_frame_replayed"
    OTHER_PERSON = "identity.face_changed"
    INCOMPLETE = "identity.face_challenge_incomplete"
    NOT_THE_CARD_HOLDER = "identity.face_not_card_holder"


class RiskSignal(StrEnum):
    """A doubt: sends an otherwise passing check to review, never refuses it."""

    SCREEN_GRID = "identity.face_screen_grid"
    FLAT_TURN = "identity.face_flat_turn"
    SIMILARITY_UNSURE = "identity.face_similarity_unsure"


class StepOutcome(StrEnum):
    """What becomes of the challenge after one frame."""

    ACCEPTED = "accepted"
    RETRY = "retry"
    FAILED = "failed"


class Decision(StrEnum):
    """What becomes of the whole check."""

    PASS = "pass"  # noqa: S105 - a verdict
    REVIEW = "review"
    REJECT = "reject"


@dataclass(frozen=True)
class StepVerdict:
    """One frame judged. RETRY may send another frame for the same step; FAILED ends the challenge and uses up a try."""

    outcome: StepOutcome
    action: Action | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class FaceVerdict:
    """The whole check judged; all that is stored of it besides fingerprints and time."""

    decision: Decision
    distance: float
    score: int
    reasons: tuple[Reason, ...] = ()
    signals: tuple[RiskSignal, ...] = ()
    assurance: str = "basic"


@dataclass(frozen=True)
class TryAllowance:
    """Tries left now; with none left, the moment from which there are again."""

    tries_left: int
    again_at: datetime | None
