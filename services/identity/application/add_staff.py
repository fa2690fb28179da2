"""Create a staff account, by the operators' command alone: no default and no shared accounts."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.messages.identity import AddStaff, StaffReference
from services.identity.application.means import Means
from services.identity.domain.staff import NewStaff, Staff


def add_staff(means: Means, message: AddStaff, call: Call) -> StaffReference:
    """Keep the account. Raises Forbidden for anybody but the command, InvalidValue by field, LoginTaken."""
    call.actor.require_service("cli")
    new = NewStaff.read(message.login, message.password, message.totp_secret, message.roles, message.office)
    password_hash = means.passwords.hash(new.password)
    with means.works(call) as work:
        staff = Staff(
            means.new_id(),
            new.login,
            password_hash,
            new.totp_secret,
            tuple(new.roles),
            new.office,
            means.person_id_of(message.id_number) if message.id_number else None,
            means.now(),
        )
        work.staff.add(staff)
        answer = StaffReference(staff_id=staff.staff_id)
        work.commit(answer)
    return answer
