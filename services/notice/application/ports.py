"""What the use cases need from outside; `adapters` implement it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from services.common.kit.calls import Call
from services.common.kit.cursors import Place
from services.common.messages.contract import PartyContact
from services.common.messages.identity import AccountChange, SmsCode
from services.common.messages.notice import SignedReport
from services.common.messages.signing import Invitation
from services.common.values import CaseNo, Mobile, PersonId
from services.notice.domain.app_message import AppMessage
from services.notice.domain.message import Message
from services.notice.domain.voice import Voice

Clock = Callable[[], dt.datetime]
NewId = Callable[[], str]


class Texting(Protocol):
    """Hands messages to a provider."""

    def hand_over(self, message: Message) -> str:
        """Return the provider's reference. The same `message_id` on the same channel twice is one message.

        Raises Undeliverable (never), Throttled (later), Unavailable (not taken, or unknown whether taken).
        """


@dataclass(frozen=True)
class Receipt:
    """What a provider says became of a message."""

    message_id: str
    reference: str
    delivered: bool


class Reports(Protocol):
    """Reads the receipts a provider brings."""

    def read(self, report: SignedReport) -> Sequence[Receipt]:
        """Return what it says. Raises NotAuthenticated unless the provider signed it lately, InvalidValue for no receipts."""


class Cities(Protocol):
    """How each city writes to people."""

    def voice(self, city: str) -> Voice:
        """Return a city's voice; the plain one for `` or a city that is gone."""


class Neighbours(Protocol):
    """What notice must ask before it can write. Each raises Unavailable, or the neighbour's refusal."""

    def sms_code(self, code_id: str, call: Call) -> SmsCode:
        """Return the code and where it goes."""

    def account_change(self, change_id: str, call: Call) -> AccountChange:
        """Return what changed in an account, and the mobile it had before."""

    def invitation(self, task_id: str, call: Call) -> Invitation:
        """Return a fresh link token, which replaces the former, and where it goes."""

    def contacts_of(self, case_no: CaseNo, call: Call) -> Sequence[PartyContact]:
        """Return who the parties are and their mobiles."""


class Outbox(Protocol):
    """Reads outside a transaction of ours."""

    def newest(self, mobile: Mobile | None, limit: int, before: Place | None = None) -> Sequence[Message]:
        """Return messages, the newest first (those of one moment by id), of one mobile or of all, older than that place."""

    def knows(self, occasion: str, recipient: str) -> bool:
        """Whether this message is kept already."""

    def find(self, message_id: str) -> Message | None:
        """Return a message, or None."""


class AppBox(Protocol):
    """Reads of what people find in the app."""

    def of(self, person_id: PersonId, before: str, unread: bool, limit: int) -> Sequence[AppMessage]:
        """Return a person's messages older than `before` (a message id, or ``), the newest first."""

    def unread(self, person_id: PersonId) -> int:
        """Return how many one has not read."""


class Messages(Protocol):
    """Messages to phones within a unit of work."""

    def add(self, message: Message) -> bool:
        """Keep it, unless one is kept for its occasion, recipient and phone; whether it is new."""

    def get(self, message_id: str) -> Message:
        """Return it, locked. Raises MessageNotFound."""

    def save(self, message: Message) -> None:
        """Keep the change."""

    def claim(self, now: dt.datetime, until: dt.datetime, limit: int) -> Sequence[str]:
        """Return messages whose time has come, the oldest first, and let nobody else take them before `until`."""

    def waiting_texts(self, mobile: Mobile, since: dt.datetime) -> int:
        """Return how many texts that could wait were written to that phone since then."""


class AppMessages(Protocol):
    """Messages inside the app within a unit of work."""

    def add(self, message: AppMessage) -> bool:
        """Keep it, unless the person has one of its occasion; whether it is new."""

    def mark_read(self, person_id: PersonId, message_id: str, now: dt.datetime) -> None:
        """Mark one of a person's messages as read, or all of them for ``. Raises MessageNotFound."""

    def forget(self, person_id: PersonId) -> None:
        """Delete everything a person was told."""


class NoticeWork(Protocol):
    """A unit of work of notice."""

    @property
    def messages(self) -> Messages:
        """Messages to phones."""

    @property
    def app_messages(self) -> AppMessages:
        """Messages inside the app."""

    def emit(self, event: object, *, aggregate_id: str) -> None:
        """Tell a fact with this commit."""

    def commit(self, answer: object | None = None) -> None:
        """Make everything true at once."""


class Works(Protocol):
    """Opens units of work."""

    def __call__(self, call: Call, /) -> AbstractContextManager[NoticeWork]:
        """Open one."""
