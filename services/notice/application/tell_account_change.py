"""Somebody's way in changed: the mobile the account had before is told, so that a theft is noticed."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import DomainError, Kind
from services.common.messages.identity import AccountChanged
from services.notice.application.ports import Cities, Clock, Neighbours, NewId, Works
from services.notice.domain import wording

log = logging.getLogger(__name__)
WORTH_TELLING = dt.timedelta(days=3)


@dataclass(frozen=True)
class TellAccountChange:
    """One message per change."""

    works: Works
    neighbours: Neighbours
    cities: Cities
    now: Clock
    new_id: NewId

    def __call__(self, event: AccountChanged, call: Call) -> None:
        """Queue the message. Raises Unavailable while identity does not answer."""
        try:
            change = self.neighbours.account_change(event.change_id, call)
        except DomainError as refused:
            if refused.kind is not Kind.NOT_FOUND:
                raise
            log.info("change not told", extra={"code": refused.code})
            return
        message = self.cities.voice("").write(
            wording.account_change(change.kind.value, change.changed_at),
            change.mobile,
            message_id=self.new_id(),
            occasion=event.change_id,
            recipient="former",
            now=self.now(),
            useless_after=change.changed_at + WORTH_TELLING,
        )
        with self.works(call) as work:
            if message is not None:
                work.messages.add(message)
            work.commit()
