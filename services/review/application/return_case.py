"""退回: the complete list of what is to be mended, at once."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import ReturnItem
from services.common.messages.review import ReturnCase, ReviewReference, ReviewReturned
from services.review.application.access import locked, reference_of, reviewer_of
from services.review.application.ports import Clock, Works


@dataclass(frozen=True)
class ReturnReview:
    """Only the claimer returns, and never without item and reason."""

    works: Works
    now: Clock

    def __call__(self, message: ReturnCase, call: Call) -> ReviewReference:
        """Return the returned review. Raises ReviewNotFound, NotClaimed, ClaimExpired, AlreadyDecided, ReasonRequired, ReasonUnfit."""
        reviewer = reviewer_of(call)
        with self.works(call) as work:
            review = locked(work, message.review_id, reviewer)
            kept = review.return_with(reviewer.id, tuple((one.item, one.reason) for one in message.items), self.now())
            work.reviews.save(review)
            work.reviews.record_decision(review, kept)
            items = tuple(ReturnItem(item=item, reason=reason) for item, reason in kept)
            told = ReviewReturned(case_no=review.case_no, review_id=review.review_id, items=items)
            work.emit(told, aggregate_id=str(review.case_no), case_no=review.case_no)
            answer = reference_of(review)
            work.commit(answer)
        return answer
