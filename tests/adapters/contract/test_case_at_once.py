"""Many people at the same time on a real database: one home is in one live case, no confirmation and no agreement is lost."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import text

from services.common.kit.errors import DomainError
from services.common.kit.fields import FieldCipher
from services.common.kit.request_log import Repeat, RequestLog
from services.common.kit.unit_of_work import Database
from services.common.messages.contract import (
    CaseReference,
    ConfirmContract,
    OpenCase,
    RescindCase,
    RevokeCase,
    StartSigning,
)
from services.common.messages.identity import Person
from services.contract.adapters.repository import StoredCaseReader, contract_works
from services.contract.adapters.rows import CaseRows
from services.contract.application.confirm_contract import ContractConfirming
from services.contract.application.keep_deadlines import DeadlineKeeping
from services.contract.application.open_case import CaseOpening
from services.contract.application.rescind_case import CaseRescission
from services.contract.application.revoke_case import CaseRevocation
from services.contract.application.screening import BuyerScreening
from services.contract.application.start_signing import SigningStart
from services.contract.domain.case import Case
from services.contract.domain.lifecycle import State
from tests.adapters.stored import emptied
from tests.support import contract_builders as make
from tests.support.contract_fakes import FakePeople, FakeProofs, FakeRegister, FakeScreening
from tests.support.contract_world import NOTICE, World

TABLES = (
    "failed_lookups",
    "case_number_days",
    "case_history",
    "case_parties",
    "cases",
    "kit_requests",
    "kit_spent_tokens",
)
ATTEMPTS = 200
WORKERS = 10
"""How many questions a process of contract answers at once; the others wait in its queue."""


@dataclass
class Desk:
    """Contract's use cases on a real database, asked by many callers at once, each with a request of its own."""

    database: Database
    at: dt.datetime = make.NOW
    cipher: FieldCipher = field(default_factory=lambda: FieldCipher(b"f" * 32))
    workers: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(WORKERS))

    def __post_init__(self) -> None:
        rows = CaseRows(self.cipher, make.profiles())
        works, now = contract_works(self.database, rows), lambda: self.at
        self.reader, self.works = StoredCaseReader(self.database, rows), works
        self.register, people = FakeRegister(), FakePeople()
        for one in (make.SELLER, make.SELLER_2, make.BUYER, make.BUYER_2):
            people.people[one.person_id] = one
        title = make.title(make.SELLER, make.SELLER_2)
        self.register.titles[title.title_id] = title
        self.requests = RequestLog(self.database, b"r" * 32)
        self.open = CaseOpening(works, make.profiles(), FakeProofs(), self.register, people, now)
        self.confirm, self.revoke = ContractConfirming(works, now), CaseRevocation(works, now)
        self.rescind = CaseRescission(works, now)
        self.start = SigningStart(works, self.reader, self.register, BuyerScreening(FakeScreening()), now)
        self.keep_deadlines = DeadlineKeeping(works, self.reader, now)

    def ask(self, act: Callable[..., CaseReference], message: object, who: Person, key: str) -> str:
        """Carry a command out once per key, as the bus does; return the case's number, or the code of the refusal."""
        call = make.call_of(who, key)
        until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30)
        with self.workers:
            try:
                begun = self.requests.begin(
                    f"{type(message).__name__}:{who.person_id}:{key}", repr(message).encode(), until
                )
                if isinstance(begun, Repeat):
                    return json.dumps((begun.answer or {})["case_no"])
                try:
                    answer = act(message, replace(call, ticket=begun))
                    self.requests.finish(begun, answer)
                except DomainError:
                    self.requests.forget(begun)
                    raise
            except DomainError as refused:
                return refused.code
        return json.dumps(str(answer.case_no))

    def opening(self, number: int) -> str:
        """One owner or the other opens a case, with a proof and a request of his own."""
        who = make.SELLER if number % 2 else make.SELLER_2
        proof = f"OPEN_CASE:{who.person_id}:jti-{number}"
        message = OpenCase(city="huangshi", title_id=make.TITLE_ID, proof=proof, notice_version=NOTICE)
        return self.ask(self.open, message, who, f"key-{number}")

    def count(self, table: str) -> int:
        """How many rows a table has."""
        with self.database.read() as session:
            return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())

    def put(self, case: Case) -> Case:
        """Keep a case; returns it."""
        with self.works(make.service_call_of("contract")) as work:
            work.cases.add(case)
            work.commit()
        return case


@pytest.fixture
def desk() -> Desk:
    return Desk(emptied("contract", *TABLES))


def at_once(acts: Sequence[Callable[[], str]]) -> list[str]:
    """Let every caller begin in the same moment; return their answers."""
    gate = threading.Barrier(len(acts))

    def begin(act: Callable[[], str]) -> str:
        gate.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as crowd:
        return list(crowd.map(begin, acts))


def confirming(desk: Desk) -> Case:
    """A kept case of two sellers and two buyers whose text waits to be confirmed."""
    world = World()
    world.generated(sellers=(make.SELLER, make.SELLER_2), buyers=(make.BUYER, make.BUYER_2))
    return desk.put(world.case)


def test_of_two_hundred_openings_of_one_home_at_once_exactly_one_wins_and_nothing_is_half_written(desk: Desk) -> None:
    answers = at_once([lambda n=number: desk.opening(n) for number in range(ATTEMPTS)])

    refusals = Counter(one for one in answers if one.startswith("contract."))
    assert refusals == {"contract.duplicate_house": ATTEMPTS - 1}
    assert len(set(answers) - set(refusals)) == 1
    assert [desk.count(one) for one in ("cases", "case_parties", "case_history", "kit_outbox")] == [1, 1, 1, 1]
    assert desk.count("kit_spent_tokens") == 1, "a refused attempt has not used its proof"
    assert desk.count("kit_requests") == 1, "and may be repeated"
    with desk.database.read() as session:
        assert session.execute(text("SELECT last FROM case_number_days")).scalar_one() == 1, "no number is lost"


def test_repeating_all_two_hundred_requests_opens_nothing_more_and_answers_the_winner_alike(desk: Desk) -> None:
    first = at_once([lambda n=number: desk.opening(n) for number in range(ATTEMPTS)])

    again = at_once([lambda n=number: desk.opening(n) for number in range(ATTEMPTS)])

    assert again == first
    assert [desk.count(one) for one in ("cases", "kit_outbox", "kit_spent_tokens")] == [1, 1, 1]


def test_one_request_sent_forty_times_at_once_opens_one_case(desk: Desk) -> None:
    answers = Counter(at_once([lambda: desk.opening(1)] * 40))

    numbers = [one for one in answers if one.startswith('"')]
    assert len(numbers) == 1
    assert set(answers) - set(numbers) <= {"request.in_flight"}
    assert [desk.count(one) for one in ("cases", "kit_outbox", "kit_spent_tokens")] == [1, 1, 1]
    assert desk.opening(1) == numbers[0]


def test_after_a_revocation_the_home_is_free_at_once_and_again_for_one_alone(desk: Desk) -> None:
    desk.opening(1)
    no = desk.reader.page(make.SELLER.person_id, None, "", None, 1).rows[0].case_no
    desk.ask(desk.revoke, RevokeCase(case_no=no, reason="不卖了"), make.SELLER, "revoke")

    answers = at_once([lambda n=number: desk.opening(n) for number in range(100, 120)])

    assert Counter(answers)["contract.duplicate_house"] == 19
    assert desk.count("cases") == 2


def test_confirmations_at_the_same_moment_never_conflict_and_none_is_lost(desk: Desk) -> None:
    case = confirming(desk)
    message = ConfirmContract(case_no=case.no, version=case.version)
    people = (make.BUYER, make.BUYER_2, make.SELLER_2, make.SELLER)

    answers = at_once(
        [lambda who=one, n=n: desk.ask(desk.confirm, message, who, f"c{n}") for one in people for n in range(5)]
    )

    kept = desk.reader.get(case.no)
    assert set(answers) == {json.dumps(str(case.no))}, "nobody is refused"
    assert sorted(str(one.person_id) for one in kept.drawing.confirmed) == sorted(str(one.person_id) for one in people)
    assert kept.state is State.READY_TO_SIGN
    assert kept.revision == case.revision + len(people)
    assert [one.position for one in history(desk)] == list(range(1, kept.revision + 1))
    assert desk.count("kit_outbox") == 1, "the parties are told once that signing can be started"


def test_of_two_starts_and_a_revocation_at_the_same_moment_the_case_follows_one(desk: Desk) -> None:
    case = confirming(desk)
    for one in (make.BUYER, make.BUYER_2, make.SELLER_2, make.SELLER):
        desk.ask(desk.confirm, ConfirmContract(case_no=case.no, version=case.version), one, f"c{one.mobile}")
    start = StartSigning(case_no=case.no, version=case.version)

    answers = at_once(
        [
            lambda: desk.ask(desk.start, start, make.SELLER, "s1"),
            lambda: desk.ask(desk.start, start, make.BUYER, "s2"),
            lambda: desk.ask(desk.revoke, RevokeCase(case_no=case.no, reason="不卖了"), make.SELLER, "r1"),
        ]
    )

    kept = desk.reader.get(case.no)
    assert kept.state is State.REVOKED, "revoking is possible before and after a start"
    assert sum(one.act == "start_signing" for one in kept.history) <= 1
    assert set(answers) <= {json.dumps(str(case.no)), "contract.case_ended", "contract.signing_started"}


def test_both_sides_agreeing_at_the_same_moment_end_the_contract_once(desk: Desk) -> None:
    world = World()
    world.signed()
    case = desk.put(world.case)

    at_once(
        [
            lambda who=one, n=n: desk.ask(desk.rescind, RescindCase(case_no=case.no), who, f"a{n}")
            for one in (make.SELLER, make.BUYER)
            for n in range(4)
        ]
    )

    kept = desk.reader.get(case.no)
    assert kept.state is State.REVOKED
    assert len(kept.consents) == 2
    assert sum(one.act == "rescind" for one in kept.history) == 2


def test_two_clocks_at_once_warn_once_and_expire_once(desk: Desk) -> None:
    desk.opening(1)
    clock = make.service_call_of("contract")

    def tick() -> str:
        return str(desk.keep_deadlines(clock))

    desk.at += dt.timedelta(days=23)
    warned = at_once([tick] * 4)
    desk.at += dt.timedelta(days=7)
    expired = at_once([tick] * 4)

    assert sum(map(int, warned)) == sum(map(int, expired)) == 1
    assert desk.count("kit_outbox") == 3, "opened, warned, ended"


def history(desk: Desk) -> list[object]:
    """The rows of the only case's history."""
    with desk.database.read() as session:
        return list(session.execute(text("SELECT position FROM case_history ORDER BY position")).all())
