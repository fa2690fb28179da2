"""Registers around accounts, in PostgreSQL: who may not register, and changes notice has to tell."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select

from services.common.messages.identity import ChangeKind
from services.common.values import Mobile, PersonId
from services.identity.adapters import tables
from services.identity.adapters.people import Shelf
from services.identity.domain.account_change import AccountChange

_BLOCKED = tables.BLOCKLIST.c
_CHANGES = tables.ACCOUNT_CHANGES.c


class BlocklistShelf(Shelf):
    """The port `Blocklist`. Holds pseudonyms: the numbers themselves are kept nowhere."""

    def has(self, person_id: PersonId) -> bool:
        """Look up."""
        return bool(self._all(select(_BLOCKED.person_id).where(_BLOCKED.person_id == str(person_id))))

    def put(self, person_id: PersonId, reason: str, now: dt.datetime) -> None:
        """Insert or update."""
        self._put(tables.BLOCKLIST, {"person_id": str(person_id), "reason": reason, "blocked_at": now})

    def delete(self, person_id: PersonId) -> None:
        """Delete."""
        self._session.execute(delete(tables.BLOCKLIST).where(_BLOCKED.person_id == str(person_id)))


class AccountChangeShelf(Shelf):
    """The port `AccountChanges`."""

    def find(self, change_id: str) -> AccountChange | None:
        """Look up."""
        row = self._one(select(tables.ACCOUNT_CHANGES).where(_CHANGES.change_id == change_id))
        if row is None:
            return None
        mobile = Mobile(self._open(row.mobile_sealed))
        return AccountChange(row.change_id, PersonId(row.person_id), mobile, ChangeKind(row.kind), row.changed_at)

    def add(self, change: AccountChange) -> None:
        """Insert."""
        values = {
            "change_id": change.change_id,
            "person_id": str(change.person_id),
            "mobile_sealed": self._seal(str(change.mobile)),
            "kind": change.kind.value,
            "changed_at": change.changed_at,
        }
        self._put(tables.ACCOUNT_CHANGES, values)

    def forget_before(self, moment: dt.datetime) -> None:
        """Delete old rows."""
        self._session.execute(delete(tables.ACCOUNT_CHANGES).where(_CHANGES.changed_at < moment))
