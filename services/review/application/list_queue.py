"""A page of the office's queue, for its reviewers."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import InvalidValue
from services.common.messages.review import ListQueue, ReviewItem, ReviewQueue
from services.review.application.access import reviewer_of
from services.review.application.ports import Clock, Page, Queue
from services.review.domain.review import OPEN, Review, State

MOST = 100


@dataclass(frozen=True)
class ListOfficeQueue:
    """`state` empty: everything still to be decided. Oldest first; a claim that ran out shows as queued."""

    queue: Queue
    now: Clock

    def __call__(self, message: ListQueue, call: Call) -> ReviewQueue:
        """Return the page. Raises InvalidValue for an unknown state or cursor; Forbidden without the role."""
        reviewer = reviewer_of(call)
        limit, now = max(1, min(message.limit, MOST)), self.now()
        page = Page(after=_read(message.cursor), limit=limit + 1)
        found = self.queue.page(reviewer.office, _states(message.state), page, now)
        more = len(found) > limit
        return ReviewQueue(
            items=tuple(_item(review, now) for review in found[:limit]),
            next_cursor=_cursor(found[limit - 1]) if more else "",
        )


def _states(text: str) -> frozenset[State]:
    if not text:
        return OPEN
    try:
        return frozenset({State(text)})
    except ValueError as wrong:
        raise InvalidValue("review.state_unknown", field="state") from wrong


def _item(review: Review, now: dt.datetime) -> ReviewItem:
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
    if when.tzinfo is None:
        raise InvalidValue("review.cursor_invalid", field="cursor")
    return when, review_id
