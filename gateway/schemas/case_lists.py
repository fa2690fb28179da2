"""How cases are found and listed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Self

from gateway.schemas.base import number, one_of, text
from services.common.messages import contract
from services.common.values import CaseNo


@dataclass(frozen=True, kw_only=True)
class CaseFoundReply:
    """A case as its buyer finds it: masked. `ready` false: the seller has not filled it in yet."""

    case_no: CaseNo
    number: str
    state: str
    seller_name_masked: str
    location: str
    ready: bool

    @classmethod
    def of(cls, found: contract.CaseFound) -> Self:
        """Build from the message."""
        return cls(
            case_no=found.case_no,
            number=found.case_no.number,
            state=found.state,
            seller_name_masked=found.seller_name_masked,
            location=found.location,
            ready=found.ready,
        )


@dataclass(frozen=True, kw_only=True)
class CaseListQuery:
    """Which of one's cases: `role` SELLER or BUYER, a state; page by page."""

    role: str = one_of("", "SELLER", "BUYER", default="")
    state: str = text(32, 0, default="", pattern=r"[A-Z_]*")
    cursor: str = text(200, 0, default="", pattern=r"[A-Za-z0-9_=.:-]*")
    limit: int = number(1, 100, default=20)

    def message(self) -> contract.ListCases:
        """Return the query."""
        return contract.ListCases(side=self.role, state=self.state, cursor=self.cursor, limit=self.limit)


@dataclass(frozen=True, kw_only=True)
class CaseRowReply:
    """A line of the list."""

    case_no: CaseNo
    number: str
    state: str
    role: str
    location: str
    updated_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class CaseListReply:
    """A page of cases; `next_cursor` is empty on the last."""

    cases: tuple[CaseRowReply, ...]
    next_cursor: str

    @classmethod
    def of(cls, page: contract.CaseList) -> Self:
        """Build from the message."""
        rows = tuple(
            CaseRowReply(
                case_no=one.case_no,
                number=one.case_no.number,
                state=one.state,
                role=one.role,
                location=one.location,
                updated_at=one.updated_at,
            )
            for one in page.cases
        )
        return cls(cases=rows, next_cursor=page.next_cursor)
