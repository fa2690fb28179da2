"""Take one live frame (提交活体帧): open it in memory, measure it, let the policy decide, forget it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from services.common.kit.calls import Call
from services.common.kit.errors import InvalidValue
from services.common.messages.identity import FaceCheckReference, SubmitFrame
from services.common.messages.shapes import RPC_OF
from services.identity.application.face_access import (
    CONSENT_MISSING,
    OTHER_METHODS,
    has_face_consent,
    has_review_consent,
    require_caller,
)
from services.identity.application.face_ports import Faces, UnusablePicture
from services.identity.application.face_queue import take_place, time_given_back
from services.identity.application.forget_expired import FRAME_MEMORY
from services.identity.application.means import Means
from services.identity.application.ports import Registers, Work
from services.identity.domain.face_check import FaceCheck
from services.identity.domain.face_check_parts import CheckState, Due, Measured, Secrets
from services.identity.domain.face_errors import CheckOver, FaceRefused
from services.identity.domain.face_review import FaceReview
from services.identity.domain.face_verdict import StepOutcome

MAX_FRAME = 1024 * 1024
MAX_BOX = 4 * MAX_FRAME // 3 + 200
"""Base64 characters of a sealed frame of 1 MiB."""


@dataclass(frozen=True)
class Expected:
    """What the frame is for: the check, the step its token names, the keys that open it, the card's template."""

    check: FaceCheck
    due: Due
    secrets: Secrets
    template: bytes


@dataclass(frozen=True)
class Seen:
    """What the engine saw: measures, or the code of why there was nothing to measure."""

    measured: Measured | None
    fault: str
    card_distance: float | None = None
    image: bytes = field(default=b"", repr=False)


def submit_frame(means: Means, faces: Faces, message: SubmitFrame, call: Call) -> FaceCheckReference:
    """Judge the frame and keep what follows from it.

    A check's first frame needs a place at the engine or is refused with a time to come back (`domain/face_line`); only then
    is it opened. The engine works with no transaction open; afterwards the step token must still be the one asked for, so
    of two frames at once only one counts. Raises CheckUnknown, CheckOver, StepTokenInvalid, FaceRefused, InvalidValue
    (`identity.frame_too_large`, `sealing.unreadable`), FaceLineFull, and Unavailable from the engine: none of these uses up
    a frame, and the wait for a silent engine uses up no time.
    """
    arrived_at = _asked_at(means, call)
    if len(message.frame) > MAX_BOX:
        raise InvalidValue("identity.frame_too_large", field="frame")
    with means.read() as registers:
        expected = _expected(means, registers, message, call)
    if expected.check.turn.begun_at is None:
        take_place(means, message.check_id, expected.due.attempt, arrived_at, call)
    with time_given_back(means, message.check_id, call):
        seen = _look(means, faces, expected, message.frame)
    with means.works(call) as work:
        work.face_checks.hold_person(expected.check.person_id)
        check = require_caller(work.face_checks.find(message.check_id), call)
        check.require_due(expected.due.attempt)
        _judge(means, work, check, seen, arrived_at)
        work.face_checks.save(check)
        _prepare_review(work, check, seen, arrived_at)
        answer = FaceCheckReference(check_id=check.check_id)
        work.commit(answer)
    return answer


def _asked_at(means: Means, call: Call) -> dt.datetime:
    """When the gateway asked: a frame that waited in the broker for a busy worker has not been late itself."""
    now = means.now()
    if not call.deadline:
        return now
    asked = dt.datetime.fromtimestamp(call.deadline - RPC_OF[SubmitFrame].deadline, dt.UTC)
    return min(now, max(asked, now - dt.timedelta(seconds=RPC_OF[SubmitFrame].deadline)))


def _expected(means: Means, registers: Registers, message: SubmitFrame, call: Call) -> Expected:
    check = require_caller(registers.face_checks.find(message.check_id), call)
    if check.secrets is None:
        raise CheckOver(state=check.state.value)
    due = check.require_due(means.tokens.read_step(message.step_token, check.check_id, check.secrets.nonce))
    template = registers.portraits.find(check.person_id)
    if template is None or not has_face_consent(registers, check.person_id):
        raise FaceRefused(CONSENT_MISSING, OTHER_METHODS)
    return Expected(check, due, check.secrets, template)


def _look(means: Means, faces: Faces, expected: Expected, box: str) -> Seen:
    """Open the frame and measure it; with the last step also the neutral frame's distance to the card."""
    image = means.sealing.open(box, expected.secrets.private)
    if len(image) > MAX_FRAME:
        raise InvalidValue("identity.frame_too_large", field="frame")
    neutral = expected.check.neutral
    try:
        measured = faces.read_frame(image, expected.due.action, neutral)
    except UnusablePicture as unusable:
        return Seen(None, unusable.code)
    if not expected.check.is_last_step or neutral is None:
        return Seen(measured, "", image=image)
    return Seen(measured, "", faces.distance(expected.template, neutral.template))


def _judge(means: Means, work: Work, check: FaceCheck, seen: Seen, arrived_at: dt.datetime) -> None:
    policy = means.rules.face_policy
    if seen.measured is None:
        check.count_unusable(policy, seen.fault, arrived_at)
        return
    verdict = check.judge(
        policy,
        seen.measured,
        arrived_at,
        counted_at=means.now(),
        seen=work.face_checks.remembered(check.person_id, arrived_at - FRAME_MEMORY),
        card_distance=seen.card_distance,
        proof_id=means.new_id(),
    )
    if verdict.outcome is StepOutcome.ACCEPTED:
        work.face_checks.remember(check.person_id, seen.measured.metrics.fingerprint, arrived_at)


def _prepare_review(work: Work, check: FaceCheck, seen: Seen, now: dt.datetime) -> None:
    """With the separate consent the neutral frame waits until the check's end, and longer only where that is a doubt."""
    if check.state is CheckState.RUNNING:
        fresh = len(check.accepted) == 1 and seen.measured is not None and check.tried == 0
        if fresh and has_review_consent(work, check.person_id):
            held = FaceReview.hold(check.check_id, check.person_id, check.purpose, seen.image, check.expires_at)
            work.face_reviews.save(held)
        return
    review = work.face_reviews.find(check.check_id)
    if review is None:
        return
    if check.state is CheckState.REVIEW and check.verdict is not None and has_review_consent(work, check.person_id):
        review.offer(check.verdict, now)
        work.face_reviews.save(review)
    else:
        work.face_reviews.drop(check.check_id)
