"""Which cities run here, and where their offices are."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages import office as messages
from services.common.profiles.schema import CityProfile, Office
from services.office.application.ports import Cities
from services.office.domain.finding import answers_to


@dataclass(frozen=True)
class ListPublishedCities:
    """Public: nobody needs to sign in to see where something is offered."""

    cities: Cities

    def __call__(self, message: messages.ListCities, call: Call) -> messages.Cities:
        """Return all cities, or those that answer to a name."""
        del call
        found = (one for one in self.cities if answers_to(message.name, one.name, one.city))
        return messages.Cities(cities=tuple(_city(profile) for profile in found))


def _city(profile: CityProfile) -> messages.City:
    return messages.City(city=profile.city, name=profile.name, offices=tuple(_office(one) for one in profile.offices))


def _office(office: Office) -> messages.Office:
    return messages.Office(
        office_id=office.id, name=office.name, phone=office.phone, business_types=tuple(office.business_types)
    )
