"""不予备案: the end of a case, with the reason and what the parties can do about it."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.review import Reject, ReviewReference, ReviewRejected
from services.review.application.access import locked, reference_of, reviewer_of
from services.review.application.ports import Clock, Works


@dataclass(frozen=True)
class RejectReview:
    """Only the claimer rejects, and never without reason and remedies."""

    works: Works
    now: Clock

    def __call__(self, message: Reject, call: Call) -> ReviewReference:
        """Return the rejected review. Raises ReviewNotFound, NotClaimed, ClaimExpired, AlreadyDecided, ReasonRequired, ReasonUnfit."""
        reviewer = reviewer_of(call)
        with self.works(call) as work:
            review = locked(work, message.review_id, reviewer)
            reason, remedies = review.reject(reviewer.id, message.reason, message.remedies, self.now())
            work.reviews.save(review)
            work.reviews.record_decision(review, ((reason, remedies),))
            told = ReviewRejected(case_no=review.case_no, review_id=review.review_id, reason=reason, remedies=remedies)
            work.emit(told, aggregate_id=str(review.case_no), case_no=review.case_no)
            answer = reference_of(review)
            work.commit(answer)
        return answer
