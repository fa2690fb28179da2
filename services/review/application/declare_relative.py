"""回避申报: a reviewer names a relative, whose cases he will not get."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.review import DeclareRelative, RecusalsKept
from services.review.application.access import reviewer_of
from services.review.application.ports import Pseudonym, Works


@dataclass(frozen=True)
class RelativeDeclaring:
    """What is kept is the pseudonym under which cases know people; it cannot be read back."""

    works: Works
    pseudonym: Pseudonym

    def __call__(self, message: DeclareRelative, call: Call) -> RecusalsKept:
        """Keep or withdraw it; return how many are declared. A repeat changes nothing. Raises Forbidden without the role."""
        reviewer = reviewer_of(call)
        relative = self.pseudonym(message.id_number)
        with self.works(call) as work:
            answer = RecusalsKept(declared=work.reviews.declare(reviewer.id, relative, withdrawn=message.withdrawn))
            work.commit(answer)
        return answer
