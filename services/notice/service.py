"""Notice on the bus: hears what people are to be told, hands messages over, shows the outbox."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from nameko.timer import timer
from prometheus_client import Counter, Histogram

from services.common.kit.calls import Call, new_id, service_call
from services.common.kit.entrypoints import Wired, handles, rpc
from services.common.kit.fields import FieldCipher
from services.common.messages import notice as messages
from services.common.messages.contract import CaseAdvanced, CaseEnded
from services.common.messages.identity import AccountChanged, SmsCodeIssued
from services.common.messages.signing import EnvelopeOpened
from services.notice.adapters.embedded_texting import EmbeddedTexting
from services.notice.adapters.neighbours import AskedNeighbours
from services.notice.adapters.repository import MessageRows, StoredOutbox, notice_works
from services.notice.application.deliver_messages import DeliverMessages
from services.notice.application.invite_signers import InviteSigners
from services.notice.application.list_outbox import ListSentMessages
from services.notice.application.send_sms_code import SendSmsCode
from services.notice.application.tell_account_change import TellAccountChange
from services.notice.application.tell_parties import TellParties
from services.notice.config import NoticeSettings

SWEEP_SECONDS = 0.5
CALL_SECONDS = 30.0
WAITED = Histogram(
    "guohu_message_seconds",
    "From the event's handling to the hand-over to the provider",
    ["template"],
    buckets=(0.5, 1, 2, 5, 15, 60, 150, 600),
)
GIVEN_UP = Counter("guohu_messages_given_up_total", "Messages no provider took in time")


@dataclass(frozen=True)
class Parts:
    """The use cases of notice."""

    send_sms_code: SendSmsCode
    tell_account_change: TellAccountChange
    invite_signers: InviteSigners
    tell_parties: TellParties
    deliver: DeliverMessages
    list_outbox: ListSentMessages


def build(resources: Any) -> Parts:
    """Put the use cases together from the runner's resources."""
    settings = NoticeSettings.read(resources.settings.values, resources.settings.env)
    rows = MessageRows(FieldCipher(settings.field_key), settings.person_key)
    works, outbox = notice_works(resources.database, rows), StoredOutbox(resources.database, rows)
    neighbours = AskedNeighbours(resources.client)
    return Parts(
        send_sms_code=SendSmsCode(works, neighbours, _now, new_id),
        tell_account_change=TellAccountChange(works, neighbours, _now, new_id),
        invite_signers=InviteSigners(works, outbox, neighbours, settings.public_url, _now, new_id),
        tell_parties=TellParties(works, neighbours, _now, new_id),
        deliver=DeliverMessages(works, outbox, EmbeddedTexting(), _now, _own_call),
        list_outbox=ListSentMessages(outbox),
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _own_call() -> Call:
    return service_call("notice", seconds=CALL_SECONDS)


class NoticeService:
    """Messages to people."""

    name = "notice"
    parts: Parts = Wired(build)

    @rpc(messages.ListOutbox)
    def list_outbox(self, message: messages.ListOutbox, call: Call) -> messages.SentMessages:
        """Show what was sent."""
        return self.parts.list_outbox(message, call)

    @handles("notice.tell_account_change")
    def tell_account_change(self, event: AccountChanged, call: Call) -> None:
        """Somebody's way in changed."""
        self.parts.tell_account_change(event, call)

    @handles("notice.send_sms_code")
    def send_sms_code(self, event: SmsCodeIssued, call: Call) -> None:
        """Send a code that waits."""
        self.parts.send_sms_code(event, call)

    @handles("notice.invite_signers")
    def invite_signers(self, event: EnvelopeOpened, call: Call) -> None:
        """Signing can begin."""
        self.parts.invite_signers(event, call)

    @handles("notice.tell_parties")
    def tell_parties(self, event: CaseAdvanced | CaseEnded, call: Call) -> None:
        """Tell the parties that their case has moved on."""
        self.parts.tell_parties(event, call)

    @timer(interval=SWEEP_SECONDS)  # type: ignore[untyped-decorator]
    def deliver(self) -> None:
        """Hand over what is queued."""
        done = self.parts.deliver()
        for template, seconds in done.sent:
            WAITED.labels(template).observe(seconds)
        GIVEN_UP.inc(done.failed)
