"""People who type a certificate number as the hints of the title search describe it, and find a generated title by it."""

from __future__ import annotations

import random
import secrets

from clients.python.guohu_client import Cases
from deploy.demo.people import CITY, Citizen, Operator
from deploy.demo.stage import SEED, TITLES, Stage, _address
from services.common.messages.property import SeedTitles
from services.property.domain.generated.houses import CityStyle
from services.property.domain.generated.titles import make_up_titles
from services.property.domain.title import RegisteredTitle

BEYOND = range(TITLES, 3 * TITLES)
STYLE = CityStyle(prefix="鄂", place="黄石市", region="4202", old_with_kind=True, old_serial=True)


def arrived(stage: Stage, operator: Operator, name: str, id_number: str) -> Citizen:
    """That person, registered and signed in on an own phone."""
    dice = random.Random(secrets.token_bytes(8))
    mobile = f"1{dice.choice('3456789')}{dice.randrange(10**8, 10**9)}"
    one = Citizen(stage.client(_address(dice)), operator, name, id_number, mobile, "湖北省黄石市下陆区测试路1号")
    one.arrive()
    return one


def found_as_typed(one: Citizen, typed: str, name: str, number: str) -> list[str]:
    """Return the certificates of the titles found."""
    return [title["certificate_no"] for title in Cases(one.client, CITY).search_title(typed, name, number)]


def enterprises_titles(places: range = range(TITLES)) -> list[RegisteredTitle]:
    """The titles of the stage's seed that an enterprise owns, computed anew: the register lists people's only."""
    made = make_up_titles(CITY, STYLE, places, SEED, b"any key: only the register's own counts")
    return [one for one in made if one.enterprises]


def an_enterprises_title(stage: Stage) -> RegisteredTitle:
    """One beyond the stage's own, put into the register: the first are sold in other journeys, and their representatives have accounts."""
    stage.ask(SeedTitles(city=CITY, first=BEYOND.start, count=len(BEYOND), seed=SEED), seconds=60.0)
    return enterprises_titles(BEYOND)[0]
