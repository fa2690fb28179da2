"""What ties a person to contracts, for identity, which erases nobody in the middle of a sale."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseRow, Commitments, ListCommitments
from services.contract.application.ports import CaseReader
from services.contract.domain.lifecycle import ENDED, REACHED

PAGE = 100


@dataclass(frozen=True)
class CommitmentListing:
    """Goes through all of a person's cases: neither a party nor the contract is touched."""

    reader: CaseReader

    def __call__(self, message: ListCommitments, call: Call) -> Commitments:
        """Return cases neither ended nor at their goal, and the number of those at it. Raises Forbidden to all but identity."""
        call.actor.require_service("identity")
        rows = self._all(message)
        return Commitments(
            live=tuple(one.case_no for one in rows if one.state not in ENDED | REACHED),
            filed=sum(one.state in REACHED for one in rows),
        )

    def _all(self, message: ListCommitments) -> list[CaseRow]:
        rows: list[CaseRow] = []
        after: tuple[dt.datetime, str] | None = None
        while True:
            page = self.reader.page(message.person_id, None, "", after, PAGE)
            rows += page.rows
            after = page.next_place
            if after is None:
                return rows
