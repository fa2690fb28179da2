"""What a city offers, found by name: business types with their offices, and entries of the menu."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages import office as messages
from services.common.profiles.schema import CityProfile
from services.office.application.get_city import names_of_menu
from services.office.application.ports import Cities
from services.office.domain.finding import answers_to

BUSINESS_TYPE, MENU_ITEM = "BUSINESS_TYPE", "MENU_ITEM"


@dataclass(frozen=True)
class SearchPublishedServices:
    """Public."""

    cities: Cities

    def __call__(self, message: messages.SearchServices, call: Call) -> messages.Services:
        """Return the services whose name, or whose menu section's name, answers to what was typed. Raises NotFound `city.unknown`."""
        del call
        found = _all_of(self.cities.get(message.city))
        return messages.Services(
            services=tuple(one for one in found if answers_to(message.name, one.name, one.section))
        )


def _all_of(profile: CityProfile) -> Iterator[messages.FoundService]:
    for kind in profile.business_types:
        offices = tuple(one.id for one in profile.offices if kind.id in one.business_types)
        yield messages.FoundService(
            kind=BUSINESS_TYPE, service_id=kind.id, name=kind.name, section="", opens="", offices=offices
        )
    for section, item in names_of_menu(profile):
        yield messages.FoundService(
            kind=MENU_ITEM, service_id=item.item_id, name=item.name, section=section, opens=item.opens, offices=()
        )
