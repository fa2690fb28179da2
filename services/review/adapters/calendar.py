"""China's working days, from the `holidays` library: days off of the State Council's notices, and the weekends worked for them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import holidays


@dataclass(frozen=True)
class ChinaWorkdays:
    """For a year not announced yet: the statutory days off (全国年节及纪念日放假办法), without weekends moved."""

    _known: holidays.HolidayBase = field(default_factory=lambda: holidays.country_holidays("CN"))

    def __call__(self, day: dt.date) -> bool:
        """Whether offices work on that day."""
        return self._known.is_working_day(day)
