"""Rewrites sealed fields under the newest key, a batch at a time, while everything else goes on.

Knows sealed columns by their name (`*_sealed`), so that a table added later is rotated too. Rows somebody holds are left
for the next batch; a row written meanwhile is sealed under the newest key anyway.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Table, func, or_, select, update
from sqlalchemy.orm import Session

from services.common.kit.fields import FieldCipher
from services.identity.adapters import tables

SEALED = "_sealed"


class SealedFields:
    """The port `SealedFields` on one session."""

    def __init__(self, session: Session, cipher: FieldCipher) -> None:
        self._session, self._cipher = session, cipher
        self._newest = cipher.seal("").partition(":")[0]

    def reseal(self, limit: int) -> int:
        """Rewrite at most so many rows; how many it were. Raises DomainError `field.unreadable` where a key is missing."""
        done = 0
        for table, columns in _sealed_tables():
            if done >= limit:
                break
            done += self._reseal(table, columns, limit - done)
        return done

    def waiting(self) -> int:
        """Count the rows not yet under the newest key."""
        return sum(
            int(self._session.execute(select(func.count()).select_from(table).where(self._old(columns))).scalar_one())
            for table, columns in _sealed_tables()
        )

    def _reseal(self, table: Table, columns: list[Column[Any]], limit: int) -> int:
        query = select(table).where(self._old(columns)).limit(limit).with_for_update(skip_locked=True)
        rows = self._session.execute(query).mappings().all()
        for row in rows:
            values = {one.name: self._renewed(row[one.name]) for one in columns if row[one.name] is not None}
            keys = [key == row[key.name] for key in table.primary_key]
            self._session.execute(update(table).where(*keys).values(values))
        return len(rows)

    def _renewed(self, sealed: str) -> str:
        return self._cipher.seal_bytes(self._cipher.open_bytes(sealed))

    def _old(self, columns: list[Column[Any]]) -> Any:
        return or_(*(one.not_like(f"{self._newest}:%") for one in columns))


def _sealed_tables() -> list[tuple[Table, list[Column[Any]]]]:
    found = []
    for table in tables.METADATA.sorted_tables:
        columns = [one for one in table.columns if one.name.endswith(SEALED)]
        if columns:
            found.append((table, columns))
    return found
