"""The counter check (窗口核验): a clerk has seen the person and the ID card. It covers every purpose until it runs out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.values import Mobile, PersonId, PersonName
from services.identity.domain.errors import CounterCheckOfOneself, NameMismatch

DEFAULT_VALIDITY = dt.timedelta(hours=24)
LONGEST_VALIDITY = dt.timedelta(hours=168)


@dataclass(frozen=True)
class CounterCheck:
    """One check by one clerk."""

    counter_check_id: str
    person_id: PersonId
    name: PersonName
    staff_id: str
    office: str
    checked_at: dt.datetime
    valid_until: dt.datetime
    mobile: Mobile | None = None


def check_person(check: CounterCheck, *, clerk: PersonId | None, name_of_account: PersonName | None) -> CounterCheck:
    """Return the check if it may stand. Raises CounterCheckOfOneself; NameMismatch where the account bears another name, except to win it back."""
    if clerk == check.person_id:
        raise CounterCheckOfOneself
    # whoever comes to win an account back may find it under a stranger's name
    if check.mobile is None and name_of_account is not None and name_of_account != check.name:
        raise NameMismatch
    return check
