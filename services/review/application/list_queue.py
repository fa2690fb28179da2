"""A page of the office's queue, for its reviewers."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from dataclasses import dataclass

from services.common.kit.calls import Actor, Call
from services.common.kit.errors import InvalidValue
from services.common.messages.review import ListQueue, ReviewItem, ReviewQueue, StateCount
from services.review.application.access import reviewer_of
from services.review.application.ports import Clock, Page, Queue, Wanted
from services.review.domain.review import OPEN, Kind, Review, State

MOST = 100
_REVIEW_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


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
        found = self.queue.page(wanted, Page(after=_read(message.cursor), limit=limit + 1), now)
        counts = self.queue.counts(wanted, now)
        return ReviewQueue(
            items=tuple(item_of(one.review, now, one.push_refused) for one in found[:limit]),
            next_cursor=_cursor(found[limit - 1].review) if len(found) > limit else "",
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


def _cursor(review: Review) -> str:
    return base64.urlsafe_b64encode(f"{review.queued_at.isoformat()} {review.review_id}".encode()).decode()


def _read(cursor: str) -> tuple[dt.datetime, str] | None:
    if not cursor:
        return None
    try:
        at, _, review_id = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        when = dt.datetime.fromisoformat(at)
    except (ValueError, binascii.Error) as wrong:
        raise InvalidValue("review.cursor_invalid", field="cursor") from wrong
    if when.tzinfo is None or not _REVIEW_ID.fullmatch(review_id):
        raise InvalidValue("review.cursor_invalid", field="cursor")
    return when, review_id
