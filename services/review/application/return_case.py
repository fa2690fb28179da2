"""退回: the complete list of what is to be mended, at once."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import ReturnItem
from services.common.messages.review import ReturnCase, ReviewReference, ReviewReturned
from services.review.application import audit
from services.review.application.access import locked, own, reference_of, reviewer_of
from services.review.application.conflicts import Conflicts
from services.review.application.ports import Clock, Parties, Queue, Works
from services.review.domain.reasons import Point
from services.review.domain.snapshot import parts_of


@dataclass(frozen=True)
class ReturnReview:
    """Only the claimer returns, and never without item and reason. What the case was is kept, to show later what changed."""

    works: Works
    queue: Queue
    parties: Parties
    conflicts: Conflicts
    now: Clock

    def __call__(self, message: ReturnCase, call: Call) -> ReviewReference:
        """Return the returned review.

        Raises ReviewNotFound, NotClaimed, ClaimExpired, AlreadyDecided, ConflictOfInterest, ReasonRequired, ReasonUnknown,
        ReasonUnfit, NotReturnable, Unavailable.
        """
        reviewer = reviewer_of(call)
        found = own(self.queue.find(message.review_id), reviewer)
        found.require_claim(reviewer.id, self.now())
        self.conflicts.refuse(found, reviewer, call)
        seen = parts_of(self.parties.view(found.case_no, call), self.parties.materials(found.case_no, call))
        with self.works(call) as work:
            review, now = locked(work, message.review_id, reviewer), self.now()
            points = tuple(Point(one.item, one.rule, one.reason) for one in message.items)
            kept = review.return_with(reviewer.id, points, now)
            work.reviews.save(review)
            work.reviews.record_decision(review, kept)
            work.reviews.keep_snapshot(review.review_id, seen)
            items = tuple(ReturnItem(item=one.item, reason=one.reason, rule=one.rule) for one in kept)
            told = ReviewReturned(case_no=review.case_no, review_id=review.review_id, items=items)
            work.emit(told, aggregate_id=str(review.case_no), case_no=review.case_no)
            audit.tell(work, audit.RETURNED, review, reviewer, now)
            answer = reference_of(review)
            work.commit(answer)
        return answer
