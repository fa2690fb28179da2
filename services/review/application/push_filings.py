"""备案推送: what the register has not acknowledged, a filing or its cancellation, is pushed until it has."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import DomainError, Kind
from services.common.messages.review import FilingPushed
from services.review.application.ports import Clock, Queue, Register, Works
from services.review.domain.push import LOUD_AFTER, next_attempt
from services.review.domain.review import Review, State

log = logging.getLogger(__name__)
BATCH = 20
HELD = dt.timedelta(seconds=60)
"""How long a sweep keeps a filing to itself; one that dies leaves it to the next sweep."""


@dataclass(frozen=True)
class PushDueFilings:
    """One sweep. The request_id is the review's, so a push whose answer was lost returns the first receipt.

    What the register refuses is shown to staff with its reason, and pushed again by them or by itself after a longer while.
    """

    works: Works
    queue: Queue
    register: Register
    now: Clock
    own_call: Callable[[], Call]

    def __call__(self) -> int:
        """Push what is due; returns how many the register did not take."""
        with self.works(self.own_call()) as work:
            now = self.now()
            due = work.pushes.claim(now, now + HELD, BATCH)
            work.commit()
        return sum(not self._push(review_id) for review_id in due)

    def _push(self, review_id: str) -> bool:
        review = self.queue.find(review_id)
        if review is None:
            return False
        call = self.own_call()
        try:
            receipt_no = self.register.push(review, _request_id(review), call)
        except DomainError as refused:
            self._try_later(review, refused)
            return False
        self._acknowledge(review, receipt_no)
        return True

    def _acknowledge(self, pushed: Review, receipt_no: str) -> None:
        with self.works(self.own_call()) as work:
            review = work.reviews.get(pushed.review_id)
            if review.state is State.CANCELLED and pushed.state is not State.CANCELLED:
                work.pushes.due_at(review.review_id, self.now())  # cancelled while it was on its way
                work.commit()
                return
            if review.state is not State.CANCELLED and review.acknowledge(receipt_no):
                work.reviews.save(review)
                told = FilingPushed(case_no=review.case_no, filing_no=review.filing_no, receipt_no=receipt_no)
                work.emit(told, aggregate_id=str(review.case_no), case_no=review.case_no)
            work.pushes.done(review.review_id)
            work.commit()

    def _try_later(self, review: Review, refused: DomainError) -> None:
        out_of_reach = refused.kind in {Kind.UNAVAILABLE, Kind.INTERNAL}
        with self.works(self.own_call()) as work:
            attempts = work.pushes.failed(review.review_id, "" if out_of_reach else refused.code)
            again = next_attempt(attempts, self.now(), refused=not out_of_reach)
            work.pushes.due_at(review.review_id, again)
            work.commit()
        level = logging.ERROR if attempts >= LOUD_AFTER or not out_of_reach else logging.WARNING
        told = {"case_no": str(review.case_no), "code": refused.code, "attempt": attempts}
        log.log(level, "filing not acknowledged by the register", extra=told)


def _request_id(review: Review) -> str:
    return f"{'cancel' if review.state is State.CANCELLED else 'push'}:{review.review_id}"
