"""What the use cases need from outside; `adapters` implement it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from services.common.kit.calls import Call
from services.common.messages.identity import AccountChange, SmsCode
from services.common.messages.signing import Invitation
from services.common.values import CaseNo, Mobile
from services.notice.domain.message import Message

Clock = Callable[[], dt.datetime]
NewId = Callable[[], str]


class Texting(Protocol):
    """Hands messages to a provider."""

    def hand_over(self, message: Message) -> str:
        """Return the provider's reference. The same `message_id` twice is one message. Raises DomainError when not taken."""


class Neighbours(Protocol):
    """What notice must ask before it can write. Each raises Unavailable, or the neighbour's refusal."""

    def sms_code(self, code_id: str, call: Call) -> SmsCode:
        """Return the code and where it goes."""

    def account_change(self, change_id: str, call: Call) -> AccountChange:
        """Return what changed in an account, and the mobile it had before."""

    def invitation(self, task_id: str, call: Call) -> Invitation:
        """Return a fresh link token, which replaces the former, and where it goes."""

    def mobiles_of(self, case_no: CaseNo, call: Call) -> Sequence[Mobile]:
        """Return the mobiles of all parties."""


class Outbox(Protocol):
    """Reads outside a transaction of ours."""

    def newest(self, mobile: Mobile | None, limit: int) -> Sequence[Message]:
        """Return messages, the newest first, of one mobile or of all."""

    def knows(self, occasion: str, recipient: str) -> bool:
        """Whether this message is kept already."""

    def find(self, message_id: str) -> Message | None:
        """Return a message, or None."""


class Messages(Protocol):
    """Messages within a unit of work."""

    def add(self, message: Message) -> bool:
        """Keep it, unless one is kept for its occasion, recipient and phone; whether it is new."""

    def get(self, message_id: str) -> Message:
        """Return it, locked. Raises NotFound."""

    def save(self, message: Message) -> None:
        """Keep the change."""

    def claim(self, now: dt.datetime, until: dt.datetime, limit: int) -> Sequence[str]:
        """Return queued messages whose time has come, the oldest first, and let nobody else take them before `until`."""


class NoticeWork(Protocol):
    """A unit of work of notice."""

    @property
    def messages(self) -> Messages:
        """Messages."""

    def commit(self, answer: object | None = None) -> None:
        """Make everything true at once."""


class Works(Protocol):
    """Opens units of work; each rolls back unless committed."""

    def __call__(self, call: Call, /) -> AbstractContextManager[NoticeWork]:
        """Open one for this call."""
