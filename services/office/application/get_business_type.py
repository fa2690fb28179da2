"""What an office offers under one business type: steps, texts to be ticked, hints."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import NotFound
from services.common.messages import office as messages
from services.common.profiles.schema import BusinessType, CityProfile, Notice
from services.office.application.ports import Cities


@dataclass(frozen=True)
class GetPublishedBusinessType:
    """Public. Version and hash of a text are what a consent to it records."""

    cities: Cities

    def __call__(self, message: messages.GetBusinessType, call: Call) -> messages.BusinessType:
        """Return the business type. Raises NotFound `office.business_type_not_found` for office and type alike."""
        del call
        for profile in self.cities:
            for office in profile.offices:
                if office.id == message.office_id and message.business_type in office.business_types:
                    return _business_type(profile, profile.business_type(message.business_type))
        raise NotFound("office.business_type_not_found")


def _business_type(profile: CityProfile, offered: BusinessType) -> messages.BusinessType:
    return messages.BusinessType(
        business_type=offered.id,
        name=offered.name,
        steps=tuple(step.name for step in offered.steps),
        notices=tuple(_text(profile.notice(id_)) for id_ in offered.notices),
        hints=tuple(offered.hints),
    )


def _text(notice: Notice) -> messages.NoticeText:
    return messages.NoticeText(
        text_id=notice.id, version=notice.version, sha256=notice.sha256, title=notice.title, body=notice.body
    )
