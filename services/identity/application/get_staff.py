"""Tell a service which person a member of staff is, so that it can refuse a conflict of interest (回避)."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.kit.errors import NotFound
from services.common.messages.identity import GetStaff, StaffPerson
from services.identity.application.means import Means


def get_staff(means: Means, message: GetStaff, call: Call) -> StaffPerson:
    """Return office, roles and person. Raises NotFound `identity.staff_unknown`, Forbidden for anybody but these services."""
    call.actor.require_service("review", "office", "tax")
    with means.read() as registers:
        staff = registers.staff.find(message.staff_id)
    if staff is None:
        raise NotFound("identity.staff_unknown")
    return StaffPerson(staff_id=staff.staff_id, roles=staff.roles, office=staff.office, person_id=staff.person_id)
