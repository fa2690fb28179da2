"""A carrier's gateway (5G 消息 or SMS) over the signed exchange of `kit.outside`: handing over, and reading its reports.

    POST /messages {message_id, channel, to, template, parameters, language, text}
      -> {"reference": "..."} | {"refused": "NUMBER_INVALID|NUMBER_BLOCKED|CONTENT_REFUSED"} | {"throttled": seconds}
    report, POSTed by the carrier to /v1/message-receipts, signed the same way:
      {"receipts": [{"message_id": "...", "reference": "...", "delivered": true}, ...]}

`message_id` with `channel` makes a repetition the same message. Decides what an answer means; who is speaking is the kit's.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from services.common.kit.errors import InvalidValue, NotAuthenticated, Unavailable
from services.common.kit.outside import Partner, request_signature
from services.common.messages.notice import SignedReport
from services.notice.application.ports import Receipt
from services.notice.domain.errors import Throttled, Undeliverable
from services.notice.domain.message import Message

LONGEST_WAIT = dt.timedelta(minutes=10)
FRESH = dt.timedelta(minutes=5)
MOST_RECEIPTS = 500


@dataclass(frozen=True)
class PartnerTexting:
    """Hands over to one carrier."""

    partner: Partner

    def hand_over(self, message: Message) -> str:
        """Return the carrier's reference. Raises Undeliverable, Throttled, Unavailable."""
        answer = self.partner.ask(
            "/messages",
            {
                "message_id": message.message_id,
                "channel": message.channel.value,
                "to": message.mobile.value,
                "template": message.template,
                "parameters": dict(message.parameters),
                "language": message.language,
                "text": message.text,
            },
        )
        if answer.get("refused"):
            raise Undeliverable
        wait = answer.get("throttled")
        if isinstance(wait, int | float) and not isinstance(wait, bool):
            raise Throttled(min(dt.timedelta(seconds=max(1, min(wait, LONGEST_WAIT.total_seconds()))), LONGEST_WAIT))
        reference = answer.get("reference")
        if not isinstance(reference, str) or not 0 < len(reference) <= 100:
            raise Unavailable("notice.carrier_unavailable")
        return reference


@dataclass(frozen=True)
class PartnerReports:
    """Reads what the carrier POSTs; repeating an old report within its five minutes changes nothing, later it is refused."""

    key_id: str
    key: bytes = field(repr=False)
    now: Callable[[], dt.datetime]

    def read(self, report: SignedReport) -> Sequence[Receipt]:
        """Return the receipts. Raises NotAuthenticated, InvalidValue `notice.report_invalid`."""
        body = report.body.encode()
        good = request_signature(self.key, "POST", report.path, report.timestamp, report.nonce, body)
        known = hmac.compare_digest(self.key_id.encode(), report.key_id.encode())
        if not (hmac.compare_digest(good.encode(), report.signature.encode()) and known and self._is_fresh(report)):
            raise NotAuthenticated("notice.report_not_signed")
        try:
            given = json.loads(body)["receipts"]
            receipts = [_receipt(one) for one in given]
        except (ValueError, KeyError, TypeError, RecursionError) as wrong:
            raise InvalidValue("notice.report_invalid") from wrong
        if len(receipts) > MOST_RECEIPTS:
            raise InvalidValue("notice.report_invalid")
        return receipts

    def _is_fresh(self, report: SignedReport) -> bool:
        if not (report.timestamp.isascii() and report.timestamp.isdigit() and len(report.timestamp) <= 12):
            return False
        return abs(self.now().timestamp() - int(report.timestamp)) <= FRESH.total_seconds()


def _receipt(given: dict[str, object]) -> Receipt:
    message_id, reference, delivered = given["message_id"], given["reference"], given["delivered"]
    if not (isinstance(message_id, str) and isinstance(reference, str) and isinstance(delivered, bool)):
        raise TypeError("receipt")
    return Receipt(message_id, reference, delivered)
