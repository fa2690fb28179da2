"""The audit of staff: kept as services tell it, shown to the auditor of the same office."""

from __future__ import annotations

from collections.abc import Sequence

from services.common.kit.calls import Call
from services.common.kit.cursors import cursor_after, place_of
from services.common.messages import identity as messages
from services.common.messages.operations import StaffActed
from services.identity.application.means import Means
from services.identity.application.ports import Registers
from services.identity.domain.staff import Role, normalise_login
from services.identity.domain.staff_act import MOST, ActFilter, StaffAct


def keep_staff_act(means: Means, event: StaffActed, call: Call) -> None:
    """Keep what a service told. Told twice, the inbox lets it through once."""
    with means.works(call) as work:
        work.staff_acts.add(
            StaffAct(means.new_id(), event.staff_id, event.office_id, event.act_code, event.subject_id, event.acted_at)
        )
        work.commit()


def list_staff_acts(means: Means, message: messages.ListStaffActs, call: Call) -> messages.StaffActs:
    """Return a page of the office's acts, newest first.

    Raises NotAuthenticated/Forbidden for anybody but an AUDITOR, InvalidValue for a cursor that is not ours.
    """
    call.actor.require_role(Role.AUDITOR)
    limit = min(max(message.limit, 1), MOST)
    with means.read() as registers:
        wanted = _filter(registers, message, call.actor.office)
        found: Sequence[StaffAct] = [] if wanted is None else registers.staff_acts.page(wanted, limit + 1)
        logins = _logins(registers, found[:limit])
    return messages.StaffActs(
        acts=tuple(
            messages.StaffAct(
                act_id=one.act_id,
                staff_id=one.staff_id,
                login=logins[one.staff_id],
                act=one.act,
                subject=one.subject,
                at=one.at,
            )
            for one in found[:limit]
        ),
        next_cursor=cursor_after(found[limit - 1].at, found[limit - 1].act_id) if len(found) > limit else "",
    )


def _filter(registers: Registers, message: messages.ListStaffActs, office: str) -> ActFilter | None:
    """Return what to look for; None where the login is nobody's."""
    staff = registers.staff.with_login(normalise_login(message.login)) if message.login else None
    if message.login and staff is None:
        return None
    return ActFilter(
        office,
        staff.staff_id if staff else None,
        message.act or None,
        message.subject or None,
        message.since,
        message.until,
        place_of(message.cursor, "identity.cursor_invalid"),
    )


def _logins(registers: Registers, acts: Sequence[StaffAct]) -> dict[str, str]:
    found = {one: registers.staff.find(one) for one in {act.staff_id for act in acts}}
    return {staff_id: staff.login if staff else "" for staff_id, staff in found.items()}
