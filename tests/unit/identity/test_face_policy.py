"""The rules of the face check, on measures written by hand: no picture, no native library."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.adapters.face_engine.answers import frame_metrics
from services.identity.domain.face_challenge import (
    PROMPTS,
    TURNS,
    AcceptedStep,
    Action,
    Challenge,
    Fingerprint,
    FrameMetrics,
    draw_challenge,
)
from services.identity.domain.face_policy import (
    CardMetrics,
    FacePolicy,
    due_step,
    judge_card,
    judge_check,
    judge_step,
    score,
    tries_left,
)
from services.identity.domain.face_verdict import Decision, FaceVerdict, Reason, RiskSignal, StepOutcome, StepVerdict

START = datetime(2025, 6, 1, 9, 0, tzinfo=UTC)
POLICY = FacePolicy()
CHALLENGE = Challenge((Action.TURN_RIGHT, Action.BLINK, Action.TURN_LEFT), START)


def fingerprint(number: int) -> Fingerprint:
    """Fingerprints far apart in every part: each number sets other bits."""
    pattern = f"{(0x0123456789ABCDEF * (number + 1)) % 2**64:016x}"
    return Fingerprint(f"{number:064x}", pattern * 4, pattern[::-1] * 4)


NEUTRAL = FrameMetrics(
    yaw=0.02,
    pitch=0.1,
    roll=2.0,
    ear=0.30,
    mar=0.05,
    luminance=130.0,
    sharpness=150.0,
    face_width=200.0,
    moire_bins=0,
    fingerprint=fingerprint(0),
)
ACTING = replace(NEUTRAL, distance_to_neutral=0.27, flat_residual=0.05)
FRAMES = {
    Action.NEUTRAL: NEUTRAL,
    Action.TURN_LEFT: replace(ACTING, yaw=0.40, fingerprint=fingerprint(1)),
    Action.TURN_RIGHT: replace(ACTING, yaw=-0.40, fingerprint=fingerprint(2)),
    Action.OPEN_MOUTH: replace(ACTING, mar=0.45, fingerprint=fingerprint(3)),
    Action.BLINK: replace(ACTING, ear=0.10, flat_residual=0.01, fingerprint=fingerprint(4)),
}


def accepted(*actions: Action, frames: dict[Action, FrameMetrics] = FRAMES) -> tuple[AcceptedStep, ...]:
    """Steps that counted, two seconds apart."""
    return tuple(
        AcceptedStep(action, frames[action], START + timedelta(seconds=2 * i)) for i, action in enumerate(actions, 1)
    )


def judge(action: Action, metrics: FrameMetrics, **given_: object) -> StepVerdict:
    """Judge a frame for one action, asked for right after the neutral frame."""
    others = [turn for turn in TURNS if turn is not action]
    challenge = Challenge((action, *others), START)
    return judge_step(POLICY, challenge, accepted(Action.NEUTRAL), metrics, START + timedelta(seconds=4), **given_)  # type: ignore[arg-type]


def judge_neutral(metrics: FrameMetrics) -> StepVerdict:
    return judge_step(POLICY, CHALLENGE, (), metrics, START + timedelta(seconds=2))


def finish(distance: float, frames: dict[Action, FrameMetrics] = FRAMES) -> FaceVerdict:
    return judge_check(POLICY, CHALLENGE, accepted(*CHALLENGE.steps, frames=frames), distance)


class TestChallenge:
    @given(st.lists(st.integers(min_value=0, max_value=10**6), min_size=4, max_size=4))
    def test_every_drawn_challenge_asks_for_both_turns_and_no_action_twice(self, randomness: list[int]) -> None:
        numbers: Iterator[int] = iter(randomness)

        challenge = draw_challenge(lambda below: next(numbers) % below, START)

        assert set(TURNS) <= set(challenge.actions)
        assert len(challenge.actions) in {2, 3}
        assert len(set(challenge.actions)) == len(challenge.actions)
        assert challenge.steps[0] is Action.NEUTRAL

    def test_randomness_reaches_every_order(self) -> None:
        drawn = set()
        for extra in range(3):
            for first in range(3):
                for second in range(2):
                    numbers = iter((extra, first, second, 0))
                    drawn.add(draw_challenge(lambda below, numbers=numbers: next(numbers) % below, START).actions)  # type: ignore[misc]

        assert len(drawn) == 2 + 6 + 6

    @pytest.mark.parametrize(
        "actions",
        [
            (Action.TURN_LEFT,),
            (Action.TURN_LEFT, Action.BLINK),
            (Action.TURN_LEFT, Action.TURN_RIGHT, Action.TURN_LEFT),
            (Action.NEUTRAL, Action.TURN_LEFT, Action.TURN_RIGHT),
        ],
    )
    def test_a_challenge_a_flat_photograph_could_pass_cannot_exist(self, actions: tuple[Action, ...]) -> None:
        with pytest.raises(ValueError, match="both turns"):
            Challenge(actions, START)

    def test_the_next_step_is_known_only_after_the_one_before_was_accepted(self) -> None:
        assert due_step(CHALLENGE, ()) is Action.NEUTRAL
        assert due_step(CHALLENGE, accepted(Action.NEUTRAL)) is Action.TURN_RIGHT
        assert due_step(CHALLENGE, accepted(*CHALLENGE.steps)) is None

    def test_every_action_has_a_prompt_in_both_languages(self) -> None:
        assert {action for action, prompt in PROMPTS.items() if prompt.zh and prompt.en} == set(Action)


class TestActions:
    @pytest.mark.parametrize("action", [action for action in Action if action is not Action.NEUTRAL])
    def test_a_performed_action_is_accepted(self, action: Action) -> None:
        assert judge(action, FRAMES[action]).outcome is StepOutcome.ACCEPTED

    @pytest.mark.parametrize("asked", [action for action in Action if action is not Action.NEUTRAL])
    @pytest.mark.parametrize("shown", [action for action in Action if action is not Action.NEUTRAL])
    def test_another_action_than_the_one_asked_for_never_counts(self, asked: Action, shown: Action) -> None:
        if asked is shown:
            return
        assert judge(asked, FRAMES[shown]).outcome is StepOutcome.RETRY

    def test_a_turn_to_the_other_side_is_named_as_such(self) -> None:
        assert judge(Action.TURN_LEFT, FRAMES[Action.TURN_RIGHT]).reasons == (Reason.OPPOSITE_TURN,)
        assert judge(Action.TURN_RIGHT, FRAMES[Action.TURN_LEFT]).reasons == (Reason.OPPOSITE_TURN,)

    def test_the_tilt_of_a_flat_photograph_is_no_turn(self) -> None:
        assert judge(Action.TURN_LEFT, replace(FRAMES[Action.TURN_LEFT], yaw=0.02 + 0.12)).reasons == (
            Reason.ACTION_NOT_SEEN,
        )

    @pytest.mark.parametrize(("neutral_ear", "outcome"), [(0.19, StepOutcome.RETRY), (0.38, StepOutcome.ACCEPTED)])
    def test_the_same_eye_opening_is_a_blink_for_one_person_and_not_for_another(
        self, neutral_ear: float, outcome: StepOutcome
    ) -> None:
        steps = (AcceptedStep(Action.NEUTRAL, replace(NEUTRAL, ear=neutral_ear), START + timedelta(seconds=2)),)
        challenge = Challenge((Action.BLINK, *TURNS), START)

        verdict = judge_step(
            POLICY, challenge, steps, replace(FRAMES[Action.BLINK], ear=0.17), START + timedelta(seconds=4)
        )

        assert verdict.outcome is outcome

    def test_a_smile_is_not_an_open_mouth(self) -> None:
        steps = (AcceptedStep(Action.NEUTRAL, replace(NEUTRAL, mar=0.20), START + timedelta(seconds=2)),)
        challenge = Challenge((Action.OPEN_MOUTH, *TURNS), START)

        verdict = judge_step(
            POLICY, challenge, steps, replace(FRAMES[Action.OPEN_MOUTH], mar=0.30), START + timedelta(seconds=4)
        )

        assert verdict.reasons == (Reason.ACTION_NOT_SEEN,)


class TestQuality:
    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"face_width": 109.0}, Reason.FACE_TOO_SMALL),
            ({"luminance": 39.0}, Reason.TOO_DARK),
            ({"luminance": 221.0}, Reason.TOO_BRIGHT),
            ({"sharpness": 24.0}, Reason.BLURRED),
            ({"yaw": -0.21}, Reason.NOT_FRONTAL),
            ({"roll": -21.0}, Reason.TILTED),
        ],
    )
    def test_an_unfit_neutral_frame_may_be_taken_again(self, change: dict[str, float], reason: Reason) -> None:
        assert judge_neutral(replace(NEUTRAL, **change)) == StepVerdict(StepOutcome.RETRY, Action.NEUTRAL, (reason,))  # type: ignore[arg-type]

    def test_all_faults_of_a_frame_are_told_at_once(self) -> None:
        reasons = judge_neutral(replace(NEUTRAL, luminance=10.0, sharpness=1.0)).reasons

        assert reasons == (Reason.TOO_DARK, Reason.BLURRED)

    def test_a_blurred_action_frame_does_not_count(self) -> None:
        assert judge(Action.TURN_LEFT, replace(FRAMES[Action.TURN_LEFT], sharpness=5.0)).reasons == (Reason.BLURRED,)

    def test_a_small_card_portrait_is_refused_and_a_usable_one_is_not(self) -> None:
        assert judge_card(POLICY, CardMetrics(face_width=59.0, luminance=130.0, sharpness=50.0)) == (
            Reason.FACE_TOO_SMALL,
        )
        assert judge_card(POLICY, CardMetrics(face_width=60.0, luminance=130.0, sharpness=50.0)) == ()


class TestSession:
    def test_another_person_in_an_action_frame_ends_the_challenge(self) -> None:
        verdict = judge(Action.TURN_LEFT, replace(FRAMES[Action.TURN_LEFT], distance_to_neutral=0.51))

        assert verdict == StepVerdict(StepOutcome.FAILED, Action.TURN_LEFT, (Reason.OTHER_PERSON,))

    def test_an_action_frame_that_was_not_compared_never_counts_as_the_same_person(self) -> None:
        verdict = judge(Action.TURN_LEFT, replace(FRAMES[Action.TURN_LEFT], distance_to_neutral=None))

        assert verdict.reasons == (Reason.OTHER_PERSON,)

    @pytest.mark.parametrize(
        ("frame_bits", "face_bits", "replayed"), [(0, 0, True), (8, 14, True), (9, 14, False), (8, 15, False)]
    )
    def test_a_nearly_identical_frame_is_a_replay(self, frame_bits: int, face_bits: int, replayed: bool) -> None:  # noqa: FBT001 - a table's column
        frame = FRAMES[Action.TURN_LEFT]
        again = Fingerprint(
            "f" * 64,
            f"{int(frame.fingerprint.dhash, 16) ^ (2**frame_bits - 1):064x}",
            f"{int(frame.fingerprint.face_dhash, 16) ^ (2**face_bits - 1):064x}",
        )

        verdict = judge(Action.TURN_LEFT, frame, seen=(again,))

        assert (verdict.reasons == (Reason.REPLAY,)) is replayed
        assert (verdict.outcome is StepOutcome.FAILED) is replayed

    def test_the_same_bytes_are_a_replay_within_one_challenge(self) -> None:
        sent_twice = replace(
            FRAMES[Action.TURN_LEFT], fingerprint=replace(fingerprint(9), sha256=NEUTRAL.fingerprint.sha256)
        )

        assert judge(Action.TURN_LEFT, sent_twice).reasons == (Reason.REPLAY,)

    @pytest.mark.parametrize(
        ("seconds", "outcome", "reasons"),
        [
            (0, StepOutcome.RETRY, (Reason.TOO_FAST,)),
            (0.39, StepOutcome.RETRY, (Reason.TOO_FAST,)),
            (-3, StepOutcome.ACCEPTED, ()),  # the clock was put forward while the frame was on its way
            (0.4, StepOutcome.ACCEPTED, ()),
            (15, StepOutcome.ACCEPTED, ()),
            (15.01, StepOutcome.FAILED, (Reason.TOO_SLOW,)),
        ],
    )
    def test_a_step_takes_a_human_time(self, seconds: float, outcome: StepOutcome, reasons: tuple[Reason, ...]) -> None:
        steps = accepted(Action.NEUTRAL)
        arrived_at = steps[0].counted_at + timedelta(seconds=seconds)

        verdict = judge_step(POLICY, CHALLENGE, steps, FRAMES[Action.TURN_RIGHT], arrived_at)

        assert (verdict.outcome, verdict.reasons) == (outcome, reasons)

    def test_a_challenge_dies_after_ninety_seconds_even_with_a_step_just_begun(self) -> None:
        steps = (AcceptedStep(Action.NEUTRAL, NEUTRAL, START + timedelta(seconds=89)),)

        verdict = judge_step(POLICY, CHALLENGE, steps, FRAMES[Action.TURN_RIGHT], START + timedelta(seconds=91))

        assert verdict.reasons == (Reason.EXPIRED,)

    def test_the_fifth_unfit_frame_of_a_step_ends_the_challenge(self) -> None:
        wrong = FRAMES[Action.BLINK]

        assert judge(Action.TURN_LEFT, wrong, tried=3).outcome is StepOutcome.RETRY
        assert judge(Action.TURN_LEFT, wrong, tried=4).reasons == (Reason.TOO_MANY_FRAMES, Reason.ACTION_NOT_SEEN)

    def test_a_frame_after_the_last_step_is_refused(self) -> None:
        verdict = judge_step(POLICY, CHALLENGE, accepted(*CHALLENGE.steps), NEUTRAL, START + timedelta(seconds=12))

        assert verdict == StepVerdict(StepOutcome.FAILED, None, (Reason.NOTHING_DUE,))


class TestVerdict:
    @pytest.mark.parametrize(
        ("distance", "decision"),
        [
            (0.40, Decision.PASS),
            (0.401, Decision.REVIEW),
            (0.55, Decision.REVIEW),
            (0.551, Decision.REJECT),
            (float("nan"), Decision.REJECT),
        ],
    )
    def test_bands(self, distance: float, decision: Decision) -> None:
        assert finish(distance).decision is decision

    def test_the_result_is_basic_assurance(self) -> None:
        assert finish(0.2).assurance == "basic"

    @pytest.mark.parametrize(
        ("change", "signal"),
        [({"moire_bins": 2}, RiskSignal.SCREEN_GRID), ({"flat_residual": 0.02}, RiskSignal.FLAT_TURN)],
    )
    def test_a_doubt_sends_a_pass_to_review_and_refuses_nothing(
        self, change: dict[str, float], signal: RiskSignal
    ) -> None:
        doubtful = replace(FRAMES[Action.TURN_LEFT], **change)  # type: ignore[arg-type]

        verdict = finish(0.2, {**FRAMES, Action.TURN_LEFT: doubtful})

        assert (verdict.decision, verdict.signals, verdict.reasons) == (Decision.REVIEW, (signal,), ())

    def test_a_still_head_is_no_flat_turn(self) -> None:
        assert finish(0.2).signals == ()

    @pytest.mark.parametrize(
        "steps",
        [
            (Action.NEUTRAL, Action.TURN_RIGHT, Action.BLINK),
            (Action.NEUTRAL, Action.TURN_LEFT, Action.BLINK, Action.TURN_RIGHT),
        ],
    )
    def test_missing_or_reordered_steps_reject_the_best_likeness(self, steps: tuple[Action, ...]) -> None:
        verdict = judge_check(POLICY, CHALLENGE, accepted(*steps), 0.1)

        assert (verdict.decision, verdict.reasons) == (Decision.REJECT, (Reason.INCOMPLETE,))

    @pytest.mark.parametrize(
        ("distance", "points"),
        [(0.0, 100), (0.30, 90), (0.40, 80), (0.45, 70), (0.60, 40), (0.75, 20), (0.90, 0), (1.3, 0)],
    )
    def test_score_has_the_scale_of_the_vendors(self, distance: float, points: int) -> None:
        assert score(distance) == points

    @given(st.floats(min_value=0, max_value=2), st.floats(min_value=0, max_value=2))
    def test_score_never_rises_with_distance(self, one: float, other: float) -> None:
        assert score(min(one, other)) >= score(max(one, other))


class TestTries:
    def test_three_failures_start_a_cool_down_that_ends(self) -> None:
        failures = [START, START + timedelta(minutes=5), START + timedelta(minutes=9)]

        blocked = tries_left(POLICY, failures, START + timedelta(minutes=10))
        later = tries_left(POLICY, failures, START + timedelta(minutes=30))

        assert (blocked.tries_left, blocked.again_at) == (0, START + timedelta(minutes=30))
        assert (later.tries_left, later.again_at) == (1, None)

    def test_two_failures_leave_one_try(self) -> None:
        assert tries_left(POLICY, [START, START], START).tries_left == 1


class TestAnswers:
    ANSWER = {  # noqa: RUF012 - read only
        "yaw": 0.1, "pitch": 0.1, "roll": 1, "ear": 0.3, "mar": 0.1, "luminance": 120.0, "sharpness": 99.0,
        "face_width": 200, "moire_bins": 0, "sha256": "ab", "dhash": "01", "face_dhash": "02",
        "distance_to_neutral": None, "flat_residual": 0.04,
    }  # fmt: skip

    def test_an_engine_answer_becomes_metrics(self) -> None:
        metrics = frame_metrics(self.ANSWER)

        assert (metrics.face_width, metrics.distance_to_neutral, metrics.flat_residual) == (200.0, None, 0.04)

    @pytest.mark.parametrize(
        ("name", "value"), [("yaw", float("nan")), ("ear", None), ("sharpness", "99"), ("dhash", "")]
    )
    def test_a_measure_that_is_missing_is_never_guessed(self, name: str, value: object) -> None:
        with pytest.raises(ValueError, match=name):
            frame_metrics({**self.ANSWER, name: value})
