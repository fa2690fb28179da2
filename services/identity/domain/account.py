"""The account (账号) of a natural person: who may have one, and how people who share a phone are told apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.common.values import IdNumber, Mobile, PersonId, PersonName
from services.identity.domain.errors import (
    AccountMissing,
    IdCardExpired,
    IdTailAmbiguous,
    IdTailNeeded,
    MobileShared,
    NameMismatch,
    SmsCodeWrong,
    UnderAge,
)

ADULT = 18
"""民法典 17: an adult is a natural person of 18 years or more."""

SHANGHAI = dt.timezone(dt.timedelta(hours=8))
"""Birthdays are counted by the calendar in China."""


class NameCheck(StrEnum):
    """What is known of name and ID number belonging together."""

    MATCHED = "MATCHED"
    IN_REVIEW = "IN_REVIEW"
    """Whoever was asked knows nothing of the number (hukou moved, soldiers) or did not answer: a clerk looks at the card."""


class SharedMobile(StrEnum):
    """What happens when a second account names the same mobile: couples share phones."""

    WARN = "warn"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Account:
    """A registered person. The key is the ID number: one number, one account."""

    person_id: PersonId
    name: PersonName
    id_number: IdNumber
    mobile: Mobile
    mobile_shared: bool
    registered_at: dt.datetime
    name_check: NameCheck = NameCheck.MATCHED

    @property
    def id_tail(self) -> str:
        """The last four characters of the ID number."""
        return self.id_number.value[-4:]


def require_adult(id_number: IdNumber, now: dt.datetime) -> None:
    """Raise UnderAge for anybody who is not yet 18 in China."""
    if id_number.age_on(now.astimezone(SHANGHAI).date()) < ADULT:
        raise UnderAge


def require_valid_card(last_day: dt.date | None, now: dt.datetime) -> None:
    """Raise IdCardExpired after the last day printed on the card, by the calendar in China. None: without end, or not read."""
    if last_day is not None and now.astimezone(SHANGHAI).date() > last_day:
        raise IdCardExpired(field="card_valid_until")


def open_account(
    person_id: PersonId,
    name: PersonName,
    id_number: IdNumber,
    mobile: Mobile,
    *,
    name_seen_on_card: PersonName | None,
    name_check: NameCheck = NameCheck.MATCHED,
    others_with_mobile: Sequence[Account],
    shared_mobile: SharedMobile,
    now: dt.datetime,
) -> Account:
    """Return the new account. Raises UnderAge, NameMismatch, MobileShared.

    `name_seen_on_card` is what a clerk read on the card of this number, if one ever did.
    """
    require_adult(id_number, now)
    if name_seen_on_card is not None and name_seen_on_card != name:
        raise NameMismatch
    require_sharing(others_with_mobile, shared_mobile)
    checked = NameCheck.MATCHED if name_seen_on_card is not None else name_check
    return Account(person_id, name, id_number, mobile, bool(others_with_mobile), now, checked)


def require_sharing(others_with_mobile: Sequence[Account], shared_mobile: SharedMobile) -> None:
    """Raise MobileShared where others have the mobile and the deployment does not allow it."""
    if others_with_mobile and shared_mobile is SharedMobile.REFUSE:
        raise MobileShared


def choose_account(accounts: Sequence[Account], id_tail: str | None) -> Account:
    """Return the one account meant by a mobile, and by the tail where several share it.

    Raises AccountMissing, IdTailNeeded, IdTailAmbiguous, and SmsCodeWrong for a tail nobody has: it must not become a
    way to find out tails.
    """
    if not accounts:
        raise AccountMissing
    if len(accounts) == 1 and id_tail is None:
        return accounts[0]
    if id_tail is None:
        raise IdTailNeeded
    meant = [one for one in accounts if one.id_tail == id_tail.upper()]
    if not meant:
        raise SmsCodeWrong
    if len(meant) > 1:
        raise IdTailAmbiguous
    return meant[0]
