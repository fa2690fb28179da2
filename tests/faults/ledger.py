"""Reads the databases of a running stack, read-only, for whoever counts effects. Decides nothing about what is right."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from deploy.demo.people import Citizen
from deploy.local import postgres
from deploy.local.processes import PROCESSES
from deploy.local.stack import Stack
from services.common.kit.fields import blind_index
from services.common.values import IdNumber, PersonId

KEEPERS = tuple(dict.fromkeys(one.service for one in PROCESSES if one.service not in {"gateway", "office"}))
"""Services with a database that a sale writes to."""


class Ledger:
    """One connection per question: the server may have been killed a moment ago."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._person_key = base64.b64decode(stack.secrets.person_key)

    def rows(self, service: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what a SELECT finds in a service's database."""
        with closing(postgres.connect(self._stack.secrets, self._stack.ports["postgres"], service)) as link:
            link.set_session(readonly=True, autocommit=True)
            with link.cursor() as cursor:
                cursor.execute(statement, values or None)
                return list(cursor.fetchall())

    def column(self, service: str, statement: str, *values: Any) -> list[Any]:
        """Return the first column."""
        return [row[0] for row in self.rows(service, statement, *values)]

    def count(self, service: str, statement: str, *values: Any) -> Counter[Any]:
        """Count equal values of the first column."""
        return Counter(self.column(service, statement, *values))

    def person(self, one: Citizen) -> str:
        """The pseudonym of a person."""
        return str(PersonId.of(IdNumber(one.id_number), self._person_key))

    def phone(self, one: Citizen) -> str:
        """What notice knows a phone by."""
        return blind_index(f"mobile:{one.mobile}", self._person_key)

    def redone(self, case_no: str) -> int:
        """How many further attempts the events of a case needed."""
        statement = (
            "SELECT coalesce(sum(attempts - 1), 0) FROM kit_inbox WHERE attempts > 1 AND envelope->>'case_no' = %s"
        )
        return sum(int(self.column(service, statement, case_no)[0]) for service in KEEPERS)

    def unsettled(self, services: Iterable[str] = KEEPERS) -> list[str]:
        """Return what is still under way: events not yet published or handled, messages not yet handed over, pushes due."""
        found = []
        for service in services:
            statement = (
                "SELECT 'outbox ' || routing_key FROM kit_outbox WHERE published_at IS NULL"
                " UNION ALL SELECT 'inbox ' || handler_id FROM kit_inbox WHERE state = 'pending'"
            )
            found += [f"{service}: {one}" for one in self.column(service, statement)]
        found += [
            f"notice: {one} queued"
            for one in self.column("notice", "SELECT template FROM messages WHERE state = 'QUEUED'")
        ]
        return found + [
            f"review: push of {one} due" for one in self.column("review", "SELECT review_id FROM filing_pushes")
        ]
