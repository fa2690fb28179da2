"""A code waits at identity: it goes to its phone."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import DomainError, Kind
from services.common.messages.identity import SmsCodeIssued
from services.notice.application.ports import Cities, Clock, Neighbours, NewId, Works
from services.notice.domain import wording

log = logging.getLogger(__name__)
OVER = frozenset({Kind.NOT_FOUND, Kind.CONFLICT})
"""What identity answers for a code that was used, replaced or has expired: nothing is left to send."""


@dataclass(frozen=True)
class SendSmsCode:
    """A code is sent once; one that has expired is not sent at all."""

    works: Works
    neighbours: Neighbours
    cities: Cities
    now: Clock
    new_id: NewId

    def __call__(self, event: SmsCodeIssued, call: Call) -> None:
        """Queue the code's message. Raises Unavailable while identity does not answer."""
        try:
            code = self.neighbours.sms_code(event.code_id, call)
        except DomainError as refused:
            if refused.kind not in OVER:
                raise
            log.info("code not sent", extra={"code": refused.code})
            return
        now = self.now()
        if code.expires_at <= now:
            log.info("code not sent", extra={"reason": "expired"})
            return
        message = self.cities.voice("").write(
            wording.sms_code(code.code, code.purpose.value, code.expires_at - now),
            code.mobile,
            message_id=self.new_id(),
            occasion=event.code_id,
            recipient="code",
            now=now,
            useless_after=code.expires_at,
        )
        with self.works(call) as work:
            if message is not None:
                work.messages.add(message)
            work.commit()
