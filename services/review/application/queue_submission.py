"""A submitted case joins the queue of its office."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseSubmitted
from services.review.application.ports import Clock, NewId, Offices, Works
from services.review.domain.review import Review


@dataclass(frozen=True)
class QueueSubmission:
    """A repeat changes nothing; a round that is older than one we know, or was withdrawn before it arrived, does not queue."""

    works: Works
    offices: Offices
    now: Clock
    new_id: NewId

    def __call__(self, event: CaseSubmitted, call: Call) -> None:
        """Queue the round; an earlier one still open is over."""
        office, now = self.offices.office_of(event.city), self.now()
        with self.works(call) as work:
            rounds = work.reviews.of_case(event.case_no)
            if all(known.round < event.round for known in rounds):
                for known in rounds:
                    known.supersede(now)
                    work.reviews.save(known)
                work.reviews.add(
                    Review(
                        review_id=self.new_id(),
                        case_no=event.case_no,
                        round=event.round,
                        title_id=event.title_id,
                        envelope_id=event.envelope_id,
                        office=office,
                        queued_at=now,
                    )
                )
            work.commit()
