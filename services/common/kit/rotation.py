"""Rewrites what a service has sealed under its newest field key (密钥轮换), a batch at a time, while everything else goes on.

A *pass* goes through every table with sealed columns in the order of its primary key; the caller carries the place from
batch to batch, so that no batch costs more in a large table than in a small one, and nothing has to be remembered here.
Rows somebody holds are left for the next pass. A row keeps all else it has: rotation is no edit, tells nobody and makes no
revision. Whoever writes meanwhile writes after or before this transaction, never into it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Column, MetaData, Table, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from services.common.kit.errors import DomainError, InvalidValue
from services.common.kit.fields import FieldCipher
from services.common.kit.sealed_columns import SealedBytes, SealedParts, SealedText, Waits, sealed_columns
from services.common.messages.operations import FieldsResealed, RotateFieldKey

MOST = 2000
"""Rows a batch: about a second, so that no lock is held longer."""


class SealedFields:
    """What one service has sealed, as its tables name it."""

    def __init__(self, metadata: MetaData, cipher: FieldCipher) -> None:
        self._cipher = cipher
        self._tables = {table.name: table for table in metadata.sorted_tables if sealed_columns(table)}

    def rotate(self, session: Session, message: RotateFieldKey) -> FieldsResealed:
        """Rewrite a batch from the given place on. Raises InvalidValue; DomainError `field.unreadable` where a key is missing."""
        if not 0 <= message.limit <= MOST:
            raise InvalidValue("rotation.limit_invalid", field="limit", most=MOST)
        name, key = self._place(message.after)
        done = 0
        for table in list(self._tables.values())[list(self._tables).index(name) if name else 0 :]:
            if done == message.limit:
                break
            rows = self._batch(session, table, key if table.name == name else (), message.limit - done)
            for row in rows:
                self._renew(session, table, row)
            done += len(rows)
            if done == message.limit:
                return FieldsResealed(resealed=done, after=_written(table, rows[-1]))
        return FieldsResealed(resealed=done, waiting=self.waiting(session))

    def waiting(self, session: Session) -> int:
        """Count the rows with something under a former key."""
        counts = (select(func.count()).select_from(one).where(self._waits(one)) for one in self._tables.values())
        return sum(int(session.execute(one).scalar_one()) for one in counts)

    def _place(self, after: str) -> tuple[str, Sequence[Any]]:
        """Return table and key of the last row done; nothing at the beginning. Raises InvalidValue."""
        if not after:
            return "", ()
        try:
            name, key = json.loads(after)
            if len(key) == len(self._tables[name].primary_key):
                return name, key
        except (KeyError, TypeError, ValueError) as wrong:
            raise InvalidValue("rotation.place_invalid", field="after") from wrong
        raise InvalidValue("rotation.place_invalid", field="after")

    def _batch(self, session: Session, table: Table, after: Sequence[Any], limit: int) -> Sequence[Any]:
        order = tuple(table.primary_key)
        query = select(*order, *sealed_columns(table)).where(self._waits(table)).order_by(*order).limit(limit)
        if after:
            query = query.where(tuple_(*order) > tuple_(*after))
        # a key is not touched, so rows that only refer to it need not wait
        return session.execute(query.with_for_update(skip_locked=True, key_share=True)).mappings().all()

    def _renew(self, session: Session, table: Table, row: Any) -> None:
        mine = [key == row[key.name] for key in table.primary_key]
        try:
            values = {one.name: self._renewed(one, row[one.name]) for one in sealed_columns(table)}
        except DomainError as unreadable:
            raise DomainError(unreadable.code, unreadable.kind, table=table.name) from unreadable
        session.execute(update(table).where(*mine).values(values))

    def _renewed(self, column: Column[Any], sealed: Any) -> Any:
        return None if sealed is None else _kind(column).renewed(sealed, self._cipher)

    def _waits(self, table: Table) -> Waits:
        return or_(*(_kind(one).waits(one, self._cipher.newest) for one in sealed_columns(table)))


def _kind(column: Column[Any]) -> SealedText | SealedBytes | SealedParts:
    return cast("SealedText | SealedBytes | SealedParts", column.type)  # as `sealed_columns` chose it


def _written(table: Table, row: Any) -> str:
    return json.dumps([table.name, [row[key.name] for key in table.primary_key]])
