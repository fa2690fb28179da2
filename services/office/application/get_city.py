"""A city's entry, menu and offices, as its app's first screen needs them."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages import office as messages
from services.common.profiles.publishing import PUBLIC_URL, MenuSection
from services.common.profiles.schema import CityProfile
from services.office.application.get_office import office_details
from services.office.application.ports import Cities


@dataclass(frozen=True)
class GetPublishedCity:
    """Public. `public_url`: the address of this deployment, without a slash at the end."""

    cities: Cities
    public_url: str

    def __call__(self, message: messages.GetCity, call: Call) -> messages.CityDetails:
        """Return the city. Raises NotFound `city.unknown`."""
        del call
        profile = self.cities.get(message.city)
        return messages.CityDetails(
            city=profile.city,
            name=profile.name,
            app_name=profile.entry.app_name,
            deep_link=profile.entry.deep_link.replace(PUBLIC_URL, self.public_url),
            menu=tuple(_section(one) for one in profile.menu),
            offices=tuple(office_details(profile, one) for one in profile.offices),
            registry_name=profile.registry.name,
            registry_phone=profile.registry.phone,
        )


def _section(section: MenuSection) -> messages.MenuSection:
    items = tuple(
        messages.MenuItem(
            item_id=one.id,
            name=one.name,
            opens=one.opens.value,
            business_type=one.business_type or "",
            needs_sign_in=one.needs_sign_in,
        )
        for one in section.items
    )
    return messages.MenuSection(name=section.name, items=items)


def names_of_menu(profile: CityProfile) -> tuple[tuple[str, messages.MenuItem], ...]:
    """Return every entry of the menu with the name of its section."""
    return tuple((section.name, item) for section in map(_section, profile.menu) for item in section.items)
