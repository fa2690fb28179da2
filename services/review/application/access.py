"""Who may work on which review. Decides role and office; the claim is the domain's."""

from __future__ import annotations

from services.common.kit.calls import Actor, Call
from services.common.messages.review import ReviewReference
from services.review.application.ports import ReviewWork
from services.review.domain.errors import ReviewNotFound
from services.review.domain.review import Review

REVIEWER = "REVIEWER"


def reviewer_of(call: Call) -> Actor:
    """Return the reviewer who asks. Raises NotAuthenticated, Forbidden."""
    call.actor.require_role(REVIEWER)
    return call.actor


def own(review: Review | None, reviewer: Actor) -> Review:
    """Return the review if it is the reviewer's office's. Raises ReviewNotFound."""
    if review is None or not review.office or review.office != reviewer.office:
        raise ReviewNotFound
    return review


def locked(work: ReviewWork, review_id: str, reviewer: Actor) -> Review:
    """Return the office's review, locked. Raises ReviewNotFound."""
    return own(work.reviews.get(review_id), reviewer)


def reference_of(review: Review) -> ReviewReference:
    """Return the answer of every command."""
    return ReviewReference(review_id=review.review_id, state=review.state.value, filing_no=review.filing_no)
