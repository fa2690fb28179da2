"""A reviewer takes a submission for the time of a claim."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.review import Claim, ReviewClaimed, ReviewReference
from services.review.application import audit
from services.review.application.access import locked, own, reference_of, reviewer_of
from services.review.application.conflicts import Conflicts
from services.review.application.ports import Clock, Offices, Queue, Works
from services.review.domain.review import Kind


@dataclass(frozen=True)
class ClaimReview:
    """Claiming one's own again extends it; one that ran out may be taken over. Told when the reviewer is a new one."""

    works: Works
    queue: Queue
    offices: Offices
    conflicts: Conflicts
    now: Clock

    def __call__(self, message: Claim, call: Call) -> ReviewReference:
        """Return the claimed review. Raises ReviewNotFound, ConflictOfInterest, AlreadyClaimed, AlreadyDecided."""
        reviewer, now = reviewer_of(call), self.now()
        self.conflicts.refuse(own(self.queue.find(message.review_id), reviewer), reviewer, call)
        with self.works(call) as work:
            review = locked(work, message.review_id, reviewer)
            if review.claim(reviewer.id, self.offices.claim_minutes(review.case_no.city), now):
                audit.tell(work, audit.CLAIMED, review, reviewer, now)
                if review.kind is Kind.FILING:
                    told = ReviewClaimed(case_no=review.case_no, review_id=review.review_id)
                    work.emit(told, aggregate_id=str(review.case_no), case_no=review.case_no)
            work.reviews.save(review)
            answer = reference_of(review)
            work.commit(answer)
        return answer
