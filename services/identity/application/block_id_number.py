"""Let nobody register with an ID number, or open it again: a lost card, a known fraud."""

from __future__ import annotations

import re

from services.common.kit.calls import Call
from services.common.kit.errors import InvalidValue
from services.common.messages.identity import BlockIdNumber
from services.common.messages.shapes import Nothing
from services.identity.application.means import Means

_REASON = re.compile(r"^[A-Z][A-Z0-9_]{1,39}$")


def block_id_number(means: Means, message: BlockIdNumber, call: Call) -> Nothing:
    """Keep the person's pseudonym on the list or off it; an account there is stays. Raises Forbidden, InvalidValue."""
    call.actor.require_service("cli")
    if message.blocked and not _REASON.match(message.reason):
        raise InvalidValue("identity.block_reason_invalid", field="reason")
    person_id = means.person_id_of(message.id_number)
    with means.works(call) as work:
        if message.blocked:
            work.blocklist.put(person_id, message.reason, means.now())
        else:
            work.blocklist.delete(person_id)
        work.commit(Nothing())
    return Nothing()
