"""Notice in memory: keeps the promises of the ports; run through the same tests as the stored one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from services.common.kit.calls import Call
from services.common.kit.errors import NotFound, Unavailable
from services.common.messages.identity import AccountChange, SmsCode
from services.common.messages.signing import Invitation
from services.common.values import CaseNo, Mobile
from services.notice.domain.message import Message, State


@dataclass
class Memory:
    """What is committed."""

    messages: dict[str, Message] = field(default_factory=dict)


@dataclass
class MemoryOutbox:
    memory: Memory

    def newest(self, mobile: Mobile | None, limit: int) -> Sequence[Message]:
        mine = [one for one in self.memory.messages.values() if mobile in {None, one.mobile}]
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
            raise NotFound("notice.message_not_found")
        return deepcopy(self.memory.messages[message_id])

    def save(self, message: Message) -> None:
        self.memory.messages[message.message_id] = deepcopy(message)

    def claim(self, now: dt.datetime, until: dt.datetime, limit: int) -> Sequence[str]:
        due = sorted(
            (one.next_attempt_at, one.message_id)
            for one in self.memory.messages.values()
            if one.state is State.QUEUED and one.next_attempt_at is not None and one.next_attempt_at <= now
        )
        ids = [message_id for _, message_id in due[:limit]]
        for message_id in ids:
            self.memory.messages[message_id].next_attempt_at = until
        return ids


class MemoryWork:
    """Works on a copy; the copy becomes the memory with the commit."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._copy = deepcopy(memory)
        self.messages = MemoryMessages(self._copy)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave what was not committed behind."""

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
    mobiles: tuple[Mobile, ...] = ()
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

    def mobiles_of(self, case_no: CaseNo, call: Call) -> Sequence[Mobile]:
        del case_no, call
        self._refuse_if_away()
        return self.mobiles

    def _refuse_if_away(self) -> None:
        if self.away:
            raise Unavailable


@dataclass
class FakeTexting:
    """A provider that takes messages once per id, or not at all."""

    taken: dict[str, Message] = field(default_factory=dict)
    away: bool = False

    def hand_over(self, message: Message) -> str:
        if self.away:
            raise Unavailable
        self.taken[message.message_id] = message
        return f"ref-{message.message_id}"
