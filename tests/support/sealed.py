"""Where sealed values stand in a database, looked for in every column of every table, and a whole rotation as the command makes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import MetaData, text

from services.common.kit.fields import FieldCipher
from services.common.kit.rotation import SealedFields
from services.common.kit.sealed_columns import sealed_columns
from services.common.kit.unit_of_work import Database
from services.common.messages.operations import FieldsResealed, RotateFieldKey

COLUMNS = """SELECT table_name, column_name, data_type FROM information_schema.columns
    WHERE table_schema = current_schema() AND data_type IN ('text', 'bytea', 'json', 'jsonb', 'ARRAY')"""


def places(database: Database, *keys: bytes) -> dict[tuple[str, str], dict[bytes, int]]:
    """Return (table, column) -> key -> in how many rows something is sealed with it."""
    found: dict[tuple[str, str], dict[bytes, int]] = {}
    with database.read() as session:
        for table, column, kind in session.execute(text(COLUMNS)).all():
            written = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            for key in keys:
                query = text(f'SELECT count(*) FROM "{table}" WHERE position(:mark IN {written}) > 0')
                if count := session.execute(query, {"mark": f"{FieldCipher(key).newest}:"}).scalar_one():
                    found.setdefault((table, column), {})[key] = int(count)
    return found


def keys_in_use(database: Database, *keys: bytes) -> set[bytes]:
    """Return which of these keys something is still sealed with."""
    return {key for counts in places(database, *keys).values() for key in counts}


def named(metadata: MetaData) -> set[tuple[str, str]]:
    """Return the (table, column) pairs a service names as sealed."""
    return {(table.name, one.name) for table in metadata.sorted_tables for one in sealed_columns(table)}


def batches(database: Database, fields: SealedFields, limit: int) -> Iterator[FieldsResealed]:
    """Ask for one batch after the other, pass after pass, until nothing waits."""
    after: str = ""
    while True:
        with database.write() as session:
            done = fields.rotate(session, RotateFieldKey(limit=limit, after=after))
        yield done
        after = done.after
        if done.waiting == 0:
            return


def rotate(database: Database, metadata: MetaData, keys: Iterable[bytes], limit: int = 7) -> int:
    """Rewrite everything under the first of the keys; returns how many rows were rewritten."""
    fields = SealedFields(metadata, FieldCipher(*keys))
    return sum(one.resealed for one in batches(database, fields, limit))
