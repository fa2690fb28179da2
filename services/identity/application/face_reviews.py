"""The desk for doubtful face checks (人工复核): the person asks, a clerk looks and decides; the proof waits to be collected."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.kit.cursors import cursor_after, place_of
from services.common.kit.sealing import seal
from services.common.messages import identity as messages
from services.common.messages.shapes import Nothing
from services.common.values import PersonId
from services.identity.application.enrol_portrait import MAX_BOX, open_portrait, read_portrait, template_gone
from services.identity.application.face_access import has_review_consent, require_caller
from services.identity.application.face_ports import Faces
from services.identity.application.means import Means
from services.identity.application.ports import Registers
from services.identity.domain.face_errors import FaceReviewCardDiffers, FaceReviewOver, FaceReviewUnknown
from services.identity.domain.face_review import FaceReview, RefusalReason
from services.identity.domain.staff_act import REVIEW_DECIDED, REVIEW_SHOWN, StaffAct

ROLE = "COUNTER_CLERK"
"""Whoever may vouch for a person at the counter may vouch for a picture; the office is the one the person chose."""

PAGE = 50


def request_face_review(
    means: Means, faces: Faces, message: messages.RequestFaceReview, call: Call
) -> messages.FaceCheckReference:
    """Queue the check with the card portrait, which must be of the card that was enrolled.

    Raises CheckUnknown, FaceReviewOver, FaceRefused without portrait, FaceReviewCardDiffers, InvalidValue for a box or
    picture that is no use, Unavailable from the engine.
    """
    now = means.now()
    with means.read() as registers:
        check = require_caller(registers.face_checks.find(message.check_id), call)
        template = registers.portraits.find(check.person_id)
        _require_offered(registers, check.check_id, check.person_id)
    if template is None:
        raise template_gone()
    with faces.card_place():  # before anything is opened
        card = open_portrait(means, message.card, "card", MAX_BOX)
        reading = read_portrait(means, faces, card, "card")
    if not faces.distance(template, reading.template) <= means.rules.face_policy.accept_distance:
        raise FaceReviewCardDiffers(field="card")
    with means.works(call) as work:
        review = _require_offered(work, check.check_id, check.person_id)
        review.ask(message.office, card, now)
        work.face_reviews.save(review)
        answer = messages.FaceCheckReference(check_id=check.check_id)
        work.commit(answer)
    return answer


def _require_offered(registers: Registers, check_id: str, person_id: PersonId) -> FaceReview:
    review = registers.face_reviews.find(check_id)
    if review is None or not has_review_consent(registers, person_id):
        raise FaceReviewOver
    return review


def list_face_reviews(means: Means, message: messages.ListFaceReviews, call: Call) -> messages.FaceReviewQueue:
    """List what waits for the caller's office, oldest first, without names or pictures.

    Raises NotAuthenticated, Forbidden, InvalidValue for a cursor that is not ours.
    """
    call.actor.require_role(ROLE)
    after, limit = place_of(message.cursor, "identity.cursor_invalid"), min(max(message.limit, 1), PAGE)
    with means.read() as registers:
        waiting = registers.face_reviews.queue(call.actor.office, means.now(), limit + 1, after)
    items = tuple(_item(one) for one in waiting[:limit])
    more = len(waiting) > limit
    return messages.FaceReviewQueue(
        items=items, next_cursor=cursor_after(items[-1].queued_at, items[-1].check_id) if more else ""
    )


def _item(review: FaceReview) -> messages.FaceReviewItem:
    return messages.FaceReviewItem(
        check_id=review.check_id,
        purpose=review.purpose,
        score=review.score or 0,
        signals=review.signals,
        queued_at=review.queued_at or review.deadline,
        deadline=review.deadline,
    )


def look_at_face_review(means: Means, message: messages.LookAtFaceReview, call: Call) -> messages.FaceCheckReference:
    """Note that the caller looks; the pictures come with the answer. Raises FaceReviewUnknown, FaceReviewOver, FaceReviewOfOneself."""
    call.actor.require_role(ROLE)
    now = means.now()
    with means.works(call) as work:
        review = _of_office(work, message.check_id, call)
        review.require_readable(_person_of(work, call), now)
        work.face_reviews.note_read(review.check_id, call.actor.id, call.actor.office, now)
        work.staff_acts.add(_act(means, call, REVIEW_SHOWN, review.person_id))
        answer = messages.FaceCheckReference(check_id=review.check_id)
        work.commit(answer)
    return answer


def show_face_review(
    means: Means, reference: messages.FaceCheckReference, message: messages.LookAtFaceReview, call: Call
) -> messages.FaceReviewPictures:
    """Show both pictures and no name (a face is all there is to judge), sealed to the key made for this answer. Raises FaceReviewOver, FaceReviewUnknown."""
    with means.read() as registers:
        review = _of_office(registers, reference.check_id, call)
    review.require_readable(None, means.now())
    if review.frame is None or review.card is None:
        raise FaceReviewOver
    return messages.FaceReviewPictures(
        check_id=review.check_id,
        purpose=review.purpose,
        score=review.score or 0,
        signals=review.signals,
        deadline=review.deadline,
        frame=seal(review.frame, message.reader_key),
        card=seal(review.card, message.reader_key),
    )


def decide_face_review(means: Means, message: messages.DecideFaceReview, call: Call) -> Nothing:
    """Approve or refuse, which deletes the pictures. Raises FaceReviewNotRead besides what looking raises."""
    call.actor.require_role(ROLE)
    refusal = None if message.approve else RefusalReason.read(message.reason)
    with means.works(call) as work:
        review = _of_office(work, message.check_id, call)
        read = call.actor.id in work.face_reviews.readers(review.check_id)
        review.decide(call.actor.id, refusal, means.now(), clerk=_person_of(work, call), read=read)
        work.face_reviews.save(review)
        work.staff_acts.add(_act(means, call, REVIEW_DECIDED, review.person_id))
        work.emit(messages.FaceReviewDecided(check_id=review.check_id), aggregate_id=review.check_id)
        work.commit(Nothing())
    return Nothing()


def _act(means: Means, call: Call, act: str, person_id: PersonId) -> StaffAct:
    return StaffAct(means.new_id(), call.actor.id, call.actor.office, act, str(person_id), means.now())


def _of_office(registers: Registers, check_id: str, call: Call) -> FaceReview:
    review = registers.face_reviews.find(check_id)
    if review is None or not review.office or review.office != call.actor.office:
        raise FaceReviewUnknown
    return review


def _person_of(registers: Registers, call: Call) -> PersonId | None:
    clerk = registers.staff.find(call.actor.id)
    return None if clerk is None else clerk.person_id
