"""What office publishes of the cities as they are deployed."""

import datetime as dt
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.routes.publishing import MAX_AGE
from services.common.kit.calls import Actor, ActorKind, Call
from services.common.kit.errors import NotFound
from services.common.kit.wire import from_plain, to_plain
from services.common.messages import office as messages
from services.common.profiles.loader import Profiles, load_profiles
from services.common.profiles.publishing import Entry, Screen, ScreenHints
from services.office.application.cache import LIFETIME, MOST, ShortCache
from services.office.application.get_business_type import GetPublishedBusinessType
from services.office.application.get_city import GetPublishedCity
from services.office.application.get_office import GetPublishedOffice
from services.office.application.list_cities import ListPublishedCities
from services.office.application.search_services import SearchPublishedServices

CITIES = Path(__file__).parents[3] / "deploy" / "cities"
NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
ANYBODY = Call(Actor(ActorKind.ANONYMOUS, ""), "c")


@pytest.fixture(scope="module")
def profiles() -> Profiles:
    return load_profiles(CITIES)


def offered(
    profiles: Profiles, office: str = "huangshi-housing", kind: str = "self_deal_sale"
) -> messages.BusinessType:
    return GetPublishedBusinessType(profiles, ShortCache(lambda: 0.0), lambda: NOON)(
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
        hints=(
            *kind.hints,
            ScreenHints(screen=Screen.TITLE_SEARCH, version="2027.1", lines=("新的提示",), valid_from=CHANGE),
        ),
        materials=(first, ended, replace(first, name="电子身份证", valid_from=CHANGE)),
    )
    return Profiles([replace(city, notices=(*city.notices, later), business_types=(changed,))])


@pytest.mark.parametrize(
    ("day", "version", "hints", "materials"),
    [
        (CHANGE - dt.timedelta(days=1), "2026.2", 7, ["身份证", "婚姻证明（已婚）"]),
        (CHANGE, "2027.1", 1, ["电子身份证"]),
        (CHANGE + dt.timedelta(days=400), "2027.1", 1, ["电子身份证"]),
    ],
)
def test_changes_hold_from_their_day_at_the_offices_on(
    profiles: Profiles, day: dt.date, version: str, hints: int, materials: list[str]
) -> None:
    show = GetPublishedBusinessType(changing(profiles), ShortCache(lambda: 0.0), lambda: at(day))

    found = show(messages.GetBusinessType(office_id="huangshi-housing", business_type="self_deal_sale"), ANYBODY)

    assert (found.notices[0].version, len(found.hints)) == (version, hints)
    assert [one.name for one in found.materials] == materials


def test_the_sale_asks_for_any_one_of_several_documents_where_the_manual_does(profiles: Profiles) -> None:
    rows = {one.material_id: one for one in offered(profiles).materials}

    assert rows["divorce_proof"].any_of == ("DIVORCE_CERTIFICATE", "COURT_JUDGMENT", "COURT_MEDIATION")
    assert (rows["divorce_proof"].when, rows["divorce_proof"].required) == ("DIVORCED", True)
    assert rows["business_licence"].roles == ("SELLER_MAIN",)


def test_what_is_kept_is_given_for_half_a_minute_and_never_longer(profiles: Profiles) -> None:
    clock, now = [0.0], [at(CHANGE) - dt.timedelta(minutes=2)]
    show = GetPublishedBusinessType(changing(profiles), ShortCache(lambda: clock[0]), lambda: now[0])
    asked = messages.GetBusinessType(office_id="huangshi-housing", business_type="self_deal_sale")
    before = show(asked, ANYBODY)
    now[0] = at(CHANGE)

    clock[0] = LIFETIME - 0.1
    assert show(asked, ANYBODY) is before
    clock[0] = LIFETIME
    assert show(asked, ANYBODY).notices[0].version == "2027.1"


def test_refusals_are_not_kept_so_that_invented_questions_fill_nothing(profiles: Profiles) -> None:
    cache: ShortCache[messages.BusinessType] = ShortCache(lambda: 0.0)
    show = GetPublishedBusinessType(profiles, cache, lambda: NOON)

    for number in range(5):
        with pytest.raises(NotFound):
            show(messages.GetBusinessType(office_id=f"office-{number}", business_type="self_deal_sale"), ANYBODY)

    assert cache.get("anything", lambda: offered(profiles)) is not None
    assert len(cache._kept) == 1


def test_the_cache_is_bounded() -> None:
    cache: ShortCache[int] = ShortCache(lambda: 0.0)

    for number in range(MOST + 10):
        assert cache.get(number, lambda number=number: number) == number

    assert len(cache._kept) <= MOST


PUBLIC_URL = "https://guohu.example"


def city(profiles: Profiles) -> messages.CityDetails:
    return GetPublishedCity(profiles, PUBLIC_URL)(messages.GetCity(city="huangshi"), ANYBODY)


def test_a_city_has_an_entry_a_menu_its_offices_and_the_registrys_phone(profiles: Profiles) -> None:
    found = city(profiles)

    assert (found.app_name, found.deep_link) == ("黄石市存量房自行成交网签备案", f"{PUBLIC_URL}/c/huangshi")
    assert [[item.opens for item in section.items] for section in found.menu] == [
        ["SELL", "BUY", "VERIFICATION", "OFFICES"],
        ["MY_CASES", "MY_SIGNING_TASKS", "MY_ACCOUNT", "MY_DATA"],
    ]
    assert {item.opens for section in found.menu for item in section.items if not item.needs_sign_in} == {
        "VERIFICATION",
        "OFFICES",
    }
    assert found.registry_phone
    assert [(one.business_type, one.name) for one in found.offices[0].business_types] == [
        ("self_deal_sale", "存量房自行成交网签备案")
    ]


def test_a_link_an_app_has_registered_for_itself_stays_as_it_is(profiles: Profiles) -> None:
    own = replace(profiles.get("huangshi"), entry=Entry(app_name="过户", deep_link="guohu://huangshi"))

    assert city(Profiles([own])).deep_link == "guohu://huangshi"


def test_an_office_tells_where_when_and_whom_to_ring(profiles: Profiles) -> None:
    found = GetPublishedOffice(profiles)(messages.GetOffice(office_id="huangshi-housing"), ANYBODY)

    assert found == city(profiles).offices[0]
    assert found.address
    assert found.hours
    assert found.phones
    with pytest.raises(NotFound, match=r"office\.not_found"):
        GetPublishedOffice(profiles)(messages.GetOffice(office_id="elsewhere"), ANYBODY)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ["self_deal_sale", "seller", "buyer", "verification", "offices", "my_contracts"]),
        ("合同", ["verification", "my_contracts"]),
        ("网签 备案", ["self_deal_sale"]),
        ("个人中心", ["my_contracts", "my_signing_tasks", "my_account", "my_data"]),
        ("抵押", []),
    ],
)
def test_services_are_found_by_every_word_of_what_was_typed(
    typed: str, expected: list[str], profiles: Profiles
) -> None:
    search = SearchPublishedServices(profiles)

    found = search(messages.SearchServices(city="huangshi", name=typed), ANYBODY).services

    ids = [one.service_id for one in found]
    assert ids[: len(expected)] == expected
    assert typed == "" or ids == expected


def test_a_business_type_found_names_the_offices_that_offer_it(profiles: Profiles) -> None:
    found = SearchPublishedServices(profiles)(messages.SearchServices(city="huangshi", name="网签备案"), ANYBODY)

    assert [(one.kind, one.offices) for one in found.services] == [("BUSINESS_TYPE", ("huangshi-housing",))]


@pytest.mark.parametrize(("typed", "found"), [("黄石", 1), ("HUANG", 1), ("ｈｕａｎｇｓｈｉ", 1), ("阳泉", 0), ("", 1)])
def test_cities_are_found_by_name_or_id(typed: str, found: int, profiles: Profiles) -> None:
    cities = ListPublishedCities(profiles)(messages.ListCities(name=typed), ANYBODY).cities

    assert [one.city for one in cities].count("huangshi") == found


@pytest.mark.parametrize("asked", [messages.GetCity(city="atlantis"), messages.SearchServices(city="atlantis")])
def test_an_unknown_city_publishes_nothing(
    asked: messages.GetCity | messages.SearchServices, profiles: Profiles
) -> None:
    with pytest.raises(NotFound, match=r"city\.unknown"):
        if isinstance(asked, messages.GetCity):
            GetPublishedCity(profiles, PUBLIC_URL)(asked, ANYBODY)
        else:
            SearchPublishedServices(profiles)(asked, ANYBODY)


def test_hints_are_told_per_screen_with_their_version(profiles: Profiles) -> None:
    found = offered(profiles)

    assert [(one.screen, one.version) for one in found.screens] == [
        ("TITLE_SEARCH", "2026.1"),
        ("CASE_LOOKUP", "2026.1"),
        ("SIGNING", "2026.1"),
    ]
    assert found.screens[0].lines == found.hints


def test_what_office_and_askers_keep_is_together_never_older_than_a_minute() -> None:
    assert LIFETIME + MAX_AGE <= 60
