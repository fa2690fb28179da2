"""Finds what the events left behind, and does it: no signature that was given and no seal that is owed stays undone.

An event is given up after ten attempts, within minutes; an outage may last longer. What is to be done stands in the tables.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from services.common.kit.calls import Call
from services.common.kit.errors import DomainError
from services.signing.application.apply_signature import SignatureApplying
from services.signing.application.ports import Now, Reading
from services.signing.application.seal_envelope import EnvelopeSealing
from services.signing.application.stamp_documents import DocumentStamping

log = logging.getLogger(__name__)
PATIENCE = dt.timedelta(seconds=30)
"""What an event may take by itself."""
BATCH = 50
T = TypeVar("T")


@dataclass(frozen=True)
class Behind:
    """How many of each could not be done this time either."""

    signatures: int = 0
    seals: int = 0
    stamps: int = 0


@dataclass(frozen=True)
class CatchingUp:
    """Run now and then by the worker. Beside the events, or twice at once, it is harmless: whoever comes second changes nothing."""

    reading: Reading
    apply: SignatureApplying
    seal: EnvelopeSealing
    stamp: DocumentStamping
    now: Now

    def __call__(self, call: Call) -> Behind:
        """Do what is left, one after the other; what fails does not hold up the others."""
        before = self.now() - PATIENCE
        signatures = self._each(self.reading.unapplied(before, BATCH), lambda one: self.apply(one, call))
        seals = self._each(self.reading.unsealed(before, BATCH), lambda one: self.seal(one, call))
        stamps = self._each(self.reading.unstamped(BATCH), lambda one: self.stamp(one, call))
        return Behind(signatures, seals, stamps)

    @staticmethod
    def _each(left: Iterable[T], act: Callable[[T], None]) -> int:
        failed = 0
        for one in left:
            try:
                act(one)
            except DomainError as refused:
                log.warning("signing is behind", extra={"code": refused.code})
                failed += 1
        return failed
