"""What office publishes of the cities as they are deployed."""

import datetime as dt
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from services.common.kit.calls import Actor, ActorKind, Call
from services.common.kit.errors import NotFound
from services.common.kit.wire import from_plain, to_plain
from services.common.messages import office as messages
from services.common.profiles.loader import Profiles, load_profiles
from services.common.profiles.schema import HintChange
from services.office.application.cache import LIFETIME, MOST, MinuteCache
from services.office.application.get_business_type import GetPublishedBusinessType
from services.office.application.list_cities import ListPublishedCities

CITIES = Path(__file__).parents[3] / "deploy" / "cities"
NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
ANYBODY = Call(Actor(ActorKind.ANONYMOUS, ""), "c")


@pytest.fixture(scope="module")
def profiles() -> Profiles:
    return load_profiles(CITIES)


def offered(
    profiles: Profiles, office: str = "huangshi-housing", kind: str = "self_deal_sale"
) -> messages.BusinessType:
    return GetPublishedBusinessType(profiles, MinuteCache(lambda: 0.0), lambda: NOON)(
        messages.GetBusinessType(office_id=office, business_type=kind), ANYBODY
    )


def test_anybody_sees_the_cities_with_offices_and_phones(profiles: Profiles) -> None:
    found = ListPublishedCities(profiles)(messages.ListCities(), ANYBODY)

    huangshi = next(one for one in found.cities if one.city == "huangshi")
    assert huangshi.name == "黄石市"
    assert [(one.office_id, bool(one.phone), one.business_types) for one in huangshi.offices] == [
        ("huangshi-housing", True, ("self_deal_sale",))
    ]


def test_a_business_type_has_the_five_steps_and_seven_hints_of_the_manual(profiles: Profiles) -> None:
    found = offered(profiles)

    assert found.steps == ("房源核验", "合同信息", "合同预览", "合同签订", "提交审核")
    assert len(found.hints) == 7


def test_every_text_to_be_ticked_has_a_version_and_the_hash_of_its_body(profiles: Profiles) -> None:
    for notice in offered(profiles).notices:
        assert notice.version
        assert notice.sha256 == hashlib.sha256(notice.body.encode()).hexdigest()


@pytest.mark.parametrize(("office", "kind"), [("nowhere", "self_deal_sale"), ("huangshi-housing", "loan_sale")])
def test_an_unknown_office_and_a_type_it_does_not_offer_are_not_found(
    profiles: Profiles, office: str, kind: str
) -> None:
    with pytest.raises(NotFound, match=r"office\.business_type_not_found"):
        offered(profiles, office, kind)


def test_the_answers_survive_the_bus(profiles: Profiles) -> None:
    cities = ListPublishedCities(profiles)(messages.ListCities(), ANYBODY)

    assert from_plain(messages.BusinessType, to_plain(offered(profiles))) == offered(profiles)
    assert from_plain(messages.Cities, to_plain(cities)) == cities


def at(day: dt.date) -> dt.datetime:
    """The first minute of the day at the offices."""
    return dt.datetime.combine(day, dt.time(0, 1), tzinfo=dt.timezone(dt.timedelta(hours=8)))


CHANGE = dt.date(2027, 1, 1)


def changing(profiles: Profiles) -> Profiles:
    """Huangshi with new texts, hints and materials from a day on."""
    city = profiles.get("huangshi")
    kind, notice = city.case_type, city.notice("online_signing_notice")
    later = replace(notice, version="2027.1", body="新的须知", valid_from=CHANGE)
    first = kind.materials[0]
    ended = replace(kind.materials[1], valid_until=CHANGE - dt.timedelta(days=1))
    changed = replace(
        kind,
        hint_changes=(HintChange(valid_from=CHANGE, hints=("新的提示",)),),
        materials=(first, ended, replace(first, name="电子身份证", valid_from=CHANGE)),
    )
    return Profiles([replace(city, notices=(*city.notices, later), business_types=(changed,))])


@pytest.mark.parametrize(
    ("day", "version", "hints", "materials"),
    [
        (CHANGE - dt.timedelta(days=1), "2026.1", 7, ["身份证", "婚姻证明（已婚）"]),
        (CHANGE, "2027.1", 1, ["电子身份证"]),
        (CHANGE + dt.timedelta(days=400), "2027.1", 1, ["电子身份证"]),
    ],
)
def test_changes_hold_from_their_day_at_the_offices_on(
    profiles: Profiles, day: dt.date, version: str, hints: int, materials: list[str]
) -> None:
    show = GetPublishedBusinessType(changing(profiles), MinuteCache(lambda: 0.0), lambda: at(day))

    found = show(messages.GetBusinessType(office_id="huangshi-housing", business_type="self_deal_sale"), ANYBODY)

    assert (found.notices[0].version, len(found.hints)) == (version, hints)
    assert [one.name for one in found.materials] == materials


def test_the_sale_asks_for_any_one_of_several_documents_where_the_manual_does(profiles: Profiles) -> None:
    rows = {one.material_id: one for one in offered(profiles).materials}

    assert rows["divorce_proof"].any_of == ("DIVORCE_CERTIFICATE", "COURT_JUDGMENT", "COURT_MEDIATION")
    assert (rows["divorce_proof"].when, rows["divorce_proof"].required) == ("DIVORCED", True)
    assert rows["business_licence"].roles == ("SELLER_MAIN",)


def test_what_is_kept_is_given_for_a_minute_and_never_longer(profiles: Profiles) -> None:
    clock, now = [0.0], [at(CHANGE) - dt.timedelta(minutes=2)]
    show = GetPublishedBusinessType(changing(profiles), MinuteCache(lambda: clock[0]), lambda: now[0])
    asked = messages.GetBusinessType(office_id="huangshi-housing", business_type="self_deal_sale")
    before = show(asked, ANYBODY)
    now[0] = at(CHANGE)

    clock[0] = LIFETIME - 0.1
    assert show(asked, ANYBODY) is before
    clock[0] = LIFETIME
    assert show(asked, ANYBODY).notices[0].version == "2027.1"


def test_refusals_are_not_kept_so_that_invented_questions_fill_nothing(profiles: Profiles) -> None:
    cache: MinuteCache[messages.BusinessType] = MinuteCache(lambda: 0.0)
    show = GetPublishedBusinessType(profiles, cache, lambda: NOON)

    for number in range(5):
        with pytest.raises(NotFound):
            show(messages.GetBusinessType(office_id=f"office-{number}", business_type="self_deal_sale"), ANYBODY)

    assert cache.get("anything", lambda: offered(profiles)) is not None
    assert len(cache._kept) == 1


def test_the_cache_is_bounded() -> None:
    cache: MinuteCache[int] = MinuteCache(lambda: 0.0)

    for number in range(MOST + 10):
        assert cache.get(number, lambda number=number: number) == number

    assert len(cache._kept) <= MOST
