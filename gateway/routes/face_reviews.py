"""The clerks' desk for doubtful face checks. Pictures are sealed to a key made for one answer and are never kept here."""

from __future__ import annotations

from gateway.exchange import Exchange, Reply
from gateway.routing import route
from gateway.schemas.face_checks import (
    FaceReviewPicturesReply,
    FaceReviewQueueReply,
    FaceReviewsQuery,
    ReviewDecisionBody,
)
from services.common.kit.sealing import SealingPair
from services.common.messages import identity


@route("GET", "/v1/staff/face-reviews", actor="staff", query=FaceReviewsQuery, reply=FaceReviewQueueReply)
def list_face_reviews(exchange: Exchange, query: FaceReviewsQuery) -> Reply:
    """List the doubtful face checks that wait for one's office, oldest first (人脸人工复核)."""
    return Reply(FaceReviewQueueReply.of(exchange.ask(query.message())))


@route("POST", "/v1/staff/face-reviews/{check}/viewings", actor="staff", reply=FaceReviewPicturesReply)
def look_at_face_review(exchange: Exchange) -> Reply:
    """See live frame and card portrait of a doubtful check; who looks is written down."""
    pair = SealingPair.generate()
    message = identity.LookAtFaceReview(check_id=exchange.parts["check"], reader_key=pair.public)
    return Reply(FaceReviewPicturesReply.of(exchange.order(message, fresh=True), pair.private))


@route(
    "POST",
    "/v1/staff/face-reviews/{check}/decisions",
    actor="staff",
    body=ReviewDecisionBody,
    status=204,
    idempotent=True,
)
def decide_face_review(exchange: Exchange, body: ReviewDecisionBody) -> Reply:
    """Approve or refuse a doubtful check one has looked at; its pictures are deleted."""
    exchange.order(body.message(exchange.parts["check"]))
    return Reply()
