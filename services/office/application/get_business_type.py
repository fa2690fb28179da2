"""What an office offers under one business type: steps, texts to be ticked, hints."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import NotFound
from services.common.messages import office as messages
from services.common.profiles.dated import office_day
from services.common.profiles.materials import Material
from services.common.profiles.publishing import Screen, ScreenHints
from services.common.profiles.schema import BusinessType, CityProfile, Notice
from services.office.application.cache import ShortCache
from services.office.application.ports import Cities, Clock


@dataclass(frozen=True)
class GetPublishedBusinessType:
    """Public. Version and hash of a text are what a consent to it records."""

    cities: Cities
    cache: ShortCache[messages.BusinessType]
    now: Clock

    def __call__(self, message: messages.GetBusinessType, call: Call) -> messages.BusinessType:
        """Return the business type of today. Raises NotFound `office.business_type_not_found` for office and type alike."""
        del call
        return self.cache.get(message, lambda: self._work_out(message))

    def _work_out(self, message: messages.GetBusinessType) -> messages.BusinessType:
        for profile in self.cities:
            for office in profile.offices:
                if office.id == message.office_id and message.business_type in office.business_types:
                    return _business_type(profile, profile.business_type(message.business_type), office_day(self.now()))
        raise NotFound("office.business_type_not_found")


def _business_type(profile: CityProfile, offered: BusinessType, day: dt.date) -> messages.BusinessType:
    return messages.BusinessType(
        business_type=offered.id,
        name=offered.name,
        steps=tuple(step.name for step in offered.steps),
        notices=tuple(_text(profile.notice(id_, day)) for id_ in offered.notices),
        hints=next((one.lines for one in offered.hints_on(day) if one.screen is Screen.TITLE_SEARCH), ()),
        materials=tuple(_material(one) for one in offered.materials_on(day)),
        screens=tuple(_hints(one) for one in offered.hints_on(day)),
    )


def _hints(shown: ScreenHints) -> messages.ScreenHints:
    return messages.ScreenHints(
        screen=shown.screen.value, version=shown.version, lines=shown.lines, valid_from=shown.valid_from
    )


def _text(notice: Notice) -> messages.NoticeText:
    return messages.NoticeText(
        text_id=notice.id,
        version=notice.version,
        sha256=notice.sha256,
        title=notice.title,
        body=notice.body,
        valid_from=notice.valid_from,
    )


def _material(one: Material) -> messages.Material:
    return messages.Material(
        material_id=one.id,
        name=one.name,
        roles=tuple(role.value for role in one.roles),
        any_of=tuple(kind.value for kind in one.any_of),
        when=one.when.value,
        required=one.required,
        valid_from=one.valid_from,
    )
