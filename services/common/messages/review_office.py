"""What an office knows of its own work: figures, and whose relatives are parties."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from services.common.messages.shapes import command, query
from services.common.values import IdNumber


@dataclass(frozen=True, kw_only=True)
class RuleCount:
    """How often a reason was given."""

    rule: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """What an office decided in a period. Hours are of the clock, from submission to decision."""

    office: str
    submitted: int
    approved: int
    returned: int
    rejected: int
    withdrawn: int
    late: int  # decided after they were due
    open: int  # still undecided
    overdue: int  # of those
    cancelled: int  # filings cancelled in the period
    return_rate: Decimal  # returned of all decided, four decimals
    median_hours: Decimal
    longest_hours: Decimal
    reasons: tuple[RuleCount, ...]


@query("review", "get_statistics", reply=Statistics)
@dataclass(frozen=True, kw_only=True)
class GetStatistics:
    """The caller's office, decisions of a period: the last moment not included. None: until now, since 30 days before."""

    since: dt.datetime | None = None
    until: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RecusalsKept:
    """How many relatives a reviewer has declared."""

    declared: int


@command("review", "declare_relative", reply=RecusalsKept)
@dataclass(frozen=True, kw_only=True)
class DeclareRelative:
    """回避申报: a relative of the reviewer, whose cases he will not get. Kept as a pseudonym alone."""

    id_number: IdNumber
    withdrawn: bool = False
