"""Many rows in one statement: one JSON text, unfolded by the database.

COPY would be as fast, but a connection that yields to other work while it waits, as every one of a service process does,
cannot COPY. An array a column is slower: each value is quoted by itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Table, Text, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import cast


def add_rows(
    session: Session, table: Table, rows: Sequence[dict[str, Any]], returning: Column[Any] | None = None
) -> set[Any]:
    """Add the rows that break no key; return the value of `returning` of each added one. All rows have the same keys."""
    if not rows:
        return set()
    names = list(rows[0])
    told = json.dumps(rows, ensure_ascii=False, default=str)  # decimals and days as texts: the database reads them
    typed = [column(name, table.c[name].type) for name in names]
    whole = cast(bindparam("rows", told, type_=Text), JSON)
    unfolded = func.json_to_recordset(whole).table_valued(*typed).render_derived(with_types=True)
    adding = upsert(table).from_select(names, select(*(unfolded.c[name] for name in names))).on_conflict_do_nothing()
    if returning is None:
        session.execute(adding)
        return set()
    return set(session.scalars(adding.returning(returning)))
