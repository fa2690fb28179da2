"""A filing the register refused is pushed again now: what stood in the way has been mended."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.review import RetryPush, ReviewReference
from services.review.application import audit
from services.review.application.access import locked, reference_of, reviewer_of
from services.review.application.ports import Clock, Works
from services.review.domain.errors import NothingToPush


@dataclass(frozen=True)
class PushAgain:
    """Only makes it due; the sweep pushes, and says how it went in the queue."""

    works: Works
    now: Clock

    def __call__(self, message: RetryPush, call: Call) -> ReviewReference:
        """Return the review. Raises ReviewNotFound, NothingToPush."""
        reviewer, now = reviewer_of(call), self.now()
        with self.works(call) as work:
            review = locked(work, message.review_id, reviewer)
            if not work.pushes.is_due(review.review_id):
                raise NothingToPush
            work.pushes.due_at(review.review_id, now)
            audit.tell(work, audit.PUSHED_AGAIN, review, reviewer, now)
            answer = reference_of(review)
            work.commit(answer)
        return answer
