"""Show a check as it stands to whoever may act in it: the one step asked now, or the proof."""

from __future__ import annotations

import datetime as dt

from services.common.kit.calls import Call
from services.common.messages import identity as messages
from services.identity.application.face_access import require_caller
from services.identity.application.means import Means
from services.identity.application.ports import Registers
from services.identity.domain.face_challenge import PROMPTS
from services.identity.domain.face_check import FaceCheck
from services.identity.domain.face_check_parts import CheckState
from services.identity.domain.face_review import OPEN, FaceReview, ReviewState


def show_face_check(means: Means, reference: messages.FaceCheckReference, call: Call) -> messages.FaceCheck:
    """Return the check. The next action is told only once the one before was accepted. Raises CheckUnknown."""
    now = means.now()
    with means.read() as registers:
        check = require_caller(registers.face_checks.find(reference.check_id), call)
        review = registers.face_reviews.find(check.check_id) if check.state is CheckState.REVIEW else None
        proof = _proof(means, registers, check, now)
    running = check.state is CheckState.RUNNING
    over = running and now >= check.expires_at
    return messages.FaceCheck(
        check_id=check.check_id,
        state=CheckState.EXPIRED if over else check.state,
        methods=tuple(check.methods),
        sealing_key=check.secrets.public if check.secrets and not over else None,
        step=None if over else _step(means, check),
        review=None if review is None else _review_state(review, now),
        review_until=None if review is None else review.deadline,
        url=check.visit.url if check.visit and not over else None,
        reason=_reason(check, review),
        proof=proof,
        expires_at=check.expires_at if check.proof is None else check.proof.expires_at,
    )


def _reason(check: FaceCheck, review: FaceReview | None) -> str | None:
    """A clerk's refusal says more than the doubt before it."""
    return str(review.refusal) if review is not None and review.refusal is not None else check.reason


def _review_state(review: FaceReview, now: dt.datetime) -> str:
    over = now >= review.deadline and review.state in OPEN | {ReviewState.APPROVED}
    return (ReviewState.LAPSED if over else review.state).value


def _step(means: Means, check: FaceCheck) -> messages.FaceStep | None:
    due = check.due
    if due is None or check.secrets is None:
        return None
    prompt = PROMPTS[due.action]
    return messages.FaceStep(
        number=due.number,
        action=due.action,
        text_zh=prompt.zh,
        text_en=prompt.en,
        step_token=means.tokens.step(check.check_id, due.attempt, check.secrets.nonce),
    )


def _proof(means: Means, registers: Registers, check: FaceCheck, now: dt.datetime) -> str | None:
    proof = check.proof
    if proof is None or now >= proof.expires_at:
        return None
    return means.tokens.proof(proof, proof.rests_on(registers.consents.standing(proof.person_id, proof.issued_at)))
