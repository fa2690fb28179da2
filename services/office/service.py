"""Office on the bus."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from typing import Any

from services.common.kit.calls import Call
from services.common.kit.entrypoints import Wired, rpc
from services.common.messages import office as messages
from services.office.application.cache import MinuteCache
from services.office.application.get_business_type import GetPublishedBusinessType
from services.office.application.list_cities import ListPublishedCities


@dataclass(frozen=True)
class Parts:
    """The use cases of office."""

    list_cities: ListPublishedCities
    get_business_type: GetPublishedBusinessType


def build(resources: Any) -> Parts:
    """Put the use cases together from the runner's resources. Raises ProfileInvalid naming file and line."""
    cities = resources.profiles
    return Parts(ListPublishedCities(cities), GetPublishedBusinessType(cities, MinuteCache(time.monotonic), _now))


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
