"""Take one live frame (提交活体帧): open it in memory, measure it, let the policy decide, forget it."""

from __future__ import annotations

import datetime as dt

from services.common.kit.calls import Call
from services.common.kit.errors import InvalidValue
from services.common.messages.identity import FaceCheckReference, SubmitFrame
from services.identity.application.face_access import CONSENT_MISSING, OTHER_METHODS, has_face_consent, require_caller
from services.identity.application.means import Means
from services.identity.application.ports import Faces, Registers, UnusablePicture, Work
from services.identity.application.start_face_check import FRAME_MEMORY
from services.identity.domain.errors import CheckOver, FaceRefused, StepTokenInvalid
from services.identity.domain.face_check import Due, FaceCheck, Measured
from services.identity.domain.face_verdict import StepOutcome

MAX_FRAME = 1024 * 1024
MAX_BOX = 4 * MAX_FRAME // 3 + 200
"""Base64 characters of a sealed frame of 1 MiB."""


def submit_frame(means: Means, faces: Faces, message: SubmitFrame, call: Call) -> FaceCheckReference:
    """Judge the frame and keep what follows from it.

    The engine works with no transaction open; afterwards the step token must still be the one asked for, so of two
    frames at once only one counts. Raises CheckUnknown, CheckOver, StepTokenInvalid, FaceRefused, InvalidValue
    (`identity.frame_too_large`, `sealing.unreadable`) and Unavailable from the engine: none of these uses up a frame.
    """
    arrived_at = means.now()
    if len(message.frame) > MAX_BOX:
        raise InvalidValue("identity.frame_too_large", field="frame")
    with means.read() as registers:
        check, due, template = _expected(means, registers, message, call)
    measured, distance = _measure(means, faces, check, due, template, message.frame)
    with means.works(call) as work:
        work.face_checks.hold_person(check.person_id)
        current = require_caller(work.face_checks.find(message.check_id), call)
        current.require_due(due.attempt)
        if isinstance(measured, str):
            current.count_unusable(means.rules.face_policy, measured, arrived_at)
        else:
            _judge(means, work, current, measured, distance, arrived_at)
        work.face_checks.save(current)
        answer = FaceCheckReference(check_id=current.check_id)
        work.commit(answer)
    return answer


def _expected(
    means: Means, registers: Registers, message: SubmitFrame, call: Call
) -> tuple[FaceCheck, Due, bytes]:
    """The check, the step the token is for, and the card's template."""
    check = require_caller(registers.face_checks.find(message.check_id), call)
    if check.secrets is None:
        raise CheckOver(state=check.state.value)
    due = check.require_due(means.tokens.read_step(message.step_token, check.check_id, check.secrets.nonce))
    template = registers.portraits.find(check.person_id)
    if template is None or not has_face_consent(registers, check.person_id):
        raise FaceRefused(CONSENT_MISSING, OTHER_METHODS)
    return check, due, template


def _measure(  # noqa: PLR0913 - what the engine needs
    means: Means, faces: Faces, check: FaceCheck, due: Due, template: bytes, box: str
) -> tuple[Measured | str, float | None]:
    """What the engine saw, or the code of why it saw nothing; with the last step also the neutral frame's distance to the card."""
    if check.secrets is None:
        raise StepTokenInvalid
    image = means.sealing.open(box, check.secrets.private)
    if len(image) > MAX_FRAME:
        raise InvalidValue("identity.frame_too_large", field="frame")
    try:
        measured = faces.read_frame(image, due.action, check.neutral)
    except UnusablePicture as unusable:
        return unusable.code, None
    if not check.is_last_step or check.neutral is None:
        return measured, None
    return measured, faces.distance(template, check.neutral.template)


def _judge(  # noqa: PLR0913 - what the policy needs
    means: Means, work: Work, check: FaceCheck, measured: Measured, distance: float | None, arrived_at: dt.datetime
) -> None:
    seen = work.face_checks.remembered(check.person_id, arrived_at - FRAME_MEMORY)
    verdict = check.judge(
        means.rules.face_policy, measured, arrived_at, seen=seen, card_distance=distance, proof_id=means.new_id()
    )
    if verdict.outcome is StepOutcome.ACCEPTED:
        work.face_checks.remember(check.person_id, measured.metrics.fingerprint, arrived_at)
