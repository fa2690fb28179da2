"""Where an office is, when it is open, whom to ring, what it offers."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import NotFound
from services.common.messages import office as messages
from services.common.profiles.schema import CityProfile, Office
from services.office.application.ports import Cities


@dataclass(frozen=True)
class GetPublishedOffice:
    """Public."""

    cities: Cities

    def __call__(self, message: messages.GetOffice, call: Call) -> messages.OfficeDetails:
        """Return the office. Raises NotFound `office.not_found`."""
        del call
        for profile in self.cities:
            for office in profile.offices:
                if office.id == message.office_id:
                    return office_details(profile, office)
        raise NotFound("office.not_found")


def office_details(profile: CityProfile, office: Office) -> messages.OfficeDetails:
    """Return what is told of an office."""
    return messages.OfficeDetails(
        office_id=office.id,
        city=profile.city,
        name=office.name,
        address=office.address,
        hours=office.hours,
        phones=office.phones,
        place=messages.Place(latitude=office.place.latitude, longitude=office.place.longitude)
        if office.place
        else None,
        business_types=tuple(
            messages.OfferedType(business_type=id_, name=profile.business_type(id_).name)
            for id_ in office.business_types
        ),
    )
