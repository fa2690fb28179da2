"""What the use cases need from outside: the profiles of the cities that run here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from services.common.profiles.schema import CityProfile


class Cities(Protocol):
    """The loaded profiles, in a fixed order."""

    def __iter__(self) -> Iterator[CityProfile]:
        """Walk them."""
