"""What became of messages at the phones: receipts that providers bring."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.notice import ReceiptsTaken, TakeReceipts
from services.notice.application.ports import Clock, NoticeWork, Receipt, Reports, Works
from services.notice.application.report_link import report_link
from services.notice.domain.errors import MessageNotFound, ReceiptTooEarly
from services.notice.domain.message import State

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TakeProvidersReceipts:
    """All of a report in one transaction. A second, late or unknown receipt changes nothing; an early one is asked for again."""

    works: Works
    reports: Reports
    now: Clock

    def __call__(self, message: TakeReceipts, call: Call) -> ReceiptsTaken:
        """Raises NotAuthenticated, InvalidValue, ReceiptTooEarly."""
        receipts = self.reports.read(message.report)
        with self.works(call) as work:
            changed = take(work, receipts, self.now)
            answer = ReceiptsTaken(taken=len(receipts), changed=changed)
            work.commit(answer)
        return answer


def take(work: NoticeWork, receipts: Sequence[Receipt], now: Clock) -> int:
    """Return how many messages the receipts changed. Raises ReceiptTooEarly.

    Messages are locked in one order, so that two reports at once never wait for each other.
    """
    changed = 0
    for receipt in sorted(receipts, key=lambda one: one.message_id):
        try:
            message = work.messages.get(receipt.message_id)
        except MessageNotFound:
            log.info("receipt of an unknown message", extra={"code": MessageNotFound.code})
            continue
        if message.state is State.QUEUED and receipt.reference != message.reference:
            raise ReceiptTooEarly
        at, channel = now(), message.channel
        if message.receipt(receipt.reference, receipt.delivered, at):
            work.messages.save(message)
            outcome = State.DELIVERED if receipt.delivered else State.UNDELIVERED
            report_link(work, message, outcome, channel, receipt.reference, at)
            changed += 1
    return changed
