"""What a reviewer sees beside the case: checklist, differences from the register, what changed, earlier rounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import ReturnItem
from services.common.messages.review import Change, Difference, Dossier, GetDossier, ReviewRound
from services.review.application import audit
from services.review.application.access import own, reviewer_of
from services.review.application.findings import Looking, checklist
from services.review.application.list_queue import item_of
from services.review.application.ports import Clock, Parties, Queue, Works
from services.review.domain.reasons import Point
from services.review.domain.review import Kind, Review, State
from services.review.domain.rules import Seen, house_facts
from services.review.domain.snapshot import changes, parts_of

Rounds = Sequence[tuple[Review, tuple[Point, ...]]]


@dataclass(frozen=True)
class DossierShowing:
    """The case and its documents themselves are contract's to show. No audit, no look."""

    works: Works
    queue: Queue
    parties: Parties
    look: Looking
    now: Clock

    def __call__(self, message: GetDossier, call: Call) -> Dossier:
        """Return it. Raises ReviewNotFound; Unavailable where contract or register do not answer."""
        reviewer, now = reviewer_of(call), self.now()
        review = own(self.queue.find(message.review_id), reviewer)
        seen, rounds = self.look(review.case_no, call), self.queue.rounds(review.case_no)
        shown = Dossier(
            submission=item_of(review, now),
            checks=checklist(seen) if review.kind is Kind.FILING else (),
            differences=_differences(seen),
            changes=self._changes(review, rounds, seen, call),
            rounds=tuple(_round(one, points) for one, points in rounds if one.review_id != review.review_id),
        )
        with self.works(call) as work:
            audit.tell(work, audit.SHOWN, review, reviewer, now)
            work.commit()
        return shown

    def _changes(self, review: Review, rounds: Rounds, seen: Seen, call: Call) -> tuple[Change, ...]:
        """Against the last round before this one that was returned."""
        returned = [
            one
            for one, _ in rounds
            if one.kind is review.kind and one.state is State.RETURNED and one.round < review.round
        ]
        if not returned:
            return ()
        now = parts_of(seen.case, self.parties.materials(review.case_no, call))
        return changes(self.queue.snapshot(returned[-1].review_id), now)


def _differences(seen: Seen) -> tuple[Difference, ...]:
    facts = house_facts(seen.case, seen.title)
    return tuple(Difference(field=field, contract=ours, register=its) for field, ours, its in facts if ours != its)


def _round(review: Review, points: tuple[Point, ...]) -> ReviewRound:
    return ReviewRound(
        round=review.round,
        kind=review.kind.value,
        state=review.state.value,
        queued_at=review.queued_at,
        decided_at=review.decided_at,
        decided_by=review.claimed_by if review.decided_at else "",
        points=tuple(ReturnItem(item=one.item, reason=one.reason, rule=one.rule) for one in points),
    )
