"""A change of a way in (账号变更): what the phone the account had before is told, so that its owner can object."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.messages.identity import ChangeKind
from services.common.values import Mobile, PersonId

KEPT = dt.timedelta(days=7)
"""How long the former mobile is kept for the message about it."""


@dataclass(frozen=True)
class AccountChange:
    """One change."""

    change_id: str
    person_id: PersonId
    mobile: Mobile
    kind: ChangeKind
    changed_at: dt.datetime
