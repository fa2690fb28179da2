"""A page of the office's queue, for its reviewers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.kit.calls import Actor, Call
from services.common.kit.cursors import cursor_after, place_of
from services.common.kit.errors import InvalidValue
from services.common.messages.review import ListQueue, ReviewItem, ReviewQueue, StateCount
from services.review.application.access import reviewer_of
from services.review.application.ports import Clock, Page, Queue, Wanted
from services.review.domain.review import OPEN, Kind, Review, State

MOST = 100


@dataclass(frozen=True)
class ListOfficeQueue:
    """`state` empty: everything still to be decided. Oldest first; a claim that ran out shows as queued."""

    queue: Queue
    now: Clock

    def __call__(self, message: ListQueue, call: Call) -> ReviewQueue:
        """Return the page. Raises InvalidValue for an unknown state, kind or cursor; Forbidden without the role."""
        reviewer = reviewer_of(call)
        limit, now = max(1, min(message.limit, MOST)), self.now()
        wanted = _wanted(message, reviewer)
        found = self.queue.page(
            wanted, Page(after=place_of(message.cursor, "review.cursor_invalid"), limit=limit + 1), now
        )
        counts = self.queue.counts(wanted, now)
        return ReviewQueue(
            items=tuple(item_of(one.review, now, one.push_refused) for one in found[:limit]),
            next_cursor=_after(found[limit - 1].review) if len(found) > limit else "",
            counts=tuple(StateCount(state=one.value, count=counts.states.get(one, 0)) for one in State),
            overdue=counts.overdue,
        )


def _wanted(message: ListQueue, reviewer: Actor) -> Wanted:
    return Wanted(
        office=reviewer.office,
        states=_states(message.state),
        kind=_kind(message.kind),
        business_type=message.business_type,
        city=message.city,
        submitted_from=message.submitted_from,
        submitted_until=message.submitted_until,
        claimed_by=reviewer.id if message.mine else "",
        overdue=message.overdue,
    )


def _states(text: str) -> frozenset[State]:
    if not text:
        return OPEN
    try:
        return frozenset({State(text)})
    except ValueError as wrong:
        raise InvalidValue("review.state_unknown", field="state") from wrong


def _kind(text: str) -> Kind | None:
    try:
        return Kind(text) if text else None
    except ValueError as wrong:
        raise InvalidValue("review.kind_unknown", field="kind") from wrong


def item_of(review: Review, now: dt.datetime, push_refused: str = "") -> ReviewItem:
    """Return a submission as the queue shows it."""
    holder = review.holder(now)
    return ReviewItem(
        review_id=review.review_id,
        case_no=review.case_no,
        state=review.shown_state(now).value,
        round=review.round,
        queued_at=review.queued_at,
        claimed_by=holder,
        claimed_until=review.claimed_until if holder else None,
        filing_no=review.filing_no,
        kind=review.kind.value,
        business_type=review.business_type,
        due_at=review.due_at,
        overdue=review.overdue(now),
        first_ok_by=review.first_ok_by,
        push_refused=push_refused,
    )


def _after(last: Review) -> str:
    return cursor_after(last.queued_at, last.review_id)
