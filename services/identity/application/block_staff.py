"""Close or open a staff account, by the operators' command: somebody leaves, a laptop is lost."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.kit.errors import NotFound
from services.common.messages.identity import BlockStaff
from services.common.messages.shapes import Nothing
from services.identity.application.end_sessions import end_sessions
from services.identity.application.means import Means
from services.identity.domain.session import EndReason
from services.identity.domain.staff import normalise_login


def block_staff(means: Means, message: BlockStaff, call: Call) -> Nothing:
    """Keep it closed or open; closing ends all sessions. Raises Forbidden for anybody but the command, NotFound."""
    call.actor.require_service("cli")
    with means.works(call) as work:
        staff = work.staff.with_login(normalise_login(message.login))
        if staff is None:
            raise NotFound("identity.staff_unknown")
        staff.blocked_at = (staff.blocked_at or means.now()) if message.blocked else None
        work.staff.save(staff)
        if message.blocked:
            end_sessions(work, staff.staff_id, EndReason.BLOCKED, means.now())
        work.commit(Nothing())
    return Nothing()
