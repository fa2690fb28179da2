"""Signing's slow work on the bus: envelopes, signatures, seals, verification, and the sweep of what was not signed in time."""

from __future__ import annotations

import dataclasses
import logging

from nameko.timer import timer
from prometheus_client import Gauge

from services.common.kit.calls import Call, service_call
from services.common.kit.entrypoints import Wired, handles, rpc
from services.common.kit.errors import DomainError, Unavailable
from services.common.messages.contract import CaseEnded, DocumentsReady, Download
from services.common.messages.notice import LinkReported
from services.common.messages.review import ReviewApproved
from services.common.messages.signing import (
    AllLeftBehind,
    CertificateLives,
    GetEvidence,
    GetRevocationList,
    ListBehind,
    ListCertificates,
    RevocationList,
    ShowTaskPage,
    ShowVerifiedPage,
    SignatureRequested,
    Verification,
    VerifyCode,
    VerifyUpload,
)
from services.signing.wiring import WorkerParts, build_worker

log = logging.getLogger(__name__)
SWEEP_SECONDS = 60
CATCH_UP_SECONDS = 20
EXPIRY_SECONDS = 600  # an engine still loading refuses the first look, and until one succeeds the alert is blind
DAYS_LEFT = Gauge(
    "guohu_certificate_days_left", "Until a certificate or list of the platform runs out", ["kind", "name"]
)
BEHIND = Gauge(
    "guohu_signing_behind", "What the last sweep could not do either: signatures, seals, time stamps", ["kind"]
)


class SigningWorker:
    """Slow and event-driven work of signing; scaled by itself."""

    name = "signing"
    parts: WorkerParts = Wired(build_worker)

    @handles("signing.open_envelope")
    def open_envelope(self, event: DocumentsReady, call: Call) -> None:
        """Documents are stored."""
        self.parts.open_envelope(event, call)

    @handles("signing.apply_signature")
    def apply_signature(self, event: SignatureRequested, call: Call) -> None:
        """Somebody signed by hand."""
        self.parts.apply_signature(event, call)

    @handles("signing.seal_envelope")
    def seal_envelope(self, event: ReviewApproved, call: Call) -> None:
        """Review approved."""
        self.parts.seal_envelope(event, call)

    @handles("signing.note_approval")
    def note_approval(self, event: ReviewApproved, call: Call) -> None:
        """Review approved: a seal is owed."""
        self.parts.note_approval(event, call)

    @handles("signing.note_link")
    def note_link(self, event: LinkReported, call: Call) -> None:
        """What became of a message with a link."""
        self.parts.note_link(event, call)

    @handles("signing.void_envelope")
    def void_envelope(self, event: CaseEnded, call: Call) -> None:
        """The case is over."""
        self.parts.void_envelope(event, call)

    @rpc(VerifyCode)
    def verify_code(self, message: VerifyCode, call: Call) -> Verification:
        """Public."""
        return self.parts.verify_code(message, call)

    @rpc(VerifyUpload)
    def verify_upload(self, message: VerifyUpload, call: Call) -> Verification:
        """Public."""
        return self.parts.verify_upload(message, call)

    @rpc(GetEvidence)
    def get_evidence(self, message: GetEvidence, call: Call) -> Download:
        """To signers and staff."""
        return self.parts.give_evidence(message, call)

    @rpc(ShowTaskPage)
    def show_task_page(self, message: ShowTaskPage, call: Call) -> Download:
        """To its signer."""
        return self.parts.show_page.of_task(message, call)

    @rpc(ShowVerifiedPage)
    def show_verified_page(self, message: ShowVerifiedPage, call: Call) -> Download:
        """To signers and staff."""
        return self.parts.show_page.of_code(message, call)

    @rpc(ListCertificates)
    def list_certificates(self, message: ListCertificates, call: Call) -> CertificateLives:
        """To operators."""
        return self.parts.watch.certificates(message, call)

    @rpc(ListBehind)
    def list_behind(self, message: ListBehind, call: Call) -> AllLeftBehind:
        """To operators."""
        return self.parts.watch.behind(message, call)

    @rpc(GetRevocationList)
    def get_revocation_list(self, message: GetRevocationList, call: Call) -> RevocationList:
        """Public."""
        return self.parts.watch.revocation_list(message, call)

    @timer(interval=EXPIRY_SECONDS, eager=True)  # type: ignore[untyped-decorator]  # nameko has no types
    def watch_certificates(self) -> None:
        """Running out."""
        try:
            lives = self.parts.watch.lives()
        except DomainError as wrong:
            log.warning("certificates not looked at", extra={"code": wrong.code})
        else:
            DAYS_LEFT.clear()  # what has run out and was followed by another is told no more
            for one in lives.certificates:
                DAYS_LEFT.labels(one.kind, one.name).set(one.days_left)

    @timer(interval=CATCH_UP_SECONDS)  # type: ignore[untyped-decorator]  # nameko has no types
    def catch_up(self) -> None:
        """Left behind by events."""
        try:
            behind = self.parts.catch_up(service_call("signing", seconds=SWEEP_SECONDS))
        except Unavailable as wrong:
            log.warning("signing not swept", extra={"code": wrong.code})
        else:
            for kind, count in dataclasses.asdict(behind).items():
                BEHIND.labels(kind).set(count)

    @timer(interval=SWEEP_SECONDS)  # type: ignore[untyped-decorator]  # nameko has no types
    def remove_uploads(self) -> None:
        """Never verified."""
        try:
            self.parts.remove_uploads(service_call("signing", seconds=SWEEP_SECONDS / 2))
        except Unavailable as wrong:
            log.warning("uploads not removed", extra={"code": wrong.code})

    @timer(interval=SWEEP_SECONDS)  # type: ignore[untyped-decorator]  # nameko has no types
    def expire_envelopes(self) -> None:
        """Not signed in time."""
        try:
            count = self.parts.expire_envelopes(service_call("signing", seconds=SWEEP_SECONDS / 2))
        except Unavailable as wrong:
            log.warning("envelopes not swept", extra={"code": wrong.code})
        else:
            if count:
                log.info("envelopes expired", extra={"count": count})
