"""备案推送: what the register has not acknowledged is pushed until it has."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import DomainError
from services.common.messages.review import FilingPushed
from services.review.application.ports import Clock, Queue, Register, Works
from services.review.domain.push import LOUD_AFTER, next_attempt
from services.review.domain.review import Review

log = logging.getLogger(__name__)
BATCH = 20
HELD = dt.timedelta(seconds=60)
"""How long a sweep keeps a filing to itself; one that dies leaves it to the next sweep."""


@dataclass(frozen=True)
class PushDueFilings:
    """One sweep. The request_id is the review's, so a push whose answer was lost returns the first receipt."""

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
            receipt_no = self.register.push(review, f"push:{review_id}", call)
        except DomainError as refused:
            self._try_later(review, refused.code)
            return False
        self._acknowledge(review_id, receipt_no)
        return True

    def _acknowledge(self, review_id: str, receipt_no: str) -> None:
        with self.works(self.own_call()) as work:
            review = work.reviews.get(review_id)
            if review.acknowledge(receipt_no):
                work.reviews.save(review)
                told = FilingPushed(case_no=review.case_no, filing_no=review.filing_no, receipt_no=receipt_no)
                work.emit(told, aggregate_id=str(review.case_no), case_no=review.case_no)
            work.pushes.done(review_id)
            work.commit()

    def _try_later(self, review: Review, code: str) -> None:
        with self.works(self.own_call()) as work:
            attempts = work.pushes.failed(review.review_id)
            work.pushes.due_at(review.review_id, next_attempt(attempts, self.now()))
            work.commit()
        level = logging.ERROR if attempts >= LOUD_AFTER else logging.WARNING
        told = {"case_no": str(review.case_no), "code": code, "attempt": attempts}
        log.log(level, "filing not acknowledged by the register", extra=told)
