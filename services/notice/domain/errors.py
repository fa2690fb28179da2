"""How notice and its providers refuse."""

from __future__ import annotations

import datetime as dt

from services.common.kit.errors import Conflict, DomainError, Kind, NotFound


class Undeliverable(DomainError):
    """The provider will never bring this message to that phone on that channel (no such number, blocked, text refused)."""

    code = "notice.undeliverable"
    kind = Kind.CONFLICT


class Throttled(DomainError):
    """The provider takes no more for a while."""

    code = "notice.throttled"
    kind = Kind.LIMITED

    def __init__(self, wait: dt.timedelta) -> None:
        """`wait`: how long it asked to be left alone."""
        super().__init__(retry_after=int(wait.total_seconds()))
        self.wait = wait


class MessageNotFound(NotFound):
    """No such message, or not this person's: never told apart."""

    code = "notice.message_not_found"


class ReceiptTooEarly(Conflict):
    """The receipt came before we knew that the message was taken: the provider repeats it."""

    code = "notice.receipt_too_early"
