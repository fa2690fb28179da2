import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest

from services.common.kit.calls import Actor, ActorKind, Call
from services.common.kit.errors import NotAuthenticated, Unavailable
from services.common.messages.property import SearchTitles
from services.common.values import CertificateNo
from services.property.application.ports import Held, NamedOwner
from services.property.application.search_titles import SearchForTitles
from services.property.domain.errors import SearchIncomplete, TitleNotFound, TooManySearches
from services.property.domain.hold import HouseHold
from services.property.domain.title import Encumbrance
from tests.unit.property.builders import (
    CASE,
    CERTIFICATE,
    NOW,
    citizen,
    enterprise,
    enterprise_title,
    person,
    service,
    title,
)
from tests.unit.property.fakes import Memory, MemoryRegister, MemoryWorks, OneCity, OtherAuthority

ALLOWED = OneCity().failures_per_hour("huangshi")


def asked(owner: int, source: str = "s1") -> SearchTitles:
    return SearchTitles(
        city="huangshi",
        certificate_no=CERTIFICATE,
        owner_name=person(owner).name,
        owner_id_number=person(owner).id_number,
        source=source,
    )


def searching(*, now: dt.datetime = NOW, works: MemoryWorks | None = None) -> SearchForTitles:
    one = title(owners=2)
    works = works or MemoryWorks(Memory(titles={one.title_id: one}))
    return SearchForTitles(works, MemoryRegister(works.memory), OtherAuthority(), OneCity(), lambda: now)


def test_an_owner_finds_his_title_with_all_owners_masked() -> None:
    found = searching()(asked(0), citizen(0)).titles

    assert [one.title_id for one in found] == ["t1"]
    assert found[0].owners_masked == (person(0).name.masked, person(1).name.masked)
    assert found[0].saleable


class SilentRegister(MemoryRegister):
    """A register that does not answer, and counts how often it was asked."""

    asked = 0

    def search(self, city: str, certificate_no: CertificateNo, owner: NamedOwner) -> Sequence[Held]:
        SilentRegister.asked += 1
        raise Unavailable("property.register_unavailable")


def test_a_register_that_does_not_answer_is_no_failure_and_no_missing_title() -> None:
    works = MemoryWorks(Memory())
    search = SearchForTitles(works, SilentRegister(works.memory), OtherAuthority(), OneCity(), lambda: NOW)

    with pytest.raises(Unavailable):
        search(asked(0), citizen(0))
    assert works.memory.failures == []


def test_whoever_has_no_search_left_does_not_trouble_the_register() -> None:
    works = MemoryWorks(Memory(failures=[(NOW, citizen(0).actor.person_id.value, "s1")] * ALLOWED))
    SilentRegister.asked = 0
    search = SearchForTitles(works, SilentRegister(works.memory), OtherAuthority(), OneCity(), lambda: NOW)

    with pytest.raises(TooManySearches):
        search(asked(0), citizen(0))
    assert SilentRegister.asked == 0


def test_the_pair_may_be_the_co_owners() -> None:
    assert len(searching()(asked(1), citizen(0)).titles) == 1


def test_a_house_held_by_a_live_case_is_shown_as_taken() -> None:
    one = title(owners=2)
    works = MemoryWorks(Memory(titles={"t1": one}, holds={CASE: HouseHold.taken(CASE, "t1")}))

    found = searching(works=works)(asked(0), citizen(0)).titles

    assert (found[0].saleable, found[0].barred_by) == (False, ("DUPLICATE_HOUSE",))


def test_several_titles_under_one_old_serial_are_all_shown() -> None:
    old = CertificateNo("0000001")
    titles = {key: title(title_id=key, certificate=old) for key in ("t1", "t2")}

    found = searching(works=MemoryWorks(Memory(titles=titles)))(replace(asked(0), certificate_no=old), citizen(0))

    assert len(found.titles) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        replace(asked(0), certificate_no=CertificateNo("鄂(2022)黄石市不动产权第0000002号")),
        replace(asked(0), owner_name=person(7).name),
        replace(asked(0), owner_id_number=person(1).id_number),
        replace(asked(0), city="yangquan"),
    ],
)
def test_whatever_is_wrong_the_answer_is_the_same(wrong: SearchTitles) -> None:
    with pytest.raises(TitleNotFound) as refused:
        searching()(wrong, citizen(0))

    assert (refused.value.code, refused.value.context) == ("property.title_not_found", {"registry_phone": "0714-12345"})


def test_a_stranger_who_knows_all_three_finds_nothing() -> None:
    with pytest.raises(TitleNotFound):
        searching()(asked(0), citizen(5))


@pytest.mark.parametrize("call", [service("contract"), Call(Actor(ActorKind.ANONYMOUS, ""), "c")])
def test_searching_needs_a_signed_in_person(call: Call) -> None:
    with pytest.raises(NotAuthenticated):
        searching()(asked(0), call)


def enterprise_search() -> tuple[SearchForTitles, SearchTitles]:
    works = MemoryWorks(Memory(titles={"t1": enterprise_title()}))
    asked_for = SearchTitles(
        city="huangshi",
        certificate_no=CERTIFICATE,
        enterprise_name=enterprise(0).name,
        enterprise_uscc=enterprise(0).uscc,
        source="s1",
    )
    return searching(works=works), asked_for


def test_the_representative_finds_the_enterprises_title_by_its_code() -> None:
    search, asked_for = enterprise_search()

    found = search(asked_for, citizen(0)).titles

    assert [one.owners_masked for one in found] == [(enterprise(0).name.masked,)]


def test_nobody_but_the_representative_finds_it() -> None:
    search, asked_for = enterprise_search()

    with pytest.raises(TitleNotFound):
        search(asked_for, citizen(1))
    with pytest.raises(TitleNotFound):
        search(asked(0), citizen(0))


@pytest.mark.parametrize(
    "wrong",
    [
        replace(asked(0), owner_name=None),
        replace(asked(0), owner_id_number=None),
        replace(asked(0), owner_name=None, owner_id_number=None),
        replace(asked(0), enterprise_name=enterprise(0).name, enterprise_uscc=enterprise(0).uscc),
    ],
)
def test_a_search_names_one_whole_owner_and_costs_no_try_otherwise(wrong: SearchTitles) -> None:
    works = MemoryWorks(Memory())

    with pytest.raises(SearchIncomplete):
        searching(works=works)(wrong, citizen(0))

    assert works.memory.failures == []


def test_what_stands_against_the_sale_is_told_with_the_hit() -> None:
    works = MemoryWorks(Memory(titles={"t1": title(Encumbrance.SEAL, Encumbrance.MORTGAGE)}))

    found = searching(works=works)(asked(0), citizen(0)).titles[0]

    assert (found.saleable, found.barred_by, found.warnings) == (False, ("HOUSE_SEALED",), ("MORTGAGED",))


def fail(search: SearchForTitles, times: int, *, caller: int = 5, source: str = "s1") -> None:
    for _ in range(times):
        with pytest.raises(TitleNotFound):
            search(asked(0, source), citizen(caller))


def test_after_the_allowed_failures_even_a_right_search_is_refused() -> None:
    search = searching()
    for _ in range(ALLOWED):
        with pytest.raises(TitleNotFound):
            search(replace(asked(0), owner_name=person(7).name), citizen(0))

    with pytest.raises(TooManySearches) as refused:
        search(asked(0), citizen(0))

    assert refused.value.context["retry_after"] == 3600


def test_failures_count_per_account_wherever_it_comes_from() -> None:
    search = searching()
    for number in range(ALLOWED):
        fail(search, 1, source=f"s{number}")

    with pytest.raises(TooManySearches):
        search(asked(0, "s9"), citizen(5))


def test_failures_count_per_source_whoever_asks() -> None:
    search = searching()
    for number in range(ALLOWED):
        fail(search, 1, caller=5 + number)

    with pytest.raises(TooManySearches):
        search(asked(0), citizen(0))


def test_another_account_from_another_source_is_not_limited() -> None:
    search = searching()
    fail(search, ALLOWED)

    assert search(asked(0, "s2"), citizen(0)).titles


def test_success_does_not_count() -> None:
    search = searching()

    for _ in range(ALLOWED + 2):
        assert search(asked(0), citizen(0)).titles


def test_failures_are_forgotten_after_an_hour() -> None:
    works = MemoryWorks(Memory(titles={"t1": title(owners=2)}))
    fail(searching(works=works), ALLOWED)

    later = searching(works=works, now=NOW + dt.timedelta(hours=1))

    assert later(asked(0), citizen(0)).titles


def test_a_refusal_for_the_limit_does_not_prolong_it() -> None:
    works = MemoryWorks(Memory(titles={"t1": title(owners=2)}))
    fail(searching(works=works), ALLOWED)
    with pytest.raises(TooManySearches):
        searching(works=works, now=NOW + dt.timedelta(minutes=59))(asked(0), citizen(0))

    assert searching(works=works, now=NOW + dt.timedelta(minutes=61))(asked(0), citizen(0)).titles
