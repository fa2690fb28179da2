"""Every use case of notice on one memory, with a clock that stands still until it is moved."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import count

from services.common.kit.calls import Actor, ActorKind, Call
from services.common.messages.contract import CaseAdvanced, CaseEnded, PartyContact
from services.common.messages.identity import AccountChanged, CodePurpose, SmsCode, SmsCodeIssued
from services.common.messages.signing import EnvelopeOpened, InvitationRequested
from services.common.values import CaseNo, Mobile, PersonId
from services.notice.application.app_box import ListOwnMessages, MarkOwnMessagesRead
from services.notice.application.deliver_messages import DeliverMessages
from services.notice.application.invite_signers import InviteSigners, Inviting
from services.notice.application.list_outbox import ListSentMessages
from services.notice.application.resend_invitation import ResendInvitation
from services.notice.application.send_sms_code import SendSmsCode
from services.notice.application.take_receipts import TakeProvidersReceipts
from services.notice.application.tell_account_change import TellAccountChange
from services.notice.application.tell_parties import CaseNews, TellParties
from services.notice.domain.message import Message
from tests.unit.notice.fakes import (
    FakeCities,
    FakeNeighbours,
    FakeReports,
    FakeTexting,
    Memory,
    MemoryAppBox,
    MemoryOutbox,
    MemoryWorks,
)

CASE = CaseNo("huangshi", "2026112200001")
PHONE, OTHER_PHONE = Mobile("13800000001"), Mobile("13800000002")
URL = "https://guohu.example"
PEOPLE = tuple(PersonId("p-" + letter * 26) for letter in "abc")


def contacts(*mobiles: Mobile) -> tuple[PartyContact, ...]:
    """A different person behind each mobile."""
    return tuple(PartyContact(person_id=one, mobile=mobile) for one, mobile in zip(PEOPLE, mobiles, strict=False))


def event_call(event_id: str = "e1") -> Call:
    return Call(Actor(ActorKind.SERVICE, "notice"), "c", event_id)


@dataclass
class PostOffice:
    """Every use case of notice."""

    memory: Memory = field(default_factory=Memory)
    neighbours: FakeNeighbours = field(default_factory=FakeNeighbours)
    texting: FakeTexting = field(default_factory=FakeTexting)
    cities: FakeCities = field(default_factory=FakeCities)
    reports: FakeReports = field(default_factory=FakeReports)
    time: dt.datetime = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)

    def __post_init__(self) -> None:
        works, outbox, numbers = MemoryWorks(self.memory), MemoryOutbox(self.memory), count(1)
        new_id = lambda: f"m{next(numbers)}"  # noqa: E731
        cities = self.cities
        self._code = SendSmsCode(works, self.neighbours, cities, self.now, new_id)
        self._change = TellAccountChange(works, self.neighbours, cities, self.now, new_id)
        inviting = Inviting(self.neighbours, cities, URL, self.now, new_id)
        self._invite = InviteSigners(works, outbox, inviting)
        self._again = ResendInvitation(works, outbox, inviting)
        self._tell = TellParties(works, self.neighbours, cities, self.now, new_id)
        self.list_own = ListOwnMessages(MemoryAppBox(self.memory), cities)
        self.mark_read = MarkOwnMessagesRead(works, self.now)
        self.take_receipts = TakeProvidersReceipts(works, self.reports, self.now)
        self.deliver = DeliverMessages(works, outbox, self.texting, self.now, event_call)
        self.list = ListSentMessages(outbox)

    def now(self) -> dt.datetime:
        return self.time

    def wait(self, **length: float) -> None:
        self.time += dt.timedelta(**length)

    def has_code(self, code_id: str = "code1", *, minutes: int = 5) -> None:
        self.neighbours.codes[code_id] = SmsCode(
            mobile=PHONE,
            code="135790",
            purpose=CodePurpose.SIGN_IN,
            expires_at=self.time + dt.timedelta(minutes=minutes),
        )

    def send_code(self, code_id: str = "code1") -> None:
        self._code(SmsCodeIssued(code_id=code_id), event_call())

    def tell_change(self, change_id: str) -> None:
        self._change(AccountChanged(change_id=change_id), event_call())

    def invite(self, *tasks: str) -> None:
        event = EnvelopeOpened(envelope_id="env1", case_no=CASE, version=1, task_ids=tasks)
        self._invite(event, event_call())

    def invite_again(self, task: str, invitation_id: str) -> None:
        event = InvitationRequested(invitation_id=invitation_id, envelope_id="env1", case_no=CASE, task_id=task)
        self._again(event, event_call())

    def tell(self, state: str, event_id: str = "e1") -> None:
        self._tell(CaseAdvanced(case_no=CASE, state=state), event_call(event_id))

    def tell_end(self, state: str, event_id: str = "e1") -> None:
        self._tell(CaseEnded(case_no=CASE, title_id="t1", state=state, envelope_id=""), event_call(event_id))

    def tell_news(self, event: CaseNews, event_id: str = "e1") -> None:
        self._tell(event, event_call(event_id))

    @property
    def messages(self) -> list[Message]:
        return list(self.memory.messages.values())
