"""How many failed title searches are allowed. Decides how they are counted; the number is the city's, the source the gateway's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from services.property.domain.errors import TooManySearches

WINDOW = dt.timedelta(hours=1)


def refuse_if_exhausted(failed_at: Sequence[dt.datetime], allowed: int, now: dt.datetime) -> None:
    """Raise TooManySearches when the failures of one account, or of one source, within the last hour reach `allowed`."""
    recent = sorted(at for at in failed_at if at > now - WINDOW)
    if len(recent) >= allowed:
        frees = recent[-allowed] + WINDOW
        raise TooManySearches(retry_after=max(1, int((frees - now).total_seconds())))
