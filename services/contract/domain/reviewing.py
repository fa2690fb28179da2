"""Submission, review, filing. Review and signing report; the case follows, in whatever order the reports arrive."""

from __future__ import annotations

import datetime as dt

from services.common.messages.contract import ReturnItem
from services.common.values import PersonId
from services.contract.domain.core import CaseCore
from services.contract.domain.errors import NotYet
from services.contract.domain.lifecycle import ENDED, FILED, Act, By, Guard, State
from services.contract.domain.papers import require_papers

_WITH_REVIEW = frozenset({State.SUBMITTED, State.REVIEWING})
_APPROVED = FILED | {State.FILING}


class Reviewing(CaseCore):
    """A case with the authority."""

    def submit(self, by: PersonId, now: dt.datetime) -> None:
        """提交合同: hand the signed contract to the authority. Raises PapersMissing."""
        role = self.role_of(by)
        self.find_move(Act.SUBMIT, role)
        require_papers(self.title.papers_needed, self.brought)
        self.submission.round += 1
        self.consents = ()
        self.move(Act.SUBMIT, role, now)

    def require_withdrawable(self, by: PersonId) -> int:
        """Return the round to be withdrawn, before review is asked. Raises ActBarred, NotAllowed."""
        self.find_move(Act.WITHDRAW_SUBMISSION, self.role_of(by), **{Guard.RELEASED_BY_REVIEW.value: True})
        return self.submission.round

    def submission_withdrawn(self, by: PersonId, round_: int, review_id: str, now: dt.datetime) -> bool:
        """Take the submission back after review has released it; False when that round is no longer submitted.

        Its review is over: a claim of it, given back before and told late, is no claim of the next round.
        """
        role = self.role_of(by)
        if self.state not in _WITH_REVIEW or round_ != self.submission.round:
            return False
        self._close(review_id)
        self.move(Act.WITHDRAW_SUBMISSION, role, now, **{Guard.RELEASED_BY_REVIEW.value: True})
        return True

    def claimed(self, review_id: str, now: dt.datetime) -> bool:
        """Note that a reviewer works on it."""
        if self.state is not State.SUBMITTED or review_id in self.submission.closed_reviews:
            return False
        self.move(Act.CLAIMED, By.REVIEW, now)
        return True

    def approved(self, review_id: str, filing_no: str, now: dt.datetime) -> bool:
        """Keep the filing number; the seal follows."""
        if self.state in _APPROVED or not self._awaits(review_id):
            return False
        self.submission.filing_no = filing_no
        self._close(review_id)
        self.move(Act.APPROVED, By.REVIEW, now)
        return True

    def returned(self, review_id: str, items: tuple[ReturnItem, ...], now: dt.datetime) -> bool:
        """Give it back with everything that is to be mended."""
        if not self._awaits(review_id):
            return False
        self.submission.return_items = items
        self._close(review_id)
        self.move(Act.RETURNED, By.REVIEW, now)
        return True

    def rejected(self, review_id: str, reason: str, now: dt.datetime) -> bool:
        """End the case: it will not be filed, the house is free."""
        if not self._awaits(review_id):
            return False
        self.submission.rejection = reason
        self._close(review_id)
        self.move(Act.REJECTED, By.REVIEW, now)
        return True

    def sealed(self, envelope_id: str, filing_no: str, sha256: str, now: dt.datetime) -> bool:
        """备案 is complete. Raises NotYet while the approval it follows from has not arrived."""
        if self.state in FILED or envelope_id != self.drawing.envelope_id or self.state in ENDED:
            return False
        if self.state is not State.FILING:
            raise NotYet(state=self.state.value)
        self.submission.filing_no, self.submission.sealed_sha256 = filing_no, sha256
        self.move(Act.SEALED, By.SIGNING, now)
        return True

    def pushed(self, filing_no: str, receipt_no: str, now: dt.datetime) -> bool:
        """Note that the register has the filing. Raises NotYet while the seal has not arrived."""
        if self.state in ENDED or self.submission.receipt_no:
            return False
        if self.state not in {State.FILED, State.CANCEL_PENDING} or filing_no != self.submission.filing_no:
            raise NotYet(state=self.state.value)
        self.submission.receipt_no = receipt_no
        self.move(Act.PUSHED, By.REVIEW, now)
        return True

    def _awaits(self, review_id: str) -> bool:
        return self.state in _WITH_REVIEW and review_id not in self.submission.closed_reviews

    def _close(self, review_id: str) -> None:
        self.submission.closed_reviews = (*self.submission.closed_reviews, review_id)
