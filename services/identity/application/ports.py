"""What the use cases need from outside, as protocols: the registers of one transaction, and all other ports by name.

Accounts, getting in, staff and the world outside have files of their own; whoever uses a port imports it from here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from services.common.kit.calls import Call
from services.common.messages.identity import OwnRecord
from services.common.values import PersonId
from services.identity.application.account_ports import (
    AccountChanges,
    Accounts,
    Blocklist,
    Consents,
    CounterChecks,
    Credentials,
    KnownCards,
    WechatLinks,
)
from services.identity.application.entry_ports import (
    AccountProof,
    Captchas,
    Failures,
    FamiliarAddresses,
    Passwords,
    Sessions,
    SmsCodes,
    Tokens,
)
from services.identity.application.face_ports import FaceChecks, FaceReviews
from services.identity.application.outside_ports import (
    Authority,
    BankCards,
    CaptchaPictures,
    Commitments,
    NameVerdict,
    WechatCodes,
)
from services.identity.application.staff_ports import (
    ActChain,
    StaffActs,
    StaffRegister,
)

__all__ = [
    "AccountChanges",
    "AccountProof",
    "Accounts",
    "ActChain",
    "Authority",
    "BankCards",
    "Blocklist",
    "CaptchaPictures",
    "Captchas",
    "Clock",
    "Commitments",
    "Consents",
    "CounterChecks",
    "Credentials",
    "Erasures",
    "Failures",
    "FamiliarAddresses",
    "KeyPair",
    "KnownCards",
    "NameVerdict",
    "NewId",
    "OwnRecords",
    "Passwords",
    "PortraitKeys",
    "Portraits",
    "Reads",
    "Registers",
    "Sealing",
    "Sessions",
    "SmsCodes",
    "StaffActs",
    "StaffRegister",
    "Tokens",
    "WechatCodes",
    "WechatLinks",
    "Work",
    "Works",
]

Clock = Callable[[], dt.datetime]
NewId = Callable[[], str]


class Portraits(Protocol):
    """One template per person, encrypted: the only biometric stored."""

    def find(self, person_id: PersonId) -> bytes | None:
        """Return the template."""

    def put(self, person_id: PersonId, template: bytes, now: dt.datetime) -> None:
        """Keep it in place of a former one."""

    def delete(self, person_id: PersonId) -> None:
        """Forget it."""


@dataclass(frozen=True)
class KeyPair:
    """An X25519 pair; `public` is base64."""

    public: str
    private: bytes = field(repr=False)


class PortraitKeys(Protocol):
    """The worker's keys for portraits: a few, each living for days."""

    def made_after(self, moment: dt.datetime) -> Sequence[KeyPair]:
        """Newest first."""

    def add(self, pair: KeyPair, now: dt.datetime) -> None:
        """Keep a new pair."""

    def delete_before(self, moment: dt.datetime) -> None:
        """Forget old private halves, and with them every picture ever sealed to them."""


class Registers(Protocol):
    """Everything identity keeps."""

    accounts: Accounts
    codes: SmsCodes
    failures: Failures
    familiar: FamiliarAddresses
    sessions: Sessions
    staff: StaffRegister
    staff_acts: StaffActs
    act_chain: ActChain
    consents: Consents
    counter_checks: CounterChecks
    portraits: Portraits
    portrait_keys: PortraitKeys
    face_checks: FaceChecks
    face_reviews: FaceReviews
    own_records: OwnRecords
    captchas: Captchas
    bank_cards: KnownCards
    blocklist: Blocklist
    account_changes: AccountChanges
    credentials: Credentials
    wechat_links: WechatLinks


class OwnRecords(Protocol):
    """What is kept about a person besides the account."""

    def of(self, person_id: PersonId) -> Sequence[OwnRecord]:
        """List it, oldest first."""


class Erasures(Protocol):
    """Everything with a name, a number, a phone, a way in or a face in it, by person."""

    def erase(self, person_id: PersonId) -> None:
        """Delete it. Consents, ended checks and sessions, which hold a pseudonym, stay."""


class Work(Registers, Protocol):
    """One transaction. Leaving it without `commit` or `keep_refusal` undoes everything."""

    erasures: Erasures

    def emit(self, event: object, *, aggregate_id: str) -> None:
        """Tell a fact after the commit."""

    def spend(self, token_id: str, expires_at: dt.datetime) -> None:
        """Use a single-use token up. Raises Conflict `proof.already_spent`."""

    def commit(self, answer: object | None = None) -> None:
        """Keep everything and the answer."""

    def keep_refusal(self) -> None:
        """Keep what a refused command must not undo (a counted failure), without an answer: the caller raises next."""


class Sealing(Protocol):
    """Boxes only the holder of a private half opens."""

    def new_pair(self) -> KeyPair:
        """Return a fresh pair."""

    def open(self, box: str, private: bytes) -> bytes:
        """Return the content. Raises InvalidValue `sealing.unreadable`."""


Works = Callable[[Call], AbstractContextManager[Work]]
Reads = Callable[[], AbstractContextManager[Registers]]
