"""Signing, review, our worker and the clock report: of this version or round or of a former one, as often as they like."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Never

from services.common.kit.errors import DomainError, Kind
from services.common.messages.contract import DocumentsFrozen
from services.common.messages.review import (
    CancellationRefused,
    FilingCancelled,
    FilingPushed,
    ReviewApproved,
    ReviewClaimed,
    ReviewRejected,
    ReviewReturned,
)
from services.common.messages.signing import EnvelopeEnded, EnvelopeOpened, EnvelopeSealed, EnvelopeSigned, SignerSigned
from services.contract.application.ports import Drawn
from services.contract.domain.document import ContractDocument
from tests.support import contract_builders as make
from tests.unit.contract.machine.acting import DRIVEN, PEOPLE, Acting

FILING = "42HS20261122000001"
CLOCK = make.service_call_of("contract")


class Unprintable:
    """A renderer that meets a character no font has."""

    def draw(self, document: ContractDocument, *, preview: bool) -> Drawn:
        del document, preview
        return self._refuse()

    def _refuse(self) -> Never:
        raise DomainError("contract.glyph_missing", Kind.INVALID, codepoint="U+0D9E", field="extra_terms")


class Reporting(Acting):
    """What is told to contract."""

    def drawn(self, back: int) -> None:
        version = self.case.version - back
        event = DocumentsFrozen(case_no=self.case.no, version=version)
        self._check(self.model.draw(version), lambda: self.world.draw_documents(event, CLOCK))

    def drawing_refused(self, back: int) -> None:
        version = self.case.version - back
        event = DocumentsFrozen(case_no=self.case.no, version=version)
        drawing = replace(self.world.draw_documents, renderer=Unprintable())
        self._check(self.model.drawing_refused(version), lambda: drawing(event, CLOCK))

    def envelope_opened(self, back: int) -> None:
        if (version := self._told_version(back)) is not None:
            event = EnvelopeOpened(envelope_id=_envelope(version), case_no=self.case.no, version=version, task_ids=())
            self._check(self.model.opened(version), lambda: self.world.envelope(event))

    def one_signed(self, who: str, back: int) -> None:
        version = self._told_version(back)
        if version is not None and who in self.model.parties:
            event = SignerSigned(envelope_id=_envelope(version), case_no=self.case.no, person_id=PEOPLE[who].person_id)
            self._check(self.model.one_signed(version, who), lambda: self.world.envelope(event))

    def all_signed(self, back: int) -> None:
        if (version := self._told_version(back)) is not None:
            event = EnvelopeSigned(envelope_id=_envelope(version), case_no=self.case.no, version=version)
            self._check(self.model.all_signed(version), lambda: self.world.envelope(event))

    def envelope_ended(self, outcome: str, back: int) -> None:
        if (version := self._told_version(back)) is not None:
            event = EnvelopeEnded(envelope_id=_envelope(version), case_no=self.case.no, version=version, state=outcome)
            self._check(self.model.ended(version, outcome), lambda: self.world.envelope(event))

    def _told_version(self, back: int) -> int | None:
        """A version of which signing can know: the present one once drawn, or a former one."""
        version = self.case.version - back
        return version if version > 0 and (back or self.model.drawn) else None

    def claimed(self, late: bool) -> None:
        event = ReviewClaimed(case_no=self.case.no, review_id=self._review(late))
        self._check(self.model.claimed(event.review_id), lambda: self.world.review(event))

    def decided(self, decision: str, late: bool) -> None:
        review, no = self._review(late), self.case.no
        events = {
            "FILING": ReviewApproved(
                case_no=no, review_id=review, envelope_id="e", filing_no=FILING, approved_at=self.world.at
            ),
            "RETURNED": ReviewReturned(case_no=no, review_id=review, items=()),
            "REJECTED": ReviewRejected(case_no=no, review_id=review, reason="不符", remedies="复议"),
        }
        self._check(self.model.decided(review, decision), lambda: self.world.review(events[decision]))  # type: ignore[arg-type]

    def _review(self, late: bool) -> str:
        """The review of this round, or one that was decided or withdrawn."""
        return min(self.model.closed) if late and self.model.closed else f"v{self.model.round}"

    def sealed(self) -> None:
        version = self.case.version
        event = EnvelopeSealed(
            envelope_id=_envelope(version), case_no=self.case.no, filing_no=FILING, document_sha256="f" * 64
        )
        self._check(self.model.sealed(version), lambda: self.world.envelope(event))

    def pushed(self) -> None:
        event = FilingPushed(case_no=self.case.no, filing_no=FILING, receipt_no="R1")
        self._check(self.model.pushed(), lambda: self.world.review(event))

    def cancellation_decided(self, approved: bool, late: bool) -> None:
        closed, no = self.model.cancel_closed, self.case.no
        review = min(closed) if late and closed else f"c{self.model.cancel_round}"
        event = (
            FilingCancelled(case_no=no, review_id=review, filing_no=FILING, cancelled_at=self.world.at)
            if approved
            else CancellationRefused(
                case_no=no, review_id=review, rule="JUDGMENT_UNFIT", reason="未生效", remedies="生效后再申请"
            )
        )
        expected = self.model.cancellation_decided(review, approved=approved)
        self._check(expected, lambda: self.world.review(event))

    def days_pass(self, days: int) -> None:
        before = self.case
        self.world.at += dt.timedelta(days=days)
        self.model.clock(days)
        self.world.keep_deadlines(CLOCK)
        ended = self.model.state == "EXPIRED" and before.state.value != "EXPIRED"
        assert self.case.revision == before.revision + ended
        assert self.case.history[: len(before.history)] == before.history
        if ended:
            DRIVEN.add((before.state.value, self.case.history[-1].act, "EXPIRED"))


def _envelope(version: int) -> str:
    return f"envelope-{version}"
