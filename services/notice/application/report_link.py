"""Tells signing what became of a signer's link, for its evidence: never the number, never the words."""

from __future__ import annotations

import datetime as dt

from services.common.messages.notice import LinkReported
from services.notice.application.ports import NoticeWork
from services.notice.domain import wording
from services.notice.domain.channel import Channel
from services.notice.domain.message import Message, State, public_reference


def report_link(
    work: NoticeWork, message: Message, state: State, channel: Channel, reference: str, at: dt.datetime
) -> None:
    """Emit it with the change it tells, if the message carries a link to sign; other messages are nobody's evidence."""
    if message.template != wording.INVITATION:
        return
    told = LinkReported(
        task_id=message.recipient,
        message_id=message.message_id,
        carrier_message_id=public_reference(reference),
        channel_code=channel.value,
        state=state.value,
        happened_at=at,
    )
    work.emit(told, aggregate_id=message.recipient)
