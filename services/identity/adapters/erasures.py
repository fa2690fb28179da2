"""Deletes what is a person's own and nobody else's, in PostgreSQL."""

from __future__ import annotations

from sqlalchemy import delete

from services.common.values import PersonId
from services.identity.adapters import tables
from services.identity.adapters.people import Shelf

_GONE = (
    tables.ACCOUNTS,
    tables.CREDENTIALS,
    tables.WECHAT_LINKS,
    tables.PORTRAITS,
    tables.FRAMES,
    tables.COUNTER_CHECKS,
    tables.ACCOUNT_CHANGES,
)
"""Everything with a name, a number, a phone, a way in or a face in it. Consents, ended checks and sessions hold a pseudonym."""


class ErasureShelf(Shelf):
    """The port `Erasures`."""

    def erase(self, person_id: PersonId) -> None:
        """Delete the rows."""
        for table in _GONE:
            self._session.execute(delete(table).where(table.c.person_id == str(person_id)))
