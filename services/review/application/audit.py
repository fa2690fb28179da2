"""Tells the audit what a member of staff saw or did, in the commit that did it, or in one of its own before it is shown."""

from __future__ import annotations

import datetime as dt

from services.common.kit.calls import Actor
from services.common.messages.operations import StaffActed
from services.review.application.ports import ReviewWork
from services.review.domain.review import Review

SHOWN, CLAIMED, RELEASED = "review.dossier_shown", "review.case_claimed", "review.claim_released"
PASSED_FIRST, APPROVED = "review.case_passed_first", "review.case_approved"
RETURNED, REJECTED = "review.case_returned", "review.case_rejected"
PUSHED_AGAIN = "review.filing_pushed_again"


def tell(work: ReviewWork, act: str, review: Review, staff: Actor, now: dt.datetime) -> None:
    """Emit the act with the commit of this work."""
    told = StaffActed(
        staff_id=staff.id,
        office_id=staff.office,
        act_code=act,
        subject_id=str(review.case_no),
        acted_at=now,
    )
    work.emit(told, aggregate_id=str(review.case_no), case_no=review.case_no)
