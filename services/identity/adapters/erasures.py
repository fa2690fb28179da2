"""Deletes what is a person's own and nobody else's, in PostgreSQL."""

from __future__ import annotations

from sqlalchemy import delete

from services.common.values import PersonId
from services.identity.adapters import tables
from services.identity.adapters.people import Shelf

_STAYS = (tables.CONSENTS, tables.FACE_CHECKS, tables.BLOCKLIST, tables.STAFF)
"""What holds a pseudonym alone and is needed on: proofs of consent and of identity, the blocklist, conflicts of interest."""
_GONE = [one for one in reversed(tables.METADATA.sorted_tables) if "person_id" in one.columns and one not in _STAYS]
"""Everything else about a person, tables added later included: names, numbers, phones, ways in, faces."""


class ErasureShelf(Shelf):
    """The port `Erasures`."""

    def erase(self, person_id: PersonId) -> None:
        """Delete the rows."""
        for table in _GONE:
            self._session.execute(delete(table).where(table.c.person_id == str(person_id)))
