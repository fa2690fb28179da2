"""Bodies and replies of identity checks at the counter."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Self

from services.common.messages import identity
from services.common.values import IdNumber, Mobile, PersonName


@dataclass(frozen=True, kw_only=True)
class CounterCheckBody:
    """A clerk has seen this person with this ID card; `mobile` is noted where the person wins an account back.

    `card_valid_until`: the last day printed on the card; left out where it is 长期.
    """

    name: PersonName
    id_number: IdNumber
    mobile: Mobile | None = None
    card_valid_until: dt.date | None = None

    def message(self) -> identity.CheckAtCounter:
        """Return the command."""
        return identity.CheckAtCounter(
            name=self.name, id_number=self.id_number, mobile=self.mobile, card_valid_until=self.card_valid_until
        )


@dataclass(frozen=True, kw_only=True)
class CounterCheckReply:
    """The check and until when it counts."""

    counter_check_id: str
    valid_until: dt.datetime

    @classmethod
    def of(cls, check: identity.CounterCheckReference) -> Self:
        """Build from the message."""
        return cls(counter_check_id=check.counter_check_id, valid_until=check.valid_until)
