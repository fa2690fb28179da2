"""Taking the submission back while nobody works on it."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseReference, WithdrawSubmission
from services.contract.application.keeping import keep, reference
from services.contract.application.ports import CaseReader, Now, ReviewDesk, Works


@dataclass(frozen=True)
class SubmissionWithdrawal:
    """Review decides whether it is free, then the case follows; a repeat after a lost answer finds both done."""

    works: Works
    reader: CaseReader
    review: ReviewDesk
    now: Now

    def __call__(self, message: WithdrawSubmission, call: Call) -> CaseReference:
        """Withdraw. Raises ActBarred (`contract.review_claimed` once a reviewer works on it), NotAllowed, CaseNotFound, Unavailable."""
        person_id = call.actor.person_id
        round_ = self.reader.get(message.case_no).require_withdrawable(person_id)
        review_id = self.review.withdraw(message.case_no, round_, call)
        with self.works(call) as work:
            case = work.cases.get(message.case_no)
            changed = case.submission_withdrawn(person_id, round_, review_id, self.now())
            return keep(work, case) if changed else reference(case)
