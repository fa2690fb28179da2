"""Files that anybody may have verified (文件核验): how many, how large, how long they are kept. Nobody signs in for it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

from services.signing.domain.errors import TooManyVerifications

WINDOW = dt.timedelta(hours=1)
KEPT = dt.timedelta(minutes=10)
"""How long a file may wait for its verification; what is left then is removed unread."""
LARGEST = 10 * 1024 * 1024
"""Bytes, as for every other upload (24)."""


@dataclass(frozen=True)
class Upload:
    """A file that was admitted: where it will stand, and whose (hash of an address) it is."""

    ticket: str
    source: str
    key: str
    admitted_at: dt.datetime

    def is_over(self, now: dt.datetime) -> bool:
        """Whether its time has run out."""
        return now >= self.admitted_at + KEPT


def refuse_if_exhausted(admitted: Sequence[dt.datetime], allowed: int, now: dt.datetime) -> None:
    """Raise TooManyVerifications when one source was admitted `allowed` times within the last hour."""
    recent = sorted(at for at in admitted if at > now - WINDOW)
    if len(recent) >= allowed:
        frees = recent[-allowed] + WINDOW
        raise TooManyVerifications(retry_after=math.ceil((frees - now).total_seconds()), limit=allowed)
