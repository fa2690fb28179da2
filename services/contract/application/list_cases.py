"""我的合同: the caller's cases, last changed first."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import InvalidValue
from services.common.messages.contract import CaseList, ListCases, Side
from services.common.values import CaseNo
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
        page = self.reader.page(call.actor.person_id, side, message.state, _opened(message.cursor), limit)
        return CaseList(cases=page.rows, next_cursor=_closed(page.next_place))


def _closed(place: tuple[dt.datetime, str] | None) -> str:
    if place is None:
        return ""
    return base64.urlsafe_b64encode(f"{place[0].isoformat()}|{place[1]}".encode()).decode()


def _opened(cursor: str) -> tuple[dt.datetime, str] | None:
    if not cursor:
        return None
    try:
        when, _, key = base64.b64decode(cursor, altchars=b"-_", validate=True).decode().partition("|")
        at, place = dt.datetime.fromisoformat(when), CaseNo.parse(key)
    except (ValueError, InvalidValue) as wrong:
        raise InvalidValue("contract.cursor_invalid", field="cursor") from wrong
    if at.tzinfo is None:
        raise InvalidValue("contract.cursor_invalid", field="cursor")
    return at, str(place)
