"""The sealed document of an approved case: from here on its filing is owed to the register."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.signing import EnvelopeSealed
from services.review.application.ports import Clock, Works
from services.review.domain.errors import NotApproved


@dataclass(frozen=True)
class NoteSealed:
    """Pushing is not done here: an inbox gives up after some attempts, a filing must reach the register however long that takes."""

    works: Works
    now: Clock

    def __call__(self, event: EnvelopeSealed, call: Call) -> None:
        """Make the push due; a repeat changes nothing. Raises NotApproved for a filing number that was not given to the case."""
        with self.works(call) as work:
            review = work.reviews.by_filing_no(event.filing_no)
            if review is None or review.case_no != event.case_no:
                raise NotApproved(case_no=str(event.case_no))
            if review.seal(event.filing_no, event.document_sha256):
                work.reviews.save(review)
                work.pushes.due_at(review.review_id, self.now())
            work.commit()
