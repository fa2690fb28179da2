"""Whether the caller has ticked the notice as it reads today (domain rule 2)."""

from __future__ import annotations

from services.common.kit.errors import InvalidValue
from services.common.profiles import CityProfile, NoticePurpose


def require_current_notice(profile: CityProfile, version: str) -> None:
    """Raise InvalidValue `contract.notice_not_accepted` unless this is the present version of 合同网签须知."""
    notices = profile.notices_of(profile.case_type, NoticePurpose.NOTICE)
    if version not in {one.version for one in notices}:
        raise InvalidValue("contract.notice_not_accepted", field="notice_version", current=notices[0].version)
