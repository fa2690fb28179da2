"""Parties who gave the same mobile: refused or noted, as the city says (decision 5: couples share phones).

Decides who shares. A shared phone opens nothing by itself: each signer proves his own identity anyway.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from services.common.values import PersonId
from services.contract.domain.parties import Party


@dataclass(frozen=True, kw_only=True)
class SharedMobile:
    """A save after which these people had a mobile in common with another party."""

    person_ids: tuple[PersonId, ...]
    at: dt.datetime


def sharing(parties: Iterable[Party]) -> tuple[PersonId, ...]:
    """Return everybody whose mobile another party gave too, in the order of the parties."""
    known = tuple(parties)
    times = Counter(one.mobile for one in known)
    return tuple(one.person_id for one in known if times[one.mobile] > 1)


def noted(before: tuple[SharedMobile, ...], parties: Iterable[Party], now: dt.datetime) -> tuple[SharedMobile, ...]:
    """Return the record with this save added, unless it says what the last entry says, or nobody shares."""
    people = sharing(parties)
    if not people or (before and before[-1].person_ids == people):
        return before
    return (*before, SharedMobile(person_ids=people, at=now))
