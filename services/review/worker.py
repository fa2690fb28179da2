"""Review's work nobody waits for: queueing what was submitted, pushing filings until the register has them, watching clocks."""

from __future__ import annotations

from nameko.timer import timer
from prometheus_client import Gauge

from services.common.kit.calls import Call
from services.common.kit.entrypoints import Wired, handles
from services.common.messages.contract import CancellationApplied, CaseSubmitted
from services.common.messages.signing import EnvelopeSealed
from services.review.wiring import WorkerParts, build_worker

SWEEP_SECONDS = 1.0
CLOCK_SECONDS = 60.0
REFUSED = Gauge("guohu_filings_not_acknowledged", "Filings of the last sweep that the register did not take")
OVERDUE = Gauge("guohu_reviews_overdue", "Submissions that should have been decided by now")


class ReviewWorker:
    """Follows contract and signing, and owes the register its filings."""

    name = "review"
    parts: WorkerParts = Wired(build_worker)

    @handles("review.queue_submission")
    def queue_submission(self, event: CaseSubmitted, call: Call) -> None:
        """Queue what was submitted."""
        self.parts.queue_submission(event, call)

    @handles("review.queue_cancellation")
    def queue_cancellation(self, event: CancellationApplied, call: Call) -> None:
        """Queue an application to cancel a filing."""
        self.parts.queue_submission(event, call)

    @handles("review.push_filing")
    def note_sealed(self, event: EnvelopeSealed, call: Call) -> None:
        """Note that a filed contract is sealed."""
        self.parts.note_sealed(event, call)

    @timer(interval=SWEEP_SECONDS)  # type: ignore[untyped-decorator]
    def push_filings(self) -> None:
        """Push what is due."""
        REFUSED.set(self.parts.push_filings())

    @timer(interval=CLOCK_SECONDS, eager=True)  # type: ignore[untyped-decorator]
    def watch_clocks(self) -> None:
        """Count what is overdue."""
        OVERDUE.set(self.parts.watch_clocks())
