"""我的合同: the caller's cases, last changed first."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.cursors import cursor_after, place_of
from services.common.kit.errors import InvalidValue
from services.common.messages.contract import CaseList, ListCases, Side
from services.contract.application.ports import CaseReader
from services.contract.domain.lifecycle import State

MOST = 100


@dataclass(frozen=True)
class CaseListing:
    """Pages by the time of the last change; the cursor is the place after the last row."""

    reader: CaseReader

    def __call__(self, message: ListCases, call: Call) -> CaseList:
        """Return a page. Raises InvalidValue for an unknown side or state and a cursor that is not ours."""
        if message.side and message.side not in set(Side):
            raise InvalidValue("contract.side_unknown", field="side")
        if message.state and message.state not in set(State):
            raise InvalidValue("contract.state_unknown", field="state")
        side = Side(message.side) if message.side else None
        limit = min(max(message.limit, 1), MOST)
        after = place_of(message.cursor, "contract.cursor_invalid")
        page = self.reader.page(call.actor.person_id, side, message.state, after, limit)
        return CaseList(cases=page.rows, next_cursor=cursor_after(*page.next_place) if page.next_place else "")
