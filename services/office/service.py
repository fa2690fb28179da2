"""Office on the bus."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from typing import Any

from services.common.kit.calls import Call
from services.common.kit.entrypoints import Wired, rpc
from services.common.messages import office as messages
from services.office.application.cache import ShortCache
from services.office.application.get_business_type import GetPublishedBusinessType
from services.office.application.get_city import GetPublishedCity
from services.office.application.get_office import GetPublishedOffice
from services.office.application.list_cities import ListPublishedCities
from services.office.application.search_services import SearchPublishedServices
from services.office.config import OfficeSettings


@dataclass(frozen=True)
class Parts:
    """The use cases of office."""

    list_cities: ListPublishedCities
    get_business_type: GetPublishedBusinessType
    get_city: GetPublishedCity
    get_office: GetPublishedOffice
    search_services: SearchPublishedServices


def build(resources: Any) -> Parts:
    """Put the use cases together from the runner's resources. Raises ProfileInvalid naming file and line, SettingMissing."""
    cities, settings = resources.profiles, OfficeSettings.read(resources.settings.values)
    return Parts(
        list_cities=ListPublishedCities(cities),
        get_business_type=GetPublishedBusinessType(cities, ShortCache(time.monotonic), _now),
        get_city=GetPublishedCity(cities, settings.public_url),
        get_office=GetPublishedOffice(cities),
        search_services=SearchPublishedServices(cities),
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class OfficeService:
    """What offices publish."""

    name = "office"
    parts: Parts = Wired(build)

    @rpc(messages.ListCities)
    def list_cities(self, message: messages.ListCities, call: Call) -> messages.Cities:
        """Return all cities."""
        return self.parts.list_cities(message, call)

    @rpc(messages.GetBusinessType)
    def get_business_type(self, message: messages.GetBusinessType, call: Call) -> messages.BusinessType:
        """Return what is offered."""
        return self.parts.get_business_type(message, call)

    @rpc(messages.GetCity)
    def get_city(self, message: messages.GetCity, call: Call) -> messages.CityDetails:
        """Return a city's entry, menu and offices."""
        return self.parts.get_city(message, call)

    @rpc(messages.GetOffice)
    def get_office(self, message: messages.GetOffice, call: Call) -> messages.OfficeDetails:
        """Return where an office is."""
        return self.parts.get_office(message, call)

    @rpc(messages.SearchServices)
    def search_services(self, message: messages.SearchServices, call: Call) -> messages.Services:
        """Return services found by name."""
        return self.parts.search_services(message, call)
