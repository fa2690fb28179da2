"""Notice on the bus: hears what people are to be told, hands messages over, shows the outbox and the app's messages."""

from __future__ import annotations

from nameko.timer import timer
from prometheus_client import Counter, Histogram

from services.common.kit.calls import Call
from services.common.kit.entrypoints import Wired, handles, rpc
from services.common.messages import notice as messages
from services.common.messages.identity import AccountChanged, AccountErased, SmsCodeIssued
from services.common.messages.signing import EnvelopeOpened, InvitationRequested
from services.notice.application.tell_parties import CaseNews
from services.notice.wiring import Parts, build

SWEEP_SECONDS = 0.5
WAITED = Histogram(
    "guohu_message_seconds",
    "From the event's handling to the first hand-over to a provider",
    ["template"],
    buckets=(0.5, 1, 2, 5, 15, 60, 150, 600),
)
GIVEN_UP = Counter("guohu_messages_given_up_total", "Messages no provider took in time, or no phone")


class NoticeService:
    """Messages to people."""

    name = "notice"
    parts: Parts = Wired(build)

    @rpc(messages.ListOutbox)
    def list_outbox(self, message: messages.ListOutbox, call: Call) -> messages.SentMessages:
        """Show what was sent."""
        return self.parts.list_outbox(message, call)

    @rpc(messages.ListAppMessages)
    def list_app_messages(self, message: messages.ListAppMessages, call: Call) -> messages.AppMessagePage:
        """Show a person what the app has to tell."""
        return self.parts.list_app_messages(message, call)

    @rpc(messages.MarkMessagesRead)
    def mark_messages_read(self, message: messages.MarkMessagesRead, call: Call) -> messages.MessagesRead:
        """Note that a person has read."""
        return self.parts.mark_messages_read(message, call)

    @rpc(messages.TakeReceipts)
    def take_receipts(self, message: messages.TakeReceipts, call: Call) -> messages.ReceiptsTaken:
        """Take what a carrier reports."""
        return self.parts.take_receipts(message, call)

    @handles("notice.tell_account_change")
    def tell_account_change(self, event: AccountChanged, call: Call) -> None:
        """Somebody's way in changed."""
        self.parts.tell_account_change(event, call)

    @handles("notice.forget_person")
    def forget_person(self, event: AccountErased, call: Call) -> None:
        """An account is gone."""
        self.parts.forget_person(event, call)

    @handles("notice.send_sms_code")
    def send_sms_code(self, event: SmsCodeIssued, call: Call) -> None:
        """Send a code that waits."""
        self.parts.send_sms_code(event, call)

    @handles("notice.invite_signers")
    def invite_signers(self, event: EnvelopeOpened, call: Call) -> None:
        """Signing can begin."""
        self.parts.invite_signers(event, call)

    @handles("notice.resend_invitation")
    def resend_invitation(self, event: InvitationRequested, call: Call) -> None:
        """A link is wanted again."""
        self.parts.resend_invitation(event, call)

    @handles("notice.tell_parties")
    def tell_parties(self, event: CaseNews, call: Call) -> None:
        """Tell the parties what is new in their case."""
        self.parts.tell_parties(event, call)

    @timer(interval=SWEEP_SECONDS)  # type: ignore[untyped-decorator]
    def deliver(self) -> None:
        """Hand over what is queued."""
        done = self.parts.deliver()
        for template, seconds in done.sent:
            WAITED.labels(template).observe(seconds)
        GIVEN_UP.inc(done.failed)
