from collections import Counter
from fractions import Fraction

import pytest

from services.common.kit.errors import Forbidden
from services.common.messages.property import ListSeededTitles, SeedTitles
from services.common.profiles.restrictions import Restrictions
from services.property.application.list_seeded_titles import ListGeneratedTitles
from services.property.application.seed_titles import SeedGeneratedTitles
from services.property.domain.errors import SeedRefused
from services.property.domain.generated.houses import CityStyle
from services.property.domain.generated.titles import make_up_titles
from services.property.domain.title import Encumbrance, OwnershipMode, RegisteredTitle
from services.property.domain.verdict import Reason
from tests.unit.property.builders import KEY, NOW, citizen, service, title
from tests.unit.property.fakes import Memory, MemoryRegister, MemoryWorks, OneCity

STYLE = OneCity().style("huangshi")


def made(count: int, seed: int = 1, style: CityStyle = STYLE) -> list[RegisteredTitle]:
    return list(make_up_titles("huangshi", style, range(count), seed, KEY))


def test_the_same_seed_makes_the_same_titles_and_another_seed_others() -> None:
    assert made(20) == made(20)
    assert {one.title_id for one in made(20)}.isdisjoint(one.title_id for one in made(20, seed=2))


def test_more_titles_of_a_seed_begin_with_the_fewer() -> None:
    assert made(30)[:10] == made(10)


def test_about_an_eighth_of_the_titles_is_barred_for_every_reason_there_is() -> None:
    verdicts = [one.judged(Restrictions(), NOW.date()) for one in made(4000)]
    reasons = Counter(reason for one in verdicts for reason in (*one.barred_by, *one.warnings))

    assert set(reasons) == set(Reason) - {Reason.DUPLICATE_HOUSE, Reason.OWNERS_MIXED}
    assert 0.08 <= sum(bool(one.barred_by) for one in verdicts) / 4000 <= 0.18


def test_every_mode_and_number_of_owners_occurs_and_shares_add_up() -> None:
    titles = [one for one in made(200) if one.owners]

    assert {(one.mode, len(one.owners)) for one in titles} == {
        (OwnershipMode.SOLE, 1),
        *((mode, count) for mode in (OwnershipMode.JOINT, OwnershipMode.SHARES) for count in (2, 3)),
    }
    for one in titles:
        if one.mode is OwnershipMode.SHARES:
            assert sum((owner.share or Fraction(0)) for owner in one.owners) == 1


def test_made_up_people_have_a_region_that_was_never_issued() -> None:
    assert {owner.id_number.value[:6] for one in made(50) for owner in one.owners} == {"420299"}


def test_certificates_have_all_forms_the_city_takes_and_new_numbers_differ() -> None:
    titles = made(500)
    numbers = [one.certificate_no.value for one in titles if one.certificate_no.is_new_form]

    assert len(set(numbers)) == len(numbers)
    assert numbers[0].startswith("鄂(20")
    assert any("私" in one.certificate_no.value for one in titles)
    assert any(one.certificate_no.value.isdigit() for one in titles)


def test_a_city_without_old_certificates_gets_none() -> None:
    style = CityStyle("晋", "阳泉市", "1403", old_with_kind=False, old_serial=False)

    assert all(one.certificate_no.is_new_form for one in made(100, style=style))


@pytest.mark.parametrize(
    ("numbers", "seed"), [(range(0), 1), (range(100_001), 1), (range(1), -1), (range(-1, 1), 1), (range(5, 2), 1)]
)
def test_impossible_orders_are_refused(numbers: range, seed: int) -> None:
    with pytest.raises(SeedRefused):
        make_up_titles("huangshi", STYLE, numbers, seed, KEY)


def test_a_large_register_is_made_in_parts_that_fit_together() -> None:
    parts = [
        *make_up_titles("huangshi", STYLE, range(8), 1, KEY),
        *make_up_titles("huangshi", STYLE, range(8, 20), 1, KEY),
    ]

    assert parts == made(20)


def test_enterprises_have_valid_codes_of_a_region_that_was_never_issued() -> None:
    companies = [company for one in made(500) for company in one.enterprises]

    assert companies
    assert {company.uscc.value[2:8] for company in companies} == {"420299"}


def test_seeding_twice_adds_nothing_and_a_larger_count_adds_the_rest() -> None:
    works = MemoryWorks()
    seed = SeedGeneratedTitles(works, OneCity(), KEY, allowed=True)

    first = seed(SeedTitles(city="huangshi", count=5, seed=1), service("cli"))
    second = seed(SeedTitles(city="huangshi", count=5, seed=1), service("cli"))
    third = seed(SeedTitles(city="huangshi", count=8, seed=1), service("cli"))

    assert [(one.added, one.total) for one in (first, second, third)] == [(5, 5), (0, 5), (3, 8)]


def test_a_command_may_begin_where_another_ended() -> None:
    works = MemoryWorks()
    seed = SeedGeneratedTitles(works, OneCity(), KEY, allowed=True)

    seed(SeedTitles(city="huangshi", count=5, seed=1), service("cli"))
    rest = seed(SeedTitles(city="huangshi", count=5, seed=1, first=3), service("cli"))

    assert (rest.added, rest.total) == (3, 8)


def test_only_the_operators_command_seeds_and_never_where_it_is_off() -> None:
    order = SeedTitles(city="huangshi", count=5, seed=1)

    for call in (service("contract"), citizen(0)):
        with pytest.raises(Forbidden):
            SeedGeneratedTitles(MemoryWorks(), OneCity(), KEY, allowed=True)(order, call)
    with pytest.raises(Forbidden, match=r"property\.seeding_off"):
        SeedGeneratedTitles(MemoryWorks(), OneCity(), KEY, allowed=False)(order, service("cli"))


def test_listed_are_generated_saleable_titles_with_their_owners() -> None:
    memory = Memory(titles={"t1": title(owners=2), "t2": title(Encumbrance.SEAL, title_id="t2", owners=2)})

    found = ListGeneratedTitles(MemoryRegister(memory), OneCity(), lambda: NOW)(
        ListSeededTitles(city="huangshi", owners=2, limit=10), service("cli")
    )

    assert [one.title_id for one in found.titles] == ["t1"]
    assert [one.id_number for one in found.titles[0].owners] == [one.id_number for one in title(owners=2).owners]


def test_only_the_operators_command_sees_owners_of_generated_titles() -> None:
    for call in (service("gateway"), citizen(0)):
        with pytest.raises(Forbidden):
            ListGeneratedTitles(MemoryRegister(Memory()), OneCity(), lambda: NOW)(
                ListSeededTitles(city="huangshi", owners=1, limit=1), call
            )
