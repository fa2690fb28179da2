"""The audit of staff in PostgreSQL. No statement here changes a row."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, insert, select, tuple_

from services.identity.adapters import tables
from services.identity.adapters.people import Shelf
from services.identity.domain.staff_act import ActFilter, StaffAct

_ACTS = tables.STAFF_ACTS.c


class StaffActShelf(Shelf):
    """The port `StaffActs`."""

    def add(self, act: StaffAct) -> None:
        """Insert."""
        self._session.execute(insert(tables.STAFF_ACTS).values(vars(act)))

    def page(self, wanted: ActFilter, limit: int) -> Sequence[StaffAct]:
        """List, newest first."""
        query = select(tables.STAFF_ACTS).where(*_conditions(wanted))
        rows = self._all(query.order_by(_ACTS.at.desc(), _ACTS.act_id.desc()).limit(limit))
        return [StaffAct(row.act_id, row.staff_id, row.office, row.act, row.subject, row.at) for row in rows]


def _conditions(wanted: ActFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [_ACTS.office == wanted.office]
    for column, value in ((_ACTS.staff_id, wanted.staff_id), (_ACTS.act, wanted.act), (_ACTS.subject, wanted.subject)):
        if value is not None:
            conditions.append(column == value)
    if wanted.since is not None:
        conditions.append(_ACTS.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(_ACTS.at < wanted.until)
    if wanted.before is not None:
        conditions.append(tuple_(_ACTS.at, _ACTS.act_id) < wanted.before)
    return conditions
