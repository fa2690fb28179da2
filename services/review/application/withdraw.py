"""Contract takes a submission back for the seller, while nobody works on it."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.review import ReviewReference, WithdrawFromReview
from services.review.application.access import reference_of
from services.review.application.ports import Clock, NewId, Works
from services.review.domain.review import Review, State


@dataclass(frozen=True)
class Withdraw:
    """A withdrawal may overtake the submission it takes back: then a withdrawn round is kept, which keeps the late one out."""

    works: Works
    now: Clock
    new_id: NewId

    def __call__(self, message: WithdrawFromReview, call: Call) -> ReviewReference:
        """Return the withdrawn review. Raises AlreadyClaimed, AlreadyDecided; Forbidden for anybody but contract."""
        call.actor.require_service("contract")
        now = self.now()
        with self.works(call) as work:
            rounds = {known.round: known for known in work.reviews.of_case(message.case_no)}
            review = rounds.get(message.round)
            if review is None:
                review = self._overtaken(message)
                work.reviews.add(review)
            else:
                review.withdraw(now)
                work.reviews.save(review)
            answer = reference_of(review)
            work.commit(answer)
        return answer

    def _overtaken(self, message: WithdrawFromReview) -> Review:
        now = self.now()
        return Review(
            review_id=self.new_id(),
            case_no=message.case_no,
            round=message.round,
            title_id="",
            envelope_id="",
            office="",
            queued_at=now,
            state=State.WITHDRAWN,
            decided_at=now,
        )
