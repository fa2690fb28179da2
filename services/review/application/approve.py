"""审核通过: house and buyers are checked again, the filing gets its number, signing seals; or a filing is cancelled."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Actor, Call
from services.common.messages.review import Approve, FilingCancelled, ReviewApproved, ReviewReference
from services.review.application import audit
from services.review.application.access import locked, own, reference_of, reviewer_of
from services.review.application.conflicts import Conflicts
from services.review.application.ports import Clock, Offices, Queue, ReviewWork, Works
from services.review.application.recheck import Recheck
from services.review.domain.errors import NotApproved
from services.review.domain.filing_number import day_of, filing_no
from services.review.domain.review import FILED, Kind, Review


@dataclass(frozen=True)
class ApproveReview:
    """The neighbours are asked just before the transaction; a filing it cannot take any more is refused again at the push.

    Where the city asks for two persons, the first approval only hands the submission on.
    """

    works: Works
    queue: Queue
    offices: Offices
    conflicts: Conflicts
    recheck: Recheck
    now: Clock

    def __call__(self, message: Approve, call: Call) -> ReviewReference:
        """Return the approved review with its filing number.

        Raises ReviewNotFound, NotClaimed, ClaimExpired, AlreadyDecided, ConflictOfInterest, HouseBarred, BuyerBarred,
        HouseAlreadyFiled, AlreadyTransferred, Unavailable.
        """
        reviewer = reviewer_of(call)
        found = own(self.queue.find(message.review_id), reviewer)
        found.require_claim(reviewer.id, self.now())
        self.conflicts.refuse(found, reviewer, call)
        self.recheck(found, call)
        with self.works(call) as work:
            review = locked(work, message.review_id, reviewer)
            self._pass(work, review, reviewer)
            work.reviews.save(review)
            answer = reference_of(review)
            work.commit(answer)
        return answer

    def _pass(self, work: ReviewWork, review: Review, reviewer: Actor) -> None:
        if not review.first_ok_by and self.offices.reviewers(review.case_no.city) > 1:
            review.pass_first(reviewer.id, self.now())
            audit.tell(work, audit.PASSED_FIRST, review, reviewer, self.now())
            return
        if review.kind is Kind.FILING:
            self._file(work, review, reviewer.id)
        else:
            self._cancel(work, review, reviewer.id)
        audit.tell(work, audit.APPROVED, review, reviewer, self.now())

    def _file(self, work: ReviewWork, review: Review, reviewer: str) -> None:
        now, city = self.now(), review.case_no.city
        review.require_claim(reviewer, now)
        day, form = day_of(now), self.offices.filing_numbers(city)
        review.approve(reviewer, filing_no(form.prefix, day, work.filings.next_number(city, day), form.digits), now)
        work.filings.add(review)
        told = ReviewApproved(
            case_no=review.case_no,
            review_id=review.review_id,
            envelope_id=review.envelope_id,
            filing_no=review.filing_no,
            approved_at=now,
        )
        work.emit(told, aggregate_id=str(review.case_no), case_no=review.case_no)

    def _cancel(self, work: ReviewWork, review: Review, reviewer: str) -> None:
        now = self.now()
        review.approve(reviewer, "", now)
        filing = next((one for one in work.reviews.of_case(review.case_no) if one.state in FILED), None)
        if filing is None:
            raise NotApproved(case_no=str(review.case_no))
        filing.cancel()
        work.filings.cancel(filing)
        work.reviews.save(filing)
        work.pushes.due_at(filing.review_id, now)
        told = FilingCancelled(
            case_no=review.case_no, review_id=review.review_id, filing_no=filing.filing_no, cancelled_at=now
        )
        work.emit(told, aggregate_id=str(review.case_no), case_no=review.case_no)
