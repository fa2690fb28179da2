"""Notice in memory: keeps the promises of the ports; run through the same tests as the stored one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

from services.common.kit.calls import Call
from services.common.kit.cursors import Place
from services.common.kit.errors import DomainError, NotFound, Unavailable
from services.common.messages.contract import PartyContact
from services.common.messages.identity import AccountChange, SmsCode
from services.common.messages.notice import SignedReport
from services.common.messages.signing import Invitation
from services.common.values import CaseNo, Mobile, PersonId
from services.notice.adapters.cities import common_catalogue
from services.notice.application.ports import Receipt
from services.notice.domain.app_message import AppMessage
from services.notice.domain.channel import PLAIN, Channel, Manner
from services.notice.domain.errors import MessageNotFound
from services.notice.domain.message import Message
from services.notice.domain.voice import Voice


@dataclass
class Memory:
    """What is committed."""

    messages: dict[str, Message] = field(default_factory=dict)
    app: dict[str, AppMessage] = field(default_factory=dict)
    events: list[tuple[str, object]] = field(default_factory=list)


@dataclass
class MemoryOutbox:
    memory: Memory

    def newest(self, mobile: Mobile | None, limit: int, before: Place | None = None) -> Sequence[Message]:
        mine = [one for one in self.memory.messages.values() if mobile in {None, one.mobile}]
        mine = [one for one in mine if before is None or (one.created_at, one.message_id) < before]
        return deepcopy(sorted(mine, key=lambda one: (one.created_at, one.message_id), reverse=True)[:limit])

    def knows(self, occasion: str, recipient: str) -> bool:
        return any((one.occasion, one.recipient) == (occasion, recipient) for one in self.memory.messages.values())

    def find(self, message_id: str) -> Message | None:
        return deepcopy(self.memory.messages.get(message_id))


@dataclass
class MemoryMessages:
    memory: Memory

    def add(self, message: Message) -> bool:
        key = (message.occasion, message.recipient, message.mobile)
        if any((one.occasion, one.recipient, one.mobile) == key for one in self.memory.messages.values()):
            return False
        self.memory.messages[message.message_id] = deepcopy(message)
        return True

    def get(self, message_id: str) -> Message:
        if message_id not in self.memory.messages:
            raise MessageNotFound
        return deepcopy(self.memory.messages[message_id])

    def save(self, message: Message) -> None:
        self.memory.messages[message.message_id] = deepcopy(message)

    def claim(self, now: dt.datetime, until: dt.datetime, limit: int) -> Sequence[str]:
        due = sorted(
            (one.next_attempt_at, one.message_id)
            for one in self.memory.messages.values()
            if one.next_attempt_at is not None and one.next_attempt_at <= now
        )
        ids = [message_id for _, message_id in due[:limit]]
        for message_id in ids:
            self.memory.messages[message_id].next_attempt_at = until
        return ids

    def waiting_texts(self, mobile: Mobile, since: dt.datetime) -> int:
        return sum(
            one.mobile == mobile and one.created_at > since and not one.urgent for one in self.memory.messages.values()
        )


@dataclass
class MemoryAppBox:
    memory: Memory

    def of(self, person_id: PersonId, before: str, unread: bool, limit: int) -> Sequence[AppMessage]:
        mine = [
            one
            for one in self.memory.app.values()
            if one.person_id == person_id
            and (not before or one.message_id < before)
            and not (unread and one.read_at is not None)
        ]
        return sorted(mine, key=lambda one: one.message_id, reverse=True)[:limit]

    def unread(self, person_id: PersonId) -> int:
        return sum(one.person_id == person_id and one.read_at is None for one in self.memory.app.values())


@dataclass
class MemoryAppMessages:
    memory: Memory

    def add(self, message: AppMessage) -> bool:
        key = (message.occasion, message.person_id, message.wording.template)
        if any((one.occasion, one.person_id, one.wording.template) == key for one in self.memory.app.values()):
            return False
        self.memory.app[message.message_id] = message
        return True

    def mark_read(self, person_id: PersonId, message_id: str, now: dt.datetime) -> None:
        mine = [one for one in self.memory.app.values() if one.person_id == person_id]
        if message_id and message_id not in {one.message_id for one in mine}:
            raise MessageNotFound
        for one in mine:
            if message_id in {"", one.message_id} and one.read_at is None:
                self.memory.app[one.message_id] = replace(one, read_at=now)

    def forget(self, person_id: PersonId) -> None:
        self.memory.app = {key: one for key, one in self.memory.app.items() if one.person_id != person_id}


class MemoryWork:
    """Works on a copy; the copy becomes the memory with the commit."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._copy = deepcopy(memory)
        self.messages = MemoryMessages(self._copy)
        self.app_messages = MemoryAppMessages(self._copy)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave what was not committed behind."""

    def emit(self, event: object, *, aggregate_id: str) -> None:
        self._copy.events.append((aggregate_id, event))

    def commit(self, answer: object | None = None) -> None:
        del answer
        vars(self._memory).update(vars(self._copy))


@dataclass
class MemoryWorks:
    memory: Memory = field(default_factory=Memory)

    def __call__(self, call: Call, /) -> MemoryWork:
        del call
        return MemoryWork(self.memory)


@dataclass
class FakeNeighbours:
    """Neighbours that know what they are told to know; out of reach on demand. Every invitation has a new token."""

    codes: dict[str, SmsCode] = field(default_factory=dict)
    changes: dict[str, AccountChange] = field(default_factory=dict)
    tasks: dict[str, Mobile] = field(default_factory=dict)
    contacts: tuple[PartyContact, ...] = ()
    until: dt.datetime = dt.datetime(2026, 11, 29, 4, 0, tzinfo=dt.UTC)
    away: bool = False
    issued: int = 0

    def sms_code(self, code_id: str, call: Call) -> SmsCode:
        del call
        self._refuse_if_away()
        if code_id not in self.codes:
            raise NotFound("identity.code_unknown")
        return self.codes[code_id]

    def account_change(self, change_id: str, call: Call) -> AccountChange:
        del call
        self._refuse_if_away()
        if change_id not in self.changes:
            raise NotFound("identity.change_unknown")
        return self.changes[change_id]

    def invitation(self, task_id: str, call: Call) -> Invitation:
        del call
        self._refuse_if_away()
        if task_id not in self.tasks:
            raise NotFound("signing.task_not_found")
        self.issued += 1
        return Invitation(
            task_id=task_id,
            case_no=CaseNo("huangshi", "2026112200001"),
            mobile=self.tasks[task_id],
            token=f"token{self.issued}",
            expires_at=self.until,
        )

    def contacts_of(self, case_no: CaseNo, call: Call) -> Sequence[PartyContact]:
        del case_no, call
        self._refuse_if_away()
        return self.contacts

    def _refuse_if_away(self) -> None:
        if self.away:
            raise Unavailable


@dataclass
class FakeTexting:
    """A provider that takes messages once per id and channel, or refuses as it is told to."""

    taken: dict[str, Message] = field(default_factory=dict)
    away: bool = False
    refusal: dict[Channel, DomainError] = field(default_factory=dict)
    channels: list[Channel] = field(default_factory=list)

    def hand_over(self, message: Message) -> str:
        if self.away:
            raise Unavailable
        if message.channel in self.refusal:
            raise self.refusal[message.channel]
        self.taken[message.message_id] = message
        self.channels.append(message.channel)
        return f"ref-{message.message_id}" + ("" if message.channel is Channel.SMS else f"-{message.channel}")


@dataclass
class FakeCities:
    """The common words, in the manner a test asks for."""

    manner: Manner = PLAIN

    def voice(self, city: str) -> Voice:
        return Voice(self.manner if city else PLAIN, common_catalogue())


@dataclass
class FakeReports:
    """A carrier's report, taken at its word."""

    receipts: tuple[Receipt, ...] = ()

    def read(self, report: SignedReport) -> Sequence[Receipt]:
        del report
        return self.receipts
