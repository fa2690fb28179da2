"""The stored register and the one in memory keep the same promises."""

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
from services.common.values import CertificateNo
from services.property.adapters.repository import StoredRegister, register_works
from services.property.adapters.rows import TitleRows
from services.property.application.ports import NamedOwner
from services.property.domain.errors import FilingDiffers, HouseAlreadyFiled, TitleNotFound
from services.property.domain.filing import Filing
from services.property.domain.hold import HouseHold
from services.property.domain.title import Encumbrance, OwnershipMode
from tests.adapters.stored import database_of, emptied
from tests.unit.property.builders import (
    CASE,
    CERTIFICATE,
    KEY,
    NOW,
    OTHER_CASE,
    enterprise,
    enterprise_title,
    owner,
    person,
    service,
    title,
)
from tests.unit.property.fakes import Memory, MemoryRegister, MemoryWorks

TABLES = ("failed_searches", "receipt_days", "filings", "house_holds", "encumbrances", "owners", "titles")
CALL = service("property")
FILING = Filing(CASE, "t1", "42HS20261122000001", "ab" * 32, NOW, "R1")
OLD = CertificateNo("0000001")


@dataclass
class Kept:
    """A register: its units of work and its reads."""

    works: Callable[[Call], Any]
    register: Any


def stored() -> Kept:
    database = emptied("property", *TABLES)
    rows = TitleRows(FieldCipher(b"f" * 32), KEY)
    return Kept(register_works(database, rows), StoredRegister(database, rows))


def remembered() -> Kept:
    memory = Memory()
    return Kept(MemoryWorks(memory), MemoryRegister(memory))


@pytest.fixture(params=[stored, remembered], ids=["stored", "in memory"])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    yield request.param()


def add(kept: Kept, *titles: Any) -> int:
    with kept.works(CALL) as work:
        added = work.titles.add_missing(titles)
        work.commit()
    return int(added)


def search(
    kept: Kept, certificate: CertificateNo = CERTIFICATE, *, city: str = "huangshi", name: int = 0, number: int = 0
) -> list[str]:
    found = kept.register.search(city, certificate, NamedOwner(person(name).name, person(number).id_number))
    return [one.title.title_id for one in found]


def test_a_title_comes_back_as_it_was_kept(kept: Kept) -> None:
    one = title(Encumbrance.LEASE, Encumbrance.SEAL, owners=2)
    shared = replace(
        title(title_id="t2", certificate=OLD),
        mode=OwnershipMode.SHARES,
        owners=(owner(0, Fraction(1, 3)), owner(1, Fraction(2, 3))),
        house=replace(one.house, unit_no=None, land_term_end=None),
    )
    company = enterprise_title("t4", CertificateNo("0000004"))
    dead = replace(title(title_id="t5", certificate=OLD), owners=(replace(owner(0), deceased=True),))
    add(kept, one, shared, company, dead)

    assert kept.register.find("t4").title == company
    assert kept.register.find("t5").title == dead
    assert kept.register.find("t1").title == one
    assert kept.register.find("t2").title == shared
    assert kept.register.find("t3") is None


def test_a_search_needs_all_three_of_one_owner(kept: Kept) -> None:
    add(kept, title(owners=2))

    assert search(kept) == ["t1"]
    assert search(kept, name=1, number=1) == ["t1"]
    assert search(kept, name=0, number=1) == []
    assert search(kept, OLD) == []
    assert search(kept, city="yangquan") == []


def test_an_enterprise_is_found_by_its_name_and_code(kept: Kept) -> None:
    add(kept, enterprise_title())
    company = enterprise(0)

    found = kept.register.search("huangshi", CERTIFICATE, NamedOwner(company.name, company.uscc))
    acting = kept.register.search(
        "huangshi", CERTIFICATE, NamedOwner(company.representative.name, company.representative.id_number)
    )

    assert [one.title.title_id for one in found] == ["t1"]
    assert acting == []


def test_an_old_serial_may_stand_on_several_titles_a_new_number_only_on_one(kept: Kept) -> None:
    olds = [title(title_id=key, certificate=OLD) for key in ("t1", "t2")]

    assert add(kept, *olds, title(title_id="t3"), title(title_id="t4")) == 3
    assert search(kept, OLD) == ["t1", "t2"]


def test_adding_again_adds_nothing_and_counts_nothing(kept: Kept) -> None:
    add(kept, title())

    assert add(kept, title()) == 0
    with kept.works(CALL) as work:
        assert work.titles.count() == 1


def test_nothing_is_kept_without_commit(kept: Kept) -> None:
    with kept.works(CALL) as work:
        work.titles.add_missing([title()])

    assert kept.register.find("t1") is None


def test_live_holds_and_filings_are_the_holders_and_ended_holds_are_not(kept: Kept) -> None:
    add(kept, title())
    with kept.works(CALL) as work:
        work.holds.save(HouseHold.taken(CASE, "t1"))
        work.holds.save(HouseHold.taken(OTHER_CASE, "t1").end())
        work.commit()
    assert kept.register.find("t1").holders == (CASE,)

    with kept.works(CALL) as work:
        work.holds.save(HouseHold.taken(CASE, "t1").end())
        work.filings.add(replace(FILING, case_no=OTHER_CASE))
        work.commit()
    assert kept.register.find("t1").holders == (OTHER_CASE,)


def test_a_released_hold_stays_released(kept: Kept) -> None:
    with kept.works(CALL) as work:
        work.holds.save(HouseHold.taken(CASE, "t1").end())
        work.holds.save(HouseHold.taken(CASE, "t1"))
        assert work.holds.find(CASE).released
        assert work.holds.find(OTHER_CASE) is None


def test_a_filing_comes_back_and_a_second_on_the_house_or_number_is_refused(kept: Kept) -> None:
    add(kept, title(), title(title_id="t2", certificate=OLD))
    with kept.works(CALL) as work:
        work.filings.add(FILING)
        work.commit()

    with kept.works(CALL) as work:
        assert work.filings.find_by_case(CASE) == FILING
        assert work.filings.find_by_case(OTHER_CASE) is None
    with kept.works(CALL) as work, pytest.raises(HouseAlreadyFiled):
        work.filings.add(replace(FILING, case_no=OTHER_CASE, filing_no="42HS20261122000002", receipt_no="R2"))
    with kept.works(CALL) as work, pytest.raises(FilingDiffers):
        work.filings.add(replace(FILING, case_no=OTHER_CASE, title_id="t2", receipt_no="R2"))


def test_a_filing_without_receipt_is_settled_once_its_register_has_answered(kept: Kept) -> None:
    with kept.works(CALL) as work:  # its title is another register's: there is no row of it here
        work.filings.lock("huangshi.9")
        work.filings.add(replace(FILING, title_id="huangshi.9", receipt_no=""))
        assert work.filings.find_by_case(CASE).receipt_no == ""
        work.filings.settle(CASE, "HS-1")
        work.commit()

    with kept.works(CALL) as work:
        assert work.filings.find_by_case(CASE).receipt_no == "HS-1"


def test_a_cancelled_filing_keeps_its_receipt_and_frees_the_house(kept: Kept) -> None:
    with kept.works(CALL) as work:
        work.filings.add(FILING)
        work.filings.end(CASE, "R9")
        work.filings.add(replace(FILING, case_no=OTHER_CASE, filing_no="42HS20261122000099"))
        work.commit()

    with kept.works(CALL) as work:
        ended = work.filings.find_by_case(CASE)
        assert (ended.live, ended.cancel_receipt_no) == (False, "R9")


def test_a_note_is_written_and_taken_away(kept: Kept) -> None:
    add(kept, title(Encumbrance.LEASE))
    with kept.works(CALL) as work:
        for _ in range(2):
            work.titles.note("t1", Encumbrance.SEAL, present=True)
            work.titles.note("t1", Encumbrance.LEASE, present=False)
        work.commit()

    assert kept.register.find("t1").title.encumbrances == {Encumbrance.SEAL}


def test_receipts_count_per_day_and_a_rollback_gives_the_number_back(kept: Kept) -> None:
    day = NOW.date()
    with kept.works(CALL) as work:
        assert [work.filings.next_receipt(day), work.filings.next_receipt(day)] == [1, 2]
    with kept.works(CALL) as work:
        assert work.filings.next_receipt(day) == 1
        assert work.filings.next_receipt(day + dt.timedelta(days=1)) == 1


def test_getting_a_title_that_is_not_there_is_refused(kept: Kept) -> None:
    with kept.works(CALL) as work, pytest.raises(TitleNotFound):
        work.titles.get("t9")


def test_failures_are_counted_per_account_and_per_source_and_forgotten(kept: Kept) -> None:
    with kept.works(CALL) as work:
        work.failures.lock("a", "s")
        for minutes, account, source in ((0, "a", "x"), (10, "a", "s"), (20, "b", "s")):
            work.failures.record(NOW + dt.timedelta(minutes=minutes), account, source)
        by_account, by_source = work.failures.since(NOW, "a", "s")

    assert [sorted(times) for times in (by_account, by_source)] == [
        [NOW + dt.timedelta(minutes=10)],
        [NOW + dt.timedelta(minutes=10), NOW + dt.timedelta(minutes=20)],
    ]


def test_only_free_generated_titles_with_that_many_owners_are_listed(kept: Kept) -> None:
    numbers = [CertificateNo(f"{number:07d}") for number in range(7)]
    add(
        kept,
        title(title_id="t0", certificate=numbers[0]),
        title(Encumbrance.MORTGAGE, title_id="t1", certificate=numbers[1]),
        enterprise_title("t2", numbers[2]),
        title(title_id="t3", certificate=numbers[3], owners=2),
        replace(title(title_id="t4", certificate=numbers[4]), generated=False),
        title(title_id="t5", certificate=numbers[5]),
        title(title_id="t6", certificate=numbers[6]),
    )
    with kept.works(CALL) as work:
        work.holds.save(HouseHold.taken(CASE, "t5"))
        work.filings.add(replace(FILING, title_id="t6", case_no=OTHER_CASE))
        work.commit()

    assert [one.title_id for one in kept.register.list_generated("huangshi", 1, 0, 10)] == ["t0", "t1", "t2"]
    assert [one.title_id for one in kept.register.list_generated("huangshi", 1, 1, 1)] == ["t1"]
    assert list(kept.register.list_generated("yangquan", 1, 0, 10)) == []


def test_no_name_or_number_lies_open_in_the_database() -> None:
    add(stored(), title(owners=2))
    with database_of("property").read() as session:
        rows = session.execute(text("SELECT owners::text FROM owners")).scalars().all()

    assert len(rows) == 2
    for row in rows:
        assert not any(
            str(secret) in row for number in (0, 1) for secret in (person(number).name, person(number).id_number)
        )


def test_parallel_failures_wait_for_each_other_so_that_none_is_missed() -> None:
    kept, allowed = stored(), 3

    def fail_if_allowed(_: int) -> bool:
        with kept.works(CALL) as work:
            work.failures.lock("a", "s")
            if len(work.failures.since(NOW - dt.timedelta(hours=1), "a", "s")[0]) >= allowed:
                return False
            work.failures.record(NOW, "a", "s")
            work.commit()
            return True

    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(fail_if_allowed, range(16)))

    assert passed.count(True) == allowed


def test_parallel_receipts_are_all_different() -> None:
    kept = stored()

    def take(_: int) -> int:
        with kept.works(CALL) as work:
            number = work.filings.next_receipt(NOW.date())
            work.commit()
            return int(number)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(take, range(20))) == list(range(1, 21))
