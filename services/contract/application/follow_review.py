"""What review reports of a submission, applied to the case. Echoes and late facts change nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeAlias

from services.common.kit.calls import Call
from services.common.messages.review import (
    CancellationRefused,
    FilingCancelled,
    FilingPushed,
    ReviewApproved,
    ReviewClaimed,
    ReviewRejected,
    ReviewReturned,
)
from services.contract.application.keeping import keep
from services.contract.application.ports import Now, Works
from services.contract.domain.case import Case

SubmissionEvent: TypeAlias = ReviewClaimed | ReviewApproved | ReviewReturned | ReviewRejected | FilingPushed
ReviewEvent: TypeAlias = SubmissionEvent | FilingCancelled | CancellationRefused


@dataclass(frozen=True)
class ReviewFollowing:
    """Brings the case to where its review is."""

    works: Works
    now: Now

    def __call__(self, event: ReviewEvent, call: Call) -> None:
        """Apply. Raises NotYet for a fact that overtook the one it follows from, to be tried again."""
        with self.works(call) as work:
            case = work.cases.get(event.case_no)
            if self._apply(case, event):
                keep(work, case)

    def _apply(self, case: Case, event: ReviewEvent) -> bool:
        now = self.now()
        if isinstance(event, FilingCancelled):
            return case.filing_cancelled(event.review_id, event.cancelled_at, now)
        if isinstance(event, CancellationRefused):
            return case.cancellation_refused(event.review_id, event.rule, event.reason, event.remedies, now)
        return _follow_submission(case, event, now)


def _follow_submission(case: Case, event: SubmissionEvent, now: dt.datetime) -> bool:
    match event:
        case ReviewClaimed():
            return case.claimed(event.review_id, now)
        case ReviewApproved():
            return case.approved(event.review_id, event.filing_no, now)
        case ReviewReturned():
            return case.returned(event.review_id, event.items, now)
        case ReviewRejected():
            return case.rejected(event.review_id, event.reason, now)
        case FilingPushed():
            return case.pushed(event.filing_no, event.receipt_no, now)
