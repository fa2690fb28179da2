"""The rules of the embedded face check: what is asked, when a frame counts, who passes, who is reviewed, who is refused.

Pure: measures come in, facts with reason codes go out. Measuring is `adapters/face_engine`'s, keeping and counting is the
application's. The thresholds were calibrated on few pictures, none of a Chinese face, so the result is `basic` assurance
with a wide band for a human's review, and a doubt never turns into a refusal by itself (see `RiskSignal`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from services.identity.domain.face_challenge import TURNS, AcceptedStep, Action, Challenge, Fingerprint, FrameMetrics
from services.identity.domain.face_verdict import (
    Decision,
    FaceVerdict,
    Reason,
    RiskSignal,
    StepOutcome,
    StepVerdict,
    TryAllowance,
)


@dataclass(frozen=True)
class FacePolicy:
    """Every threshold, so that a city profile can tighten one without code. Distances are Euclidean on 128-d templates."""

    accept_distance: float = 0.40
    review_distance: float = 0.55
    same_session_distance: float = 0.50
    min_face_px: float = 110.0
    min_card_face_px: float = 60.0
    min_luminance: float = 40.0
    max_luminance: float = 220.0
    min_sharpness: float = 25.0
    min_card_sharpness: float = 10.0
    max_neutral_yaw: float = 0.20
    max_neutral_roll_degrees: float = 20.0
    min_turn_yaw: float = 0.25
    max_blink_ratio: float = 0.70
    min_open_mouth: float = 0.25
    min_open_mouth_gain: float = 0.15
    replay_frame_bits: int = 8
    replay_face_bits: int = 14
    screen_bins: int = 2
    flat_turn_residual: float = 0.03
    min_step_time: timedelta = timedelta(seconds=0.4)
    max_step_time: timedelta = timedelta(seconds=15)
    lifetime: timedelta = timedelta(seconds=90)
    max_frames_per_step: int = 5
    max_tries: int = 3
    cool_down: timedelta = timedelta(minutes=30)


DEFAULT_POLICY = FacePolicy()


@dataclass(frozen=True)
class CardMetrics:
    """What the engine measured on the ID card's portrait."""

    face_width: float
    luminance: float
    sharpness: float


def due_step(challenge: Challenge, accepted: Sequence[AcceptedStep]) -> Action | None:
    """Return the step that is due, None when all were accepted. Only this one may be told to the person."""
    return challenge.steps[len(accepted)] if len(accepted) < len(challenge.steps) else None


def judge_step(
    policy: FacePolicy,
    challenge: Challenge,
    accepted: Sequence[AcceptedStep],
    metrics: FrameMetrics,
    arrived_at: datetime,
    tried: int = 0,
    seen: Sequence[Fingerprint] = (),
) -> StepVerdict:
    """Judge one frame for the step that is due.

    `tried` counts earlier frames sent for this step; `seen` holds the fingerprints of frames of earlier challenges
    (the application decides how long they are kept). Frames of this challenge are always compared.
    """
    action = due_step(challenge, accepted)
    if action is None:
        return StepVerdict(StepOutcome.FAILED, None, (Reason.NOTHING_DUE,))
    known = (*seen, *(step.metrics.fingerprint for step in accepted))
    fatal = _time_over(policy, challenge, accepted, arrived_at) or _not_this_session(policy, accepted, metrics, known)
    if fatal:
        return StepVerdict(StepOutcome.FAILED, action, (fatal,))
    reasons = _unfit(policy, challenge, accepted, metrics, arrived_at)
    if not reasons:
        return StepVerdict(StepOutcome.ACCEPTED, action)
    if tried + 1 >= policy.max_frames_per_step:
        return StepVerdict(StepOutcome.FAILED, action, (Reason.TOO_MANY_FRAMES, *reasons))
    return StepVerdict(StepOutcome.RETRY, action, reasons)


def judge_check(
    policy: FacePolicy, challenge: Challenge, accepted: Sequence[AcceptedStep], card_distance: float
) -> FaceVerdict:
    """Judge the whole check: every step in order, and the neutral frame's distance to the card portrait's template."""
    points = score(card_distance)
    if tuple(step.action for step in accepted) != challenge.steps:
        return FaceVerdict(Decision.REJECT, card_distance, points, (Reason.INCOMPLETE,))
    signals = _risk_signals(policy, accepted)
    if not card_distance <= policy.review_distance:
        return FaceVerdict(Decision.REJECT, card_distance, points, (Reason.NOT_THE_CARD_HOLDER,), signals)
    if card_distance > policy.accept_distance:
        signals = (RiskSignal.SIMILARITY_UNSURE, *signals)
    return FaceVerdict(Decision.REVIEW if signals else Decision.PASS, card_distance, points, (), signals)


def judge_card(policy: FacePolicy, metrics: CardMetrics) -> tuple[Reason, ...]:
    """Why a card portrait cannot serve as reference; empty = it can."""
    return (
        *_light(policy, metrics.luminance),
        *_if(metrics.face_width < policy.min_card_face_px, Reason.FACE_TOO_SMALL),
        *_if(metrics.sharpness < policy.min_card_sharpness, Reason.BLURRED),
    )


def score(distance: float) -> int:
    """Similarity 0 to 100 on the scale vendors use, where 70 is a pass: 0.30 -> 90, 0.40 -> 80, 0.45 -> 70, 0.60 -> 40."""
    knots = ((0.0, 100.0), (0.30, 90.0), (0.40, 80.0), (0.45, 70.0), (0.60, 40.0), (0.90, 0.0))
    for (near, high), (far, low) in pairwise(knots):
        if near <= distance <= far:
            return round(high + (low - high) * (distance - near) / (far - near))
    return 0


def tries_left(policy: FacePolicy, failed_at: Sequence[datetime], now: datetime) -> TryAllowance:
    """How many challenges may still be started: `failed_at` are the ends of this person's failed ones, in any order.

    Failures older than the cool-down are forgotten; with `max_tries` recent ones the person waits until enough of them
    are. Another way of proving identity stays open all the time.
    """
    recent = sorted(moment for moment in failed_at if moment + policy.cool_down > now)
    left = policy.max_tries - len(recent)
    if left > 0:
        return TryAllowance(left, None)
    return TryAllowance(0, recent[-policy.max_tries] + policy.cool_down)


def _time_over(
    policy: FacePolicy, challenge: Challenge, accepted: Sequence[AcceptedStep], arrived_at: datetime
) -> Reason | None:
    if arrived_at - challenge.started_at > policy.lifetime:
        return Reason.EXPIRED
    if arrived_at - _step_began(challenge, accepted) > policy.max_step_time:
        return Reason.TOO_SLOW
    return None


def _not_this_session(
    policy: FacePolicy, accepted: Sequence[AcceptedStep], metrics: FrameMetrics, known: Sequence[Fingerprint]
) -> Reason | None:
    if any(metrics.fingerprint.same_picture(one, policy.replay_frame_bits, policy.replay_face_bits) for one in known):
        return Reason.REPLAY
    if not accepted:
        return None
    distance = metrics.distance_to_neutral
    # `not <=` and not `>`: a missing or undefined distance must never count as the same person
    if distance is None or not distance <= policy.same_session_distance:
        return Reason.OTHER_PERSON
    return None


def _step_began(challenge: Challenge, accepted: Sequence[AcceptedStep]) -> datetime:
    return accepted[-1].counted_at if accepted else challenge.started_at


def _unfit(
    policy: FacePolicy,
    challenge: Challenge,
    accepted: Sequence[AcceptedStep],
    metrics: FrameMetrics,
    arrived_at: datetime,
) -> tuple[Reason, ...]:
    """Why the frame does not count although nothing speaks against the person: another frame may follow."""
    shown = (
        _not_performed(policy, challenge.steps[len(accepted)], accepted[0].metrics, metrics)
        if accepted
        else _not_neutral(policy, metrics)
    )
    took = arrived_at - _step_began(challenge, accepted)
    return (
        # a clock put forward meanwhile, for a silent engine, makes nobody hasty
        *_if(timedelta(0) <= took < policy.min_step_time, Reason.TOO_FAST),
        *_if(metrics.face_width < policy.min_face_px, Reason.FACE_TOO_SMALL),
        *_light(policy, metrics.luminance),
        *_if(metrics.sharpness < policy.min_sharpness, Reason.BLURRED),
        *shown,
    )


def _not_neutral(policy: FacePolicy, metrics: FrameMetrics) -> tuple[Reason, ...]:
    return (
        *_if(abs(metrics.yaw) >= policy.max_neutral_yaw, Reason.NOT_FRONTAL),
        *_if(abs(metrics.roll) >= policy.max_neutral_roll_degrees, Reason.TILTED),
    )


def _not_performed(
    policy: FacePolicy, action: Action, neutral: FrameMetrics, metrics: FrameMetrics
) -> tuple[Reason, ...]:
    """Only changes against the same session's neutral frame count: open eyes alone differ by a factor of two by person."""
    if action in TURNS:
        to_the_left = metrics.yaw - neutral.yaw
        asked = to_the_left if action is Action.TURN_LEFT else -to_the_left
        if asked < -policy.min_turn_yaw:
            return (Reason.OPPOSITE_TURN,)
        return _if(asked <= policy.min_turn_yaw, Reason.ACTION_NOT_SEEN)
    if action is Action.BLINK:
        return _if(metrics.ear >= policy.max_blink_ratio * neutral.ear, Reason.ACTION_NOT_SEEN)
    opened = metrics.mar > policy.min_open_mouth and metrics.mar - neutral.mar > policy.min_open_mouth_gain
    return _if(not opened, Reason.ACTION_NOT_SEEN)


def _risk_signals(policy: FacePolicy, accepted: Sequence[AcceptedStep]) -> tuple[RiskSignal, ...]:
    screen = any(step.metrics.moire_bins >= policy.screen_bins for step in accepted)
    turns = [step.metrics.flat_residual for step in accepted if step.action in TURNS]
    flat = any(residual is None or residual < policy.flat_turn_residual for residual in turns)
    found = ((RiskSignal.SCREEN_GRID, screen), (RiskSignal.FLAT_TURN, flat))
    return tuple(signal for signal, present in found if present)


def _light(policy: FacePolicy, luminance: float) -> tuple[Reason, ...]:
    if luminance < policy.min_luminance:
        return (Reason.TOO_DARK,)
    return _if(luminance > policy.max_luminance, Reason.TOO_BRIGHT)


def _if(holds: bool, reason: Reason) -> tuple[Reason, ...]:
    return (reason,) if holds else ()
