"""回避: whether a reviewer may have this case at all. Decides whom to ask; the refusal is the domain's."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Actor, Call
from services.review.application.ports import Parties, Queue
from services.review.domain.errors import ConflictOfInterest
from services.review.domain.review import Review, refuse_party


@dataclass(frozen=True)
class Conflicts:
    """Asked before the transaction of a claim, and of a decision: a relative may have been declared in between."""

    parties: Parties
    queue: Queue

    def refuse(self, review: Review, reviewer: Actor, call: Call) -> None:
        """Raise ConflictOfInterest for a party, a declared relative of one, or the person who gave the first approval."""
        person = self.parties.person_behind(reviewer.id, call)
        relatives = self.queue.relatives_of(reviewer.id)
        if person is not None or relatives:
            refuse_party(
                person, tuple(one.person_id for one in self.parties.view(review.case_no, call).parties), relatives
            )
        first = review.first_ok_by
        if person is not None and first and self.parties.person_behind(first, call) == person:
            raise ConflictOfInterest(why="SAME_REVIEWER")
