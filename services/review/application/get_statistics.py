"""审核统计: what an office decided in a period, how fast, and why it returned what it returned."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from services.common.kit.calls import Call
from services.common.messages.review import GetStatistics, RuleCount, Statistics
from services.review.application.ports import Clock, Figures, Queue
from services.review.domain.errors import PeriodInvalid
from services.review.domain.review import State

READERS = ("REVIEWER", "OFFICE_ADMIN")
USUAL = dt.timedelta(days=30)
LONGEST = dt.timedelta(days=366)


@dataclass(frozen=True)
class OfficeStatistics:
    """The caller's office alone; figures, no person."""

    queue: Queue
    now: Clock

    def __call__(self, message: GetStatistics, call: Call) -> Statistics:
        """Return the figures. Raises PeriodInvalid; Forbidden without the role."""
        call.actor.require_role(*READERS)
        since, until = self._period(message)
        office = call.actor.office
        return _told(office, self.queue.figures(office, since, until, self.now()))

    def _period(self, message: GetStatistics) -> tuple[dt.datetime, dt.datetime]:
        until = message.until or self.now()
        try:
            since = message.since or until - USUAL
        except OverflowError as wrong:  # thirty days before the year 1
            raise PeriodInvalid(field="until") from wrong
        if not since < until or until - since > LONGEST:
            raise PeriodInvalid(field="until")
        return since, until


def _told(office: str, found: Figures) -> Statistics:
    decided = sum(found.decided[one] for one in (State.APPROVED, State.RETURNED, State.REJECTED))
    rate = Decimal(found.decided[State.RETURNED]) / decided if decided else Decimal(0)
    ranked = sorted(found.reasons.items(), key=lambda one: (-one[1], one[0]))
    return Statistics(
        office=office,
        submitted=found.submitted,
        approved=found.decided[State.APPROVED],
        returned=found.decided[State.RETURNED],
        rejected=found.decided[State.REJECTED],
        withdrawn=found.decided[State.WITHDRAWN],
        late=found.late,
        open=found.open,
        overdue=found.overdue,
        cancelled=found.cancelled,
        return_rate=rate.quantize(Decimal("0.0001")),
        median_hours=found.hours[0].quantize(Decimal("0.01")),
        longest_hours=found.hours[1].quantize(Decimal("0.01")),
        reasons=tuple(RuleCount(rule=rule, count=count) for rule, count in ranked),
    )
