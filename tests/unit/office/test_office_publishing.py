"""What office publishes of the cities as they are deployed."""

import hashlib
from pathlib import Path

import pytest

from services.common.kit.calls import Actor, ActorKind, Call
from services.common.kit.errors import NotFound
from services.common.kit.wire import from_plain, to_plain
from services.common.messages import office as messages
from services.common.profiles.loader import Profiles, load_profiles
from services.office.application.get_business_type import GetPublishedBusinessType
from services.office.application.list_cities import ListPublishedCities

CITIES = Path(__file__).parents[3] / "deploy" / "cities"
ANYBODY = Call(Actor(ActorKind.ANONYMOUS, ""), "c")


@pytest.fixture(scope="module")
def profiles() -> Profiles:
    return load_profiles(CITIES)


def offered(
    profiles: Profiles, office: str = "huangshi-housing", kind: str = "self_deal_sale"
) -> messages.BusinessType:
    return GetPublishedBusinessType(profiles)(messages.GetBusinessType(office_id=office, business_type=kind), ANYBODY)


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
