"""The carriers of all channels behind the one port `Texting`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.common.kit.errors import NotAuthenticated
from services.common.messages.notice import SignedReport
from services.notice.application.ports import Receipt, Reports, Texting
from services.notice.domain.channel import Channel
from services.notice.domain.errors import Undeliverable
from services.notice.domain.message import Message


@dataclass(frozen=True)
class Carriers:
    """Hands each message to the carrier of its channel; a channel without one sends it on to the next."""

    by_channel: Mapping[Channel, Texting]

    def hand_over(self, message: Message) -> str:
        """Return the carrier's reference. Raises Undeliverable, Throttled, Unavailable."""
        carrier = self.by_channel.get(message.channel)
        if carrier is None:
            raise Undeliverable("notice.channel_without_carrier")
        return carrier.hand_over(message)


@dataclass(frozen=True)
class ReportsOfAll:
    """Reads a report of whichever carrier signed it."""

    carriers: Sequence[Reports]

    def read(self, report: SignedReport) -> Sequence[Receipt]:
        """Return the receipts. Raises NotAuthenticated where none of them signed it, InvalidValue."""
        for one in self.carriers:
            try:
                return one.read(report)
            except NotAuthenticated:
                continue
        raise NotAuthenticated("notice.report_not_signed")
