"""Contract's worker on the bus: previews, uploads, drawing, following signing and review, the clock of all cases, sweeps."""

from __future__ import annotations

import logging

from nameko.timer import timer
from prometheus_client import Gauge

from services.common.kit.calls import Call, service_call
from services.common.kit.entrypoints import Wired, handles, rpc
from services.common.kit.errors import Unavailable
from services.common.messages import contract as messages
from services.contract.application.follow_envelope import EnvelopeEvent
from services.contract.application.follow_review import ReviewEvent
from services.contract.application.staff_reads import PREVIEWED
from services.contract.wiring import WorkerParts, build_worker

log = logging.getLogger(__name__)
SWEEP_SECONDS = 30
UPLOAD_SWEEP_SECONDS = 60
OVERDUE = Gauge(
    "guohu_cases_overdue", "Cases past the deadline of a state in which they do not end by themselves", ["state"]
)
OLDEST = Gauge("guohu_cases_overdue_seconds", "How long the longest of them is past it", ["state"])


class ContractWorker:
    """Slow and event-driven work of the case."""

    name = "contract"
    parts: WorkerParts = Wired(build_worker)

    @rpc(messages.PreviewContract)
    def preview_contract(self, message: messages.PreviewContract, call: Call) -> messages.Download:
        """预览电子合同."""
        shown = self.parts.preview_contract(message, call)
        return self.parts.staff_reads.audited(PREVIEWED, message.case_no, call, shown)

    @rpc(messages.AcceptUpload)
    def accept_upload(self, message: messages.AcceptUpload, call: Call) -> messages.MaterialReference:
        """上传材料."""
        return self.parts.accept_upload(message, call)

    @rpc(messages.GetMaterialPage)
    def get_material_page(self, message: messages.GetMaterialPage, call: Call) -> messages.Download:
        """A page of a file as a picture."""
        return self.parts.get_material_page(message, call)

    @handles("contract.draw_documents")
    def draw_documents(self, event: messages.DocumentsFrozen, call: Call) -> None:
        """Draw, store, tell signing."""
        self.parts.draw_documents(event, call)

    @handles("contract.follow_envelope")
    def follow_envelope(self, event: EnvelopeEvent, call: Call) -> None:
        """Follow signing."""
        self.parts.follow_envelope(event, call)

    @handles("contract.follow_review")
    def follow_review(self, event: ReviewEvent, call: Call) -> None:
        """Follow review."""
        self.parts.follow_review(event, call)

    @timer(interval=SWEEP_SECONDS)  # type: ignore[untyped-decorator]  # nameko has no types
    def keep_deadlines(self) -> None:
        """Warnings, reminders, expiries; and what operators are alarmed by."""
        try:
            count = self.parts.keep_deadlines(service_call("contract", seconds=SWEEP_SECONDS / 2))
            for one in self.parts.count_overdue():
                OVERDUE.labels(one.state).set(one.count)
                OLDEST.labels(one.state).set(one.oldest)
        except Unavailable as wrong:
            log.warning("deadlines not kept", extra={"code": wrong.code})
        else:
            log.info("deadlines kept", extra={"count": count})

    @timer(interval=UPLOAD_SWEEP_SECONDS)  # type: ignore[untyped-decorator]  # nameko has no types
    def sweep_uploads(self) -> None:
        """What uploads left behind."""
        try:
            count = self.parts.sweep_uploads(service_call("contract", seconds=UPLOAD_SWEEP_SECONDS / 2))
        except Unavailable as wrong:
            log.warning("uploads not swept", extra={"code": wrong.code})
        else:
            log.info("uploads swept", extra={"count": count})
