"""The stored cases and those in memory keep the same promises; and what only a database can promise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import text

from services.common.kit.calls import Call
from services.common.kit.fields import FieldCipher
from services.common.messages.contract import FrozenDocument, ReturnItem, Side
from services.common.values import CaseNo
from services.contract.adapters.repository import StoredCaseReader, contract_works
from services.contract.adapters.rows import CaseRows
from services.contract.domain.case import Case
from services.contract.domain.core import Consent
from services.contract.domain.errors import CaseNotFound, HouseTaken
from services.contract.domain.lifecycle import State
from services.contract.domain.shared_mobiles import SharedMobile
from tests.adapters.stored import emptied
from tests.support import contract_builders as make
from tests.support.contract_fakes import FakeReader, FakeWorks, Store
from tests.support.contract_world import World

TABLES = (
    "case_materials",
    "object_drops",
    "failed_lookups",
    "case_number_days",
    "case_history",
    "case_parties",
    "cases",
)
CALL = make.service_call_of("contract")


@dataclass
class Kept:
    """Cases: units of work and reads."""

    works: Callable[[Call], Any]
    reader: Any

    def put(self, *cases: Case) -> None:
        """Add in one transaction each."""
        for case in cases:
            with self.works(CALL) as work:
                work.cases.add(case)
                work.commit()


def stored() -> Kept:
    database = emptied("contract", *TABLES)
    rows = CaseRows(FieldCipher(b"f" * 32), make.profiles())
    return Kept(contract_works(database, rows), StoredCaseReader(database, rows))


def remembered() -> Kept:
    store = Store()
    return Kept(FakeWorks(store), FakeReader(store))


@pytest.fixture(params=[stored, remembered], ids=["stored", "in memory"])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    yield request.param()


def opened(number: int = 1, title_id: str = "", at: dt.datetime = make.NOW) -> Case:
    """A case just opened, each on a house of its own."""
    no = CaseNo("huangshi", f"20261122{number:05d}")
    return Case.open(no, make.rules(), make.title(make.SELLER, title_id=title_id or f"house-{number}"), make.SELLER, at)


def whole() -> Case:
    """A case with everything a case can hold."""
    world = World()
    world.generated(sellers=(make.SELLER, make.SELLER_2), buyers=(make.BUYER, make.BUYER_2))
    case = world.case
    case.files = ()  # kept by a port of their own: test_stored_materials
    case.sellers = tuple(replace(one, share=Fraction(1, 3 if one.is_main else 2)) for one in case.sellers)
    case.confirm(make.BUYER.person_id, 1, make.NOW)
    case.drawing.documents = (
        FrozenDocument(kind="sale_contract", key="contract/x", sha256="a" * 64, pages=9, fields=("signer_1",)),
    )
    case.drawing.envelope_id, case.drawing.signed_by, case.drawing.signed_at = "e1", (make.SELLER.person_id,), make.NOW
    case.submission.round, case.submission.closed_reviews = 2, ("v1",)
    case.submission.return_items = (ReturnItem(item="婚姻证明", reason="不清晰"),)
    case.frozen_by, case.end_reason, case.reminded_at = ("HOUSE_SEALED",), "双方未谈妥", make.NOW
    case.consents = (Consent(side=Side.BUYER, person_id=make.BUYER.person_id, session="s", at=make.NOW),)
    case.shared_mobiles = (SharedMobile(person_ids=(make.BUYER.person_id, make.BUYER_2.person_id), at=make.NOW),)
    case.told = []
    return case


def test_a_case_comes_back_as_it_was_kept(kept: Kept) -> None:
    case = whole()

    kept.put(case)

    assert kept.reader.get(case.no) == case


def test_a_change_is_kept_and_history_appended(kept: Kept) -> None:
    kept.put(opened())

    with kept.works(CALL) as work:
        case = work.cases.get(opened().no)
        case.revoke(make.SELLER.person_id, "不卖了", make.NOW)
        work.cases.save(case)
        work.commit()

    found = kept.reader.get(opened().no)
    assert (found.state, found.end_reason) == (State.REVOKED, "不卖了")
    assert [one.act for one in found.history] == ["open", "revoke"]


def test_without_commit_nothing_is_kept(kept: Kept) -> None:
    with kept.works(CALL) as work:
        work.cases.add(opened())

    with pytest.raises(CaseNotFound):
        kept.reader.get(opened().no)


def test_an_unknown_case_is_not_found(kept: Kept) -> None:
    with kept.works(CALL) as work, pytest.raises(CaseNotFound):
        work.cases.get(make.NO)


@pytest.mark.parametrize("state", [State.SELLER_DRAFT, State.FROZEN, State.FILED, State.PUSHED])
def test_a_house_has_one_live_or_filed_case(kept: Kept, state: State) -> None:
    first = opened(1, "house")
    first.state = state
    kept.put(first)

    with pytest.raises(HouseTaken):
        kept.put(opened(2, "house"))


@pytest.mark.parametrize("state", [State.REVOKED, State.REJECTED, State.EXPIRED])
def test_an_ended_case_leaves_its_house_to_the_next(kept: Kept, state: State) -> None:
    first = opened(1, "house")
    first.state = state
    kept.put(first)

    kept.put(opened(2, "house"))

    assert kept.reader.get(opened(2).no).title.title_id == "house"


def test_numbers_count_up_by_city_and_day_and_grow_a_sixth_digit(kept: Kept) -> None:
    def numbers(city: str, day: dt.date, count: int) -> list[str]:
        found = []
        for _ in range(count):
            with kept.works(CALL) as work:
                found.append(work.cases.next_number(city, day).number)
                work.commit()
        return found

    assert numbers("huangshi", make.TODAY, 2) == ["2026112200001", "2026112200002"]
    assert numbers("yangquan", make.TODAY, 1) == ["2026112200001"]
    assert numbers("huangshi", dt.date(2026, 11, 23), 1) == ["2026112300001"]


def test_a_persons_cases_are_listed_last_changed_first_by_side_and_state(kept: Kept) -> None:
    cases = [opened(number, at=make.NOW + dt.timedelta(minutes=number)) for number in (1, 2, 3)]
    cases[1].state = State.REVOKED
    kept.put(*cases)
    me = make.SELLER.person_id

    first = kept.reader.page(me, None, "", None, 2)
    second = kept.reader.page(me, None, "", first.next_place, 2)

    assert [one.case_no.number[-1] for one in (*first.rows, *second.rows)] == ["3", "2", "1"]
    assert second.next_place is None
    assert first.rows[0].role == "SELLER_MAIN"
    assert first.rows[0].location == "黄石市下陆区某小区3栋2单元501室"
    assert [one.state for one in kept.reader.page(me, None, "REVOKED", None, 9).rows] == ["REVOKED"]
    assert kept.reader.page(me, Side.BUYER, "", None, 9).rows == ()
    assert kept.reader.page(make.BUYER.person_id, None, "", None, 9).rows == ()


def test_cases_changed_in_the_same_instant_are_each_listed_once(kept: Kept) -> None:
    kept.put(*(opened(number) for number in range(1, 6)))
    seen, place = [], None

    while True:
        page = kept.reader.page(make.SELLER.person_id, None, "", place, 2)
        seen += [one.case_no.number[-1] for one in page.rows]
        place = page.next_place
        if place is None:
            break

    assert seen == ["5", "4", "3", "2", "1"]


def test_the_clock_finds_what_it_has_to_look_at_the_longest_waiting_first(kept: Kept) -> None:
    due, longest, young, ended = (opened(number) for number in (1, 2, 3, 4))
    due.updated_at, longest.updated_at = make.NOW - dt.timedelta(days=23), make.NOW - dt.timedelta(days=31)
    ended.updated_at, ended.state = make.NOW - dt.timedelta(days=90), State.REVOKED
    kept.put(due, longest, young, ended)

    assert kept.reader.to_attend(make.NOW, 10) == (longest.no, due.no)
    assert kept.reader.to_attend(make.NOW, 1) == (longest.no,)
    assert kept.reader.to_attend(make.NOW - dt.timedelta(seconds=1), 10) == (longest.no,)


def test_what_was_warned_is_not_looked_at_again_before_its_end(kept: Kept) -> None:
    kept.put(opened())
    at = make.NOW + dt.timedelta(days=23)

    with kept.works(CALL) as work:
        case = work.cases.get(opened().no)
        assert case.attend(at)
        work.cases.save(case)
        work.commit()

    assert kept.reader.to_attend(at + dt.timedelta(days=6), 10) == ()
    assert kept.reader.to_attend(at + dt.timedelta(days=7), 10) == (opened().no,)
    assert kept.reader.get(opened().no).reminded_at == at


def test_cases_past_their_deadline_are_counted_by_state_with_the_earliest(kept: Kept) -> None:
    cases = [opened(number) for number in (1, 2, 3)]
    for case, minutes in zip(cases, (5, 3, 1), strict=True):
        case.state, case.updated_at = State.FREEZING, make.NOW - dt.timedelta(minutes=minutes)
    cases[1].state = State.FILING
    kept.put(*cases)

    found = kept.reader.overdue(make.NOW, frozenset({"FREEZING", "FILED"}))

    assert found == {"FREEZING": (1, make.NOW - dt.timedelta(minutes=4))}


def test_failed_searches_count_by_account_or_by_source_within_the_hour(kept: Kept) -> None:
    hour_ago = make.NOW - dt.timedelta(hours=1)
    mine, other = make.BUYER.person_id, make.STRANGER.person_id
    with kept.works(CALL) as work:
        work.failures.lock(mine, "s1")
        work.failures.add(mine, "s1", hour_ago)
        for source in ("s1", "s2", ""):
            work.failures.add(mine, source, make.NOW)
        work.failures.add(other, "s2", make.NOW)
        work.commit()

    with kept.works(CALL) as work:
        assert work.failures.count(mine, "s9", hour_ago) == 3
        assert work.failures.count(make.SELLER.person_id, "s2", hour_ago) == 2
        assert work.failures.count(make.SELLER.person_id, "", hour_ago) == 0


# ---- the database alone ------------------------------------------------------------------------------------------------
def test_a_sixth_digit_follows_99999() -> None:
    kept = stored()
    with kept.works(CALL) as work:
        work.session.execute(text("INSERT INTO case_number_days VALUES ('huangshi', '2026-11-22', 99999)"))
        assert work.cases.next_number("huangshi", make.TODAY).number == "20261122100000"


def test_eight_openings_of_one_house_at_once_leave_one_case_and_every_number_is_given_once() -> None:
    kept = stored()

    def open_one(number: int) -> str:
        try:
            with kept.works(CALL) as work:
                no = work.cases.next_number("huangshi", make.TODAY)
                house = "house" if number < 8 else f"house-{number}"
                work.cases.add(
                    Case.open(no, make.rules(), make.title(make.SELLER, title_id=house), make.SELLER, make.NOW)
                )
                work.commit()
        except HouseTaken:
            return "taken"
        return no.number

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(open_one, range(12)))

    numbers = [one for one in answers if one != "taken"]
    assert answers.count("taken") == 7
    assert len(set(numbers)) == 5


def test_confirmations_at_the_same_time_are_both_kept() -> None:
    kept = stored()
    case = whole()
    case.drawing.confirmed, case.drawing.documents = (), ()
    case.state = State.CONFIRMING
    kept.put(case)

    def confirm(who: Any) -> None:
        with kept.works(CALL) as work:
            mine = work.cases.get(case.no)
            mine.confirm(who.person_id, 1, make.NOW)
            work.cases.save(mine)
            work.commit()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(confirm, (make.BUYER, make.BUYER_2, make.SELLER_2)))

    found = kept.reader.get(case.no)
    assert len(found.drawing.confirmed) == 3
    assert found.state is State.READY_TO_SIGN


def test_no_personal_detail_lies_open_in_any_table() -> None:
    kept = stored()
    case = whole()
    kept.put(case)

    with kept.reader.database.read() as session:
        rows = " ".join(
            str(row)
            for table in ("cases", "case_parties", "case_history")
            for row in session.execute(text(f"SELECT * FROM {table}"))
        )

    for one in case.parties:
        for secret in (str(one.name), str(one.id_number), str(one.mobile), one.address):
            assert secret not in rows
    assert case.title.house.location not in rows
    assert "双方未谈妥" not in rows
    assert str(case.parties[0].person_id) in rows
