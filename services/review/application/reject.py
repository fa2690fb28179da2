"""不予备案, 不予注销: the end of an application, with its reason and what can be done against it."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.review import CancellationRefused, Reject, ReviewReference, ReviewRejected
from services.review.application import audit
from services.review.application.access import locked, own, reference_of, reviewer_of
from services.review.application.conflicts import Conflicts
from services.review.application.ports import Clock, Queue, Works
from services.review.domain.reasons import Point
from services.review.domain.review import Kind, Review


@dataclass(frozen=True)
class RejectReview:
    """Only the claimer rejects, and never without rule, reason and remedies."""

    works: Works
    queue: Queue
    conflicts: Conflicts
    now: Clock

    def __call__(self, message: Reject, call: Call) -> ReviewReference:
        """Return the rejected review.

        Raises ReviewNotFound, NotClaimed, ClaimExpired, AlreadyDecided, ConflictOfInterest, ReasonRequired, ReasonUnknown,
        ReasonUnfit, Unavailable.
        """
        reviewer = reviewer_of(call)
        found = own(self.queue.find(message.review_id), reviewer)
        found.require_claim(reviewer.id, self.now())
        self.conflicts.refuse(found, reviewer, call)
        with self.works(call) as work:
            review, now = locked(work, message.review_id, reviewer), self.now()
            point = review.reject(reviewer.id, Point("", message.rule, message.reason, message.remedies), now)
            work.reviews.save(review)
            work.reviews.record_decision(review, (point,))
            work.emit(_told(review, point), aggregate_id=str(review.case_no), case_no=review.case_no)
            audit.tell(work, audit.REJECTED, review, reviewer, now)
            answer = reference_of(review)
            work.commit(answer)
        return answer


def _told(review: Review, point: Point) -> ReviewRejected | CancellationRefused:
    shape = ReviewRejected if review.kind is Kind.FILING else CancellationRefused
    return shape(
        case_no=review.case_no,
        review_id=review.review_id,
        rule=point.rule,
        reason=point.reason,
        remedies=point.remedies,
    )
