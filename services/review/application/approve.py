"""审核通过: house and buyers are checked again, the filing gets its number, signing seals."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.review import Approve, ReviewApproved, ReviewReference
from services.review.application.access import locked, own, reference_of, reviewer_of
from services.review.application.ports import Clock, Offices, Queue, ReviewWork, Works
from services.review.application.recheck import Recheck
from services.review.domain.filing_number import day_of, filing_no
from services.review.domain.review import Review


@dataclass(frozen=True)
class ApproveReview:
    """The neighbours are asked just before the transaction; a filing it cannot take any more is refused again at the push."""

    works: Works
    queue: Queue
    offices: Offices
    recheck: Recheck
    now: Clock

    def __call__(self, message: Approve, call: Call) -> ReviewReference:
        """Return the approved review with its filing number.

        Raises ReviewNotFound, NotClaimed, ClaimExpired, AlreadyDecided, HouseBarred, BuyerBarred,
        HouseAlreadyFiled, Unavailable.
        """
        reviewer = reviewer_of(call)
        found = own(self.queue.find(message.review_id), reviewer)
        found.require_claim(reviewer.id, self.now())
        self.recheck(found, call)
        with self.works(call) as work:
            review = locked(work, message.review_id, reviewer)
            self._approve(work, review, reviewer.id)
            answer = reference_of(review)
            work.commit(answer)
        return answer

    def _approve(self, work: ReviewWork, review: Review, reviewer: str) -> None:
        now, city = self.now(), review.case_no.city
        review.require_claim(reviewer, now)
        day, form = day_of(now), self.offices.filing_numbers(city)
        review.approve(reviewer, filing_no(form.prefix, day, work.filings.next_number(city, day), form.digits), now)
        work.filings.add(review)
        work.reviews.save(review)
        told = ReviewApproved(
            case_no=review.case_no,
            review_id=review.review_id,
            envelope_id=review.envelope_id,
            filing_no=review.filing_no,
            approved_at=now,
        )
        work.emit(told, aggregate_id=str(review.case_no), case_no=review.case_no)
