"""The chain over the audit of staff in PostgreSQL: a place and a seal in each row, and one record of where it begins and ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from services.identity.adapters import tables
from services.identity.adapters.people import Shelf
from services.identity.domain.audit_chain import Chain, Sealed
from services.identity.domain.staff_act import StaffAct

_ACTS = tables.STAFF_ACTS.c
_LOCK = "audit chain"


class ActChainShelf(Shelf):
    """The port `ActChain`."""

    def mac(self, text: str) -> str:
        """Return a keyed hash."""
        return self._vault.audit_mac(text)

    def hold(self) -> bool:
        """Try to take the sealer's lock until the commit."""
        taken = self._session.execute(select(func.pg_try_advisory_xact_lock(func.hashtextextended(_LOCK, 0))))
        return bool(taken.scalar_one())

    def stand_still(self) -> None:
        """Begin the transaction as one that sees the database of now."""
        self._session.connection(execution_options={"isolation_level": "REPEATABLE READ"})

    def find(self, register: str) -> Chain | None:
        """Look the record up."""
        row = self._one(select(tables.AUDIT_CHAINS).where(tables.AUDIT_CHAINS.c.register == register))
        return None if row is None else Chain(**row._asdict())

    def save(self, chain: Chain) -> None:
        """Insert or update."""
        self._put(tables.AUDIT_CHAINS, vars(chain))

    def unsealed(self, limit: int) -> Sequence[StaffAct]:
        """List the oldest without a place."""
        query = select(tables.STAFF_ACTS).where(_ACTS.place.is_(None)).order_by(_ACTS.at, _ACTS.act_id).limit(limit)
        return [_act(row) for row in self._session.execute(query)]

    def seal(self, sealed: Sequence[Sealed]) -> None:
        """Write places and seals."""
        rows = [{"of": one.act.act_id, "to": one.place, "with": one.seal} for one in sealed]
        changed: dict[Any, Any] = {"place": bindparam("to"), "seal": bindparam("with")}
        table = tables.STAFF_ACTS
        self._session.connection().execute(update(table).where(_ACTS.act_id == bindparam("of")).values(changed), rows)

    def after(self, place: int, limit: int) -> Sequence[Sealed]:
        """List what follows a place."""
        query = select(tables.STAFF_ACTS).where(_ACTS.place > place).order_by(_ACTS.place).limit(limit)
        return [Sealed(_act(row), row.place, row.seal or "") for row in self._session.execute(query)]

    def delete_to(self, place: int) -> None:
        """Delete everything up to a place."""
        self._session.execute(delete(tables.STAFF_ACTS).where(_ACTS.place <= place))

    def oldest_unsealed(self) -> dt.datetime | None:
        """Return the earliest time without a place."""
        return self._session.execute(select(func.min(_ACTS.at)).where(_ACTS.place.is_(None))).scalar_one()

    def count_unsealed(self) -> int:
        """Count those without a place."""
        query = select(func.count()).select_from(tables.STAFF_ACTS).where(_ACTS.place.is_(None))
        return int(self._session.execute(query).scalar_one())


def _act(row: Any) -> StaffAct:
    return StaffAct(row.act_id, row.staff_id, row.office, row.act, row.subject, row.at)
