"""What was sent, for the operators who watch the embedded outbox."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import ActorKind, Call
from services.common.kit.cursors import cursor_after, place_of
from services.common.messages.notice import ListOutbox, SentMessage, SentMessages
from services.notice.application.ports import Outbox
from services.notice.domain.message import Message

MOST = 200
OPERATOR = "OPERATOR"


@dataclass(frozen=True)
class ListSentMessages:
    """Text included, the phone masked. For staff with role OPERATOR and the operators' command."""

    outbox: Outbox

    def __call__(self, message: ListOutbox, call: Call) -> SentMessages:
        """Return a page of at most `MOST` messages, the newest first.

        Raises Forbidden, NotAuthenticated, InvalidValue for a cursor that is not ours.
        """
        if call.actor.kind is ActorKind.SERVICE:
            call.actor.require_service("cli")
        else:
            call.actor.require_role(OPERATOR)
        limit, before = max(1, min(message.limit, MOST)), place_of(message.cursor, "notice.cursor_invalid")
        found = self.outbox.newest(message.mobile, limit + 1, before)
        last = found[limit - 1] if len(found) > limit else None
        return SentMessages(
            messages=tuple(_shown(one) for one in found[:limit]),
            next_cursor=cursor_after(last.created_at, last.message_id) if last else "",
        )


def _shown(message: Message) -> SentMessage:
    return SentMessage(
        message_id=message.message_id,
        template=message.template,
        mobile_masked=message.mobile.masked,
        text=message.text,
        state=message.state.value,
        channel=message.channel.value,
        sent_at=message.sent_at,
    )
