"""What the use cases need from outside: the profiles of the cities that run here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Protocol

from services.common.profiles.schema import CityProfile

Clock = Callable[[], dt.datetime]


class Cities(Protocol):
    """The loaded profiles, in a fixed order."""

    def __iter__(self) -> Iterator[CityProfile]:
        """Walk them."""

    def get(self, city: str) -> CityProfile:
        """Return one. Raises NotFound `city.unknown`."""
