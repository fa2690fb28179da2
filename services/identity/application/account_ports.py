"""What the use cases need of accounts, as protocols: people, their phones and ways in, what they agreed to, who vouched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from services.common.values import Mobile, PersonId, PersonName
from services.identity.domain.account import Account
from services.identity.domain.account_change import AccountChange
from services.identity.domain.bank_card import CardNumber, KnownCard
from services.identity.domain.consent import Consent, ConsentPurpose
from services.identity.domain.counter_check import CounterCheck
from services.identity.domain.credential import Credential


class Accounts(Protocol):
    """Registered persons."""

    def find(self, person_id: PersonId) -> Account | None:
        """Return the account of a person."""

    def with_mobile(self, mobile: Mobile) -> Sequence[Account]:
        """Everybody who registered this mobile, oldest first."""

    def add(self, account: Account) -> None:
        """Keep a new account. Raises IdNumberTaken, also when another request was faster."""

    def save(self, account: Account) -> None:
        """Keep a changed account."""


class Blocklist(Protocol):
    """Persons nobody may register as."""

    def has(self, person_id: PersonId) -> bool:
        """Whether that one is blocked."""

    def put(self, person_id: PersonId, reason: str, now: dt.datetime) -> None:
        """Block."""

    def delete(self, person_id: PersonId) -> None:
        """Unblock."""


class AccountChanges(Protocol):
    """Changes notice still has to tell."""

    def find(self, change_id: str) -> AccountChange | None:
        """Return it."""

    def add(self, change: AccountChange) -> None:
        """Keep one."""

    def forget_before(self, moment: dt.datetime) -> None:
        """Delete older ones."""


class Credentials(Protocol):
    """Login names and passwords of citizens."""

    def find(self, person_id: PersonId) -> Credential | None:
        """By person; inside a unit of work held until its end."""

    def with_login(self, login: str) -> Credential | None:
        """By login name."""

    def save(self, credential: Credential) -> None:
        """Keep it. Raises LoginTaken."""

    def delete(self, person_id: PersonId) -> None:
        """Forget it."""


class WechatLinks(Protocol):
    """Which WeChat account signs whom in. The account's id is kept as a keyed hash."""

    def find(self, openid: str) -> PersonId | None:
        """Whom it signs in."""

    def put(self, openid: str, person_id: PersonId, now: dt.datetime) -> None:
        """Bind it, in place of the person's and the account's former binding."""

    def delete(self, person_id: PersonId) -> None:
        """Unbind."""


class Consents(Protocol):
    """What people agreed to."""

    def live(self, person_id: PersonId, purpose: ConsentPurpose) -> Sequence[Consent]:
        """Those not withdrawn, oldest first."""

    def standing(self, person_id: PersonId, moment: dt.datetime) -> Sequence[Consent]:
        """Those that stood at a moment, oldest first."""

    def save(self, consent: Consent) -> None:
        """Keep a new or withdrawn consent."""

    def forget_withdrawn_before(self, moment: dt.datetime) -> None:
        """Delete those withdrawn earlier."""


class CounterChecks(Protocol):
    """What clerks have seen."""

    def latest(self, person_id: PersonId) -> CounterCheck | None:
        """Return the newest check of a person, valid or not."""

    def add(self, check: CounterCheck) -> None:
        """Keep one."""


class KnownCards(Protocol):
    """The embedded table of made-up cards."""

    def find(self, card: CardNumber) -> KnownCard | None:
        """Look a card up."""

    def put(self, card: CardNumber, person_id: PersonId, name: PersonName, mobile: Mobile) -> None:
        """Keep a card, in place of what was known of it."""

    def fits(self, known: KnownCard, person_id: PersonId, name: PersonName, mobile: Mobile) -> bool:
        """Whether all of them are the card's."""
