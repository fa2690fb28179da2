"""A submitted case, or an application to cancel its filing, joins the queue of its office."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CancellationApplied, CaseSubmitted
from services.review.application.ports import Clock, NewId, Offices, Works
from services.review.domain.clock import IsWorkday, days_left, due_at
from services.review.domain.review import Kind, Review


@dataclass(frozen=True)
class QueueSubmission:
    """A repeat changes nothing; a round that is older than one we know, or was withdrawn before it arrived, does not queue."""

    works: Works
    offices: Offices
    is_workday: IsWorkday
    now: Clock
    new_id: NewId

    def __call__(self, event: CaseSubmitted | CancellationApplied, call: Call) -> None:
        """Queue the round; an earlier one still open is over."""
        kind = Kind.FILING if isinstance(event, CaseSubmitted) else Kind.CANCELLATION
        now = self.now()
        with self.works(call) as work:
            rounds = work.reviews.of_case(event.case_no, kind)
            if all(known.round < event.round for known in rounds):
                for known in rounds:
                    known.supersede(now)
                    work.reviews.save(known)
                work.reviews.add(self._queued(event, kind, now, self._due_at(event.city, rounds, now)))
            work.commit()

    def _queued(
        self, event: CaseSubmitted | CancellationApplied, kind: Kind, now: dt.datetime, due: dt.datetime
    ) -> Review:
        return Review(
            review_id=self.new_id(),
            case_no=event.case_no,
            round=event.round,
            title_id=event.title_id,
            envelope_id=event.envelope_id,
            office=self.offices.office_of(event.city),
            queued_at=now,
            kind=kind,
            business_type=self.offices.business_type(event.city),
            due_at=due,
        )

    def _due_at(self, city: str, rounds: Sequence[Review], now: dt.datetime) -> dt.datetime:
        spans = [(one.queued_at, one.decided_at) for one in rounds if one.decided_at is not None]
        return due_at(now, days_left(self.offices.review_days(city), spans, self.is_workday), self.is_workday)
