"""备案编号: the city's prefix, the day in the office's time zone, a daily sequence. Decides the form; the prefix is the profile's."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day_of(now: dt.datetime) -> dt.date:
    """Return the day a filing is numbered under."""
    return now.astimezone(SHANGHAI).date()


def filing_no(prefix: str, day: dt.date, number: int, digits: int) -> str:
    """`42HS20261122000001`; a day with more filings than digits goes on with one digit more, as case numbers do."""
    return f"{prefix}{day:%Y%m%d}{number:0{digits}d}"
