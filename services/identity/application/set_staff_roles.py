"""Give a member of staff other roles or another office, by the operators' command: somebody moves on."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.kit.errors import NotFound
from services.common.messages.identity import SetStaffRoles, StaffReference
from services.identity.application.end_sessions import end_sessions
from services.identity.application.means import Means
from services.identity.domain.session import EndReason
from services.identity.domain.staff import normalise_login, read_office, read_roles


def set_staff_roles(means: Means, message: SetStaffRoles, call: Call) -> StaffReference:
    """Keep them and end all sessions, whose tokens carry the old ones.

    Raises Forbidden for anybody but the command, InvalidValue by field, NotFound `identity.staff_unknown`.
    """
    call.actor.require_service("cli")
    roles = read_roles(message.roles)
    office = read_office(message.office) if message.office else ""
    with means.works(call) as work:
        staff = work.staff.with_login(normalise_login(message.login))
        if staff is None:
            raise NotFound("identity.staff_unknown")
        staff.roles, staff.office = tuple(roles), office or staff.office
        work.staff.save(staff)
        end_sessions(work, staff.staff_id, EndReason.ROLES_CHANGED, means.now())
        answer = StaffReference(staff_id=staff.staff_id)
        work.commit(answer)
    return answer
