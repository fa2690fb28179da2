"""Four people sign in the same second while everything around fails: one signature each, none lost, none stuck.

Real PostgreSQL and the real engine; a process that dies is an exception nobody catches, raised at the point where it dies. What an
event left behind is what the sweep finds.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from services.common.kit.calls import Actor, ActorKind, Call, new_id
from services.common.kit.errors import DomainError, Unavailable
from services.common.messages.review import ReviewApproved
from services.common.messages.signing import Handwriting, Sign, SignatureRequested
from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.jobs import Engine
from services.signing.adapters.engine.timestamping import now_utc
from services.signing.adapters.engine_port import PooledEngine
from services.signing.application.apply_signature import SignatureApplying
from services.signing.application.catch_up import Behind, CatchingUp
from services.signing.application.note_approval import ApprovalNoting
from services.signing.application.seal_envelope import EnvelopeSealing
from services.signing.application.sign import SignatureRequest
from services.signing.application.stamp_documents import DocumentStamping
from services.signing.application.verification import expected_of
from services.signing.domain.envelope import Envelope
from services.signing.domain.evidence import is_whole
from services.signing.domain.lifecycle import EnvelopeState
from services.signing.domain.parts import Document, Session, Task
from tests.adapters.signing.conftest import SteppingClock
from tests.adapters.signing.sample import OFFICE, SIGNERS, contract, ink
from tests.adapters.signing.test_signing_engine_process import Outage
from tests.adapters.signing.test_signing_store import Kept, add, stored
from tests.unit.signing.desk import CASE, CODE, MOBILES, NAMES, PEOPLE, service
from tests.unit.signing.fakes import FakeObjects, FakePictures

CALL = service("signing")


class Died(BaseException):
    """The process was killed here."""


class LeaseLost:
    """An event's ticket whose lease somebody else holds by now."""

    settled = False

    def finish(self, run: object, answer: object = None) -> None:
        raise Unavailable("event.lease_lost")


@dataclass
class Strikes:
    """Dies or fails where it is told to, once or as long as told."""

    at: str = ""
    left: int = 0
    error: Callable[[], BaseException] = Died
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def maybe(self, point: str) -> None:
        with self._lock:
            if point != self.at or self.left == 0:
                return
            self.left -= 1
        raise self.error()


@dataclass
class StrikingObjects(FakeObjects):
    strikes: Strikes = field(default_factory=Strikes)

    def put(self, key: str, data: bytes) -> str:
        self.strikes.maybe("before put")
        found = super().put(key, data)
        self.strikes.maybe("after put")
        return found

    def get(self, key: str) -> bytes:
        self.strikes.maybe("before get")
        return super().get(key)


@dataclass
class InProcess:
    """The engine's jobs without a process between."""

    engine: Engine
    strikes: Strikes

    def run(self, job: str, args: dict[str, Any], timeout: float = 0) -> dict[str, Any]:
        self.strikes.maybe("before engine")
        try:
            found: dict[str, Any] = self.engine.jobs()[job](args)
        except EngineError as refused:  # as the pool does
            raise DomainError(refused.code, refused.kind) from refused
        self.strikes.maybe("after engine")
        return found


@dataclass
class Office:
    """One envelope that four people have read, and everything that signs it."""

    kept: Kept
    objects: StrikingObjects
    engine: Engine
    strikes: Strikes
    envelope_id: str = ""
    ahead: dt.timedelta = dt.timedelta()

    def __post_init__(self) -> None:
        port = PooledEngine(InProcess(self.engine, self.strikes))
        works, reading, objects = self.kept.works, self.kept.reading, self.objects
        self.press = SignatureRequest(works, reading, FakePictures(), self.now)
        self.apply = SignatureApplying(works, reading, objects, port, self.now, new_id)
        seal = EnvelopeSealing(works, objects, port, self.now, new_id)
        stamp = DocumentStamping(works, reading, objects, port, self.now, new_id)
        self.sweep = CatchingUp(reading, self.apply, seal, stamp, self.now)
        self.note = ApprovalNoting(works)

    def now(self) -> dt.datetime:
        return now_utc() + self.ahead

    def opened(self) -> Office:
        base = contract()
        sha256 = hashlib.sha256(base).hexdigest()
        key = f"signing/base-{sha256}"
        self.objects.kept[key] = base
        now = self.now()
        document = Document.frozen("sale_contract", key, sha256, pages=2, fields=(*SIGNERS, "seal"))
        tasks = [Task(new_id(), PEOPLE[n], NAMES[n], MOBILES[n], "SELLER", field) for n, field in enumerate(SIGNERS)]
        end = now + dt.timedelta(days=7)
        envelope = Envelope(new_id(), CASE, 1, EnvelopeState.SIGNING, CODE, OFFICE, "seal", end, [document], tasks)
        envelope.open(now)
        for task in tasks:
            task.session = Session(end)
            task.state = replace(task).state.READ
            task.opened["sale_contract"] = now
        add(self.kept, envelope)
        self.envelope_id = envelope.envelope_id
        return self

    @property
    def envelope(self) -> Envelope:
        found: Envelope = self.kept.reading.envelope(self.envelope_id)
        return found

    def sign_by_hand(self, who: int) -> bool:
        """Press the button; whether it counted."""
        task = self.envelope.tasks[who]
        drawn = ink(who + 1)
        handwriting = Handwriting(width=560, height=210, strokes=tuple(map(_pairs, drawn["strokes"])))  # type: ignore[call-overload]
        message = Sign(
            handle=task.task_id,
            document_hashes=(self.envelope.documents[0].base_sha256,),
            handwriting=handwriting,
            intent="签署提交",
        )
        try:
            self.press(message, Call(Actor(ActorKind.PERSON, str(task.person_id)), "c", new_id()))
        except DomainError as refused:
            assert refused.code == "signing.already_signed", refused.code
            return False
        return True

    def work_on(self, who: int, call: Call = CALL) -> None:
        """What the event makes a worker do, until it dies or fails."""
        event = SignatureRequested(envelope_id=self.envelope_id, task_id=self.envelope.tasks[who].task_id)
        try:
            self.apply(event, call)
        except (Died, DomainError):
            return

    def catch_up(self) -> Behind:
        """The sweep, a minute later."""
        self.ahead += dt.timedelta(minutes=1)
        return self.sweep(CALL)

    def facts(self) -> dict[str, Any]:
        document = self.envelope.documents[0]
        expected = expected_of(self.envelope, document)
        told = {
            "signatures": [dict(one) for one in expected.signatures],
            "revision_hashes": list(expected.revisions),
            "document_timestamp": expected.archived,
        }
        return self.engine.verify({"document": self.objects.get(document.key), "expected": told})

    def require_one_signature_each(self) -> None:
        facts = self.facts()
        assert facts["accepted"], facts
        assert sorted(one["field"] for one in facts["signatures"]) == sorted(SIGNERS)
        assert self.envelope.state is EnvelopeState.ALL_SIGNED
        chain = self.kept.reading.evidence(self.envelope_id, self.envelope.head.number)
        assert is_whole(chain, self.envelope.head)
        assert sorted(one.act for one in chain).count("signed") == len(SIGNERS)


def _pairs(stroke: list[list[float]]) -> tuple[tuple[float, float], ...]:
    return tuple((x, y) for x, y in stroke)


@pytest.fixture
def office(engine_at: Callable[[Any], Engine]) -> Iterator[Office]:
    strikes = Strikes()
    clock = SteppingClock()
    made = Office(stored(), StrikingObjects(strikes=strikes), engine_at(clock), strikes)
    clock.__class__ = type("Following", (SteppingClock,), {"__call__": lambda _self: made.now()})
    yield made.opened()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result() for one in [pool.submit(run, act) for act in acts]]


def test_four_people_in_the_same_second_of_whom_one_presses_ten_times_sign_once_each(office: Office) -> None:
    presses = [lambda who=who: office.sign_by_hand(who) for who in (0, 1, 2, *[3] * 10)]

    counted = at_once(*presses)

    assert counted.count(True) == 4
    at_once(*(lambda who=who: office.work_on(who) for who in (0, 1, 2, 3, 3)))
    for _ in range(3):
        office.catch_up()
    office.require_one_signature_each()


@pytest.mark.parametrize("point", ["before get", "before engine", "after engine", "before put", "after put"])
@pytest.mark.parametrize("first", [0, 3])
def test_a_worker_killed_at_any_step_leaves_a_signature_that_is_put_in_once(
    office: Office, point: str, first: int
) -> None:
    for who in range(4):
        office.sign_by_hand(who)
    for who in range(first):
        office.work_on(who)
    office.strikes.at, office.strikes.left = point, 1
    office.work_on(first)
    assert office.envelope.tasks[first].state == "SIGNING"

    assert office.catch_up() == Behind()
    office.require_one_signature_each()


@pytest.mark.parametrize("point", ["before get", "before engine", "before put"])
def test_an_outage_of_store_or_engine_longer_than_any_event_waits_costs_time_alone(office: Office, point: str) -> None:
    for who in range(4):
        office.sign_by_hand(who)
    office.strikes.at, office.strikes.left = point, 12
    office.strikes.error = lambda: Unavailable("object.store_unavailable")
    for who in range(4):
        office.work_on(who)
    assert office.catch_up() == Behind(signatures=4)
    assert office.catch_up() == Behind(signatures=4)

    assert office.catch_up() == Behind()
    office.require_one_signature_each()


def test_a_worker_that_lost_its_lease_while_signing_changes_nothing(office: Office) -> None:
    for who in range(4):
        office.sign_by_hand(who)
    before = office.envelope.documents[0].sha256

    office.work_on(0, replace(CALL, ticket=LeaseLost()))

    assert office.envelope.documents[0].sha256 == before
    assert office.catch_up() == Behind()
    office.require_one_signature_each()


def test_a_time_stamper_that_is_away_costs_a_level_that_the_sweep_repairs(office: Office) -> None:
    working = office.engine._signing._stamper
    office.engine._signing._stamper = Outage()
    for who in range(4):
        office.sign_by_hand(who)
        office.work_on(who)
    assert office.envelope.state is EnvelopeState.ALL_SIGNED
    assert not office.facts()["accepted"]
    assert office.catch_up() == Behind(stamps=1)
    office.engine._signing._stamper = working

    assert office.catch_up() == Behind()
    office.require_one_signature_each()


@pytest.mark.parametrize("point", ["before engine", "after engine", "before put", "after put"])
def test_a_worker_killed_while_sealing_leaves_a_seal_that_is_put_on_once(office: Office, point: str) -> None:
    for who in range(4):
        office.sign_by_hand(who)
        office.work_on(who)
    approved = ReviewApproved(
        case_no=CASE, review_id="r1", envelope_id=office.envelope_id, filing_no="42HS1", approved_at=office.now()
    )
    office.note(approved, CALL)
    office.strikes.at, office.strikes.left = point, 1
    with pytest.raises(Died):
        office.sweep.seal(approved, CALL)

    assert office.catch_up() == Behind()
    assert office.envelope.state is EnvelopeState.SEALED
    facts = office.facts()
    assert facts["accepted"], facts
    assert [one["field"] for one in facts["signatures"]].count("seal") == 1


def test_two_sweeps_and_the_events_at_once_sign_each_once(office: Office) -> None:
    for who in range(4):
        office.sign_by_hand(who)
    office.ahead += dt.timedelta(minutes=1)

    at_once(
        lambda: office.sweep(CALL),
        lambda: office.sweep(CALL),
        *(lambda who=who: office.work_on(who) for who in range(4)),
    )

    office.catch_up()
    office.require_one_signature_each()
