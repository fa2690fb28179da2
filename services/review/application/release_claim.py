"""A reviewer gives a claim back before it runs out."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.review import ReleaseClaim, ReviewReference
from services.review.application import audit
from services.review.application.access import locked, reference_of, reviewer_of
from services.review.application.ports import Clock, Works


@dataclass(frozen=True)
class ReleaseReview:
    """From here on anybody of the office may claim it."""

    works: Works
    now: Clock

    def __call__(self, message: ReleaseClaim, call: Call) -> ReviewReference:
        """Return the released review. Raises ReviewNotFound, NotClaimed, ClaimExpired, AlreadyDecided."""
        reviewer, now = reviewer_of(call), self.now()
        with self.works(call) as work:
            review = locked(work, message.review_id, reviewer)
            review.release(reviewer.id, now)
            work.reviews.save(review)
            audit.tell(work, audit.RELEASED, review, reviewer, now)
            answer = reference_of(review)
            work.commit(answer)
        return answer
