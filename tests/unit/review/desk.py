"""A review desk for tests: every use case on one memory, with a clock that stands still until it is moved."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import count

from services.common.kit.calls import Actor, ActorKind, Call
from services.common.messages.contract import CancellationApplied, CaseSubmitted, ReturnItem
from services.common.messages.review import (
    Approve,
    Claim,
    Reject,
    ReleaseClaim,
    ReturnCase,
    ReviewReference,
    WithdrawFromReview,
)
from services.common.messages.signing import EnvelopeSealed
from services.common.values import CaseNo, IdNumber, PersonId
from services.review.adapters.calendar import ChinaWorkdays
from services.review.application.approve import ApproveReview
from services.review.application.claim import ClaimReview
from services.review.application.conflicts import Conflicts
from services.review.application.declare_relative import RelativeDeclaring
from services.review.application.findings import FindingsPreview, Looking
from services.review.application.get_dossier import DossierShowing
from services.review.application.get_statistics import OfficeStatistics
from services.review.application.list_queue import ListOfficeQueue
from services.review.application.note_sealed import NoteSealed
from services.review.application.push_filings import PushDueFilings
from services.review.application.queue_submission import QueueSubmission
from services.review.application.recheck import Recheck
from services.review.application.reject import RejectReview
from services.review.application.release_claim import ReleaseReview
from services.review.application.retry_push import PushAgain
from services.review.application.return_case import ReturnReview
from services.review.application.watch_clocks import ClockWatch
from services.review.application.withdraw import Withdraw
from services.review.domain.review import Review
from tests.unit.review.fakes import FakeRegister, KnownParties, Memory, MemoryQueue, MemoryWorks, OneOffice

OFFICE = "huangshi-housing"
CASE, OTHER_CASE = CaseNo("huangshi", "2026112200001"), CaseNo("huangshi", "2026112200002")
MEMBER, OTHER_PERSON = PersonId("p-" + "a" * 26), PersonId("p-" + "b" * 26)


def staff(name: str, office: str = OFFICE, role: str = "REVIEWER") -> Call:
    return Call(Actor(ActorKind.STAFF, name, (role,), office), "c", "r")


def applied(ground: str = "AGREED", round_: int = 1) -> CancellationApplied:
    return CancellationApplied(
        case_no=CASE, title_id="t1", envelope_id="env1", city=CASE.city, round=round_, ground=ground
    )


def pseudonym(number: IdNumber) -> PersonId:
    return PersonId.of(number, key=b"k" * 32)


def service(name: str) -> Call:
    return Call(Actor(ActorKind.SERVICE, name), "c", "e1")


def submitted(case_no: CaseNo = CASE, *, round_: int = 1, title_id: str = "t1") -> CaseSubmitted:
    return CaseSubmitted(case_no=case_no, title_id=title_id, envelope_id="env1", city=case_no.city, round=round_)


@dataclass
class Desk:
    """Every use case of review."""

    memory: Memory = field(default_factory=Memory)
    parties: KnownParties = field(default_factory=KnownParties)
    register: FakeRegister = field(default_factory=FakeRegister)
    offices: OneOffice = field(default_factory=OneOffice)
    time: dt.datetime = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)

    def __post_init__(self) -> None:
        works, queue, offices, numbers = MemoryWorks(self.memory), MemoryQueue(self.memory), self.offices, count(1)
        look, conflicts = Looking(self.parties, self.register, self.now), Conflicts(self.parties, queue)
        new_id = lambda: f"r{next(numbers)}"  # noqa: E731
        own_call = lambda: service("review")  # noqa: E731
        self._queue = QueueSubmission(works, offices, ChinaWorkdays(), self.now, new_id)
        self._withdraw = Withdraw(works, self.now, new_id)
        self._claim = ClaimReview(works, queue, offices, conflicts, self.now)
        self._release = ReleaseReview(works, self.now)
        self._approve = ApproveReview(works, queue, offices, conflicts, Recheck(self.parties, self.register), self.now)
        self._return = ReturnReview(works, queue, self.parties, conflicts, self.now)
        self._reject = RejectReview(works, queue, conflicts, self.now)
        self._seal = NoteSealed(works, self.now)
        self.push = PushDueFilings(works, queue, self.register, self.now, own_call)
        self.list = ListOfficeQueue(queue, self.now)
        self.dossier = DossierShowing(works, queue, self.parties, look, self.now)
        self.preview = FindingsPreview(self.parties, look)
        self.push_again = PushAgain(works, self.now)
        self.statistics = OfficeStatistics(queue, self.now)
        self.declare = RelativeDeclaring(works, pseudonym)
        self.watch = ClockWatch(queue, self.now)

    def now(self) -> dt.datetime:
        return self.time

    def wait(self, **length: float) -> None:
        self.time += dt.timedelta(**length)

    def queue(self, event: CaseSubmitted | CancellationApplied | None = None) -> None:
        self._queue(event or submitted(), service("review"))

    def withdraw(self, round_: int = 1, call: Call | None = None) -> ReviewReference:
        return self._withdraw(WithdrawFromReview(case_no=CASE, round=round_), call or service("contract"))

    def claim(self, call: Call | None = None, review_id: str = "r1") -> ReviewReference:
        return self._claim(Claim(review_id=review_id), call or staff("anna"))

    def release(self, call: Call | None = None, review_id: str = "r1") -> ReviewReference:
        return self._release(ReleaseClaim(review_id=review_id), call or staff("anna"))

    def approve(self, call: Call | None = None, review_id: str = "r1") -> ReviewReference:
        return self._approve(Approve(review_id=review_id), call or staff("anna"))

    def return_(self, *items: tuple[str, str, str], call: Call | None = None) -> ReviewReference:
        points = tuple(ReturnItem(item=item, rule=rule, reason=reason) for item, rule, reason in items)
        return self._return(ReturnCase(review_id="r1", items=points), call or staff("anna"))

    def reject(
        self, reason: str, remedies: str, call: Call | None = None, *, rule: str = "OTHER", review_id: str = "r1"
    ) -> ReviewReference:
        message = Reject(review_id=review_id, rule=rule, reason=reason, remedies=remedies)
        return self._reject(message, call or staff("anna"))

    def seal(self, filing_no: str, case_no: CaseNo = CASE) -> None:
        event = EnvelopeSealed(envelope_id="env1", case_no=case_no, filing_no=filing_no, document_sha256="ab" * 32)
        self._seal(event, service("review"))

    def review(self, review_id: str = "r1") -> Review:
        return self.memory.reviews[review_id]

    def told(self, kind: type) -> list[object]:
        return [one for one in self.memory.events if isinstance(one, kind)]


def desk_with_claim() -> Desk:
    desk = Desk()
    desk.queue()
    desk.claim()
    return desk


def approved_desk() -> tuple[Desk, str]:
    desk = desk_with_claim()
    return desk, desk.approve().filing_no
