"""Review's work nobody waits for: queueing what was submitted, pushing filings until the register has them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from nameko.timer import timer
from prometheus_client import Gauge

from services.common.kit.calls import Call, new_id, service_call
from services.common.kit.entrypoints import Wired, handles
from services.common.messages.contract import CaseSubmitted
from services.common.messages.signing import EnvelopeSealed
from services.review.adapters.neighbours import NeighbourRegister
from services.review.adapters.offices import ProfiledOffices
from services.review.adapters.repository import StoredQueue, review_works
from services.review.application.note_sealed import NoteSealed
from services.review.application.push_filings import PushDueFilings
from services.review.application.queue_submission import QueueSubmission

SWEEP_SECONDS = 1.0
CALL_SECONDS = 15.0
REFUSED = Gauge("guohu_filings_not_acknowledged", "Filings of the last sweep that the register did not take")


@dataclass(frozen=True)
class Parts:
    """The use cases of the worker."""

    queue_submission: QueueSubmission
    note_sealed: NoteSealed
    push_filings: PushDueFilings


def build(resources: Any) -> Parts:
    """Put the use cases together from the runner's resources."""
    works, queue = review_works(resources.database), StoredQueue(resources.database)
    register = NeighbourRegister(resources.client)
    return Parts(
        queue_submission=QueueSubmission(works, ProfiledOffices(resources.profiles), _now, new_id),
        note_sealed=NoteSealed(works, _now),
        push_filings=PushDueFilings(works, queue, register, _now, _own_call),
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _own_call() -> Call:
    return service_call("review", seconds=CALL_SECONDS)


class ReviewWorker:
    """Follows contract and signing, and owes the register its filings."""

    name = "review"
    parts: Parts = Wired(build)

    @handles("review.queue_submission")
    def queue_submission(self, event: CaseSubmitted, call: Call) -> None:
        """Queue what was submitted."""
        self.parts.queue_submission(event, call)

    @handles("review.push_filing")
    def note_sealed(self, event: EnvelopeSealed, call: Call) -> None:
        """Note that a filed contract is sealed."""
        self.parts.note_sealed(event, call)

    @timer(interval=SWEEP_SECONDS)  # type: ignore[untyped-decorator]
    def push_filings(self) -> None:
        """Push what is due."""
        REFUSED.set(self.parts.push_filings())
