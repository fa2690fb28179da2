"""What a city's profile says about signing: how long people have, how long a session lasts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.profiles import Profiles
from services.common.profiles.schema import Signing
from services.common.values import CaseNo


@dataclass(frozen=True)
class CityRules:
    """Looks the case's city up. Raises NotFound `city.unknown`."""

    profiles: Profiles

    def lifetime(self, case_no: CaseNo) -> dt.timedelta:
        """Return how long people have to sign."""
        return dt.timedelta(days=self._of(case_no).task_days)

    def session(self, case_no: CaseNo) -> dt.timedelta:
        """Return how long a signing session lasts from the last act."""
        return dt.timedelta(minutes=self._of(case_no).session_minutes)

    def offices(self, case_no: CaseNo) -> frozenset[str]:
        """Return the ids of the offices of the case's city."""
        return frozenset(one.id for one in self.profiles.get(case_no.city).offices)

    def seal_offices(self) -> list[str]:
        """Return the authorities that seal, of all cities."""
        kinds = [kind.signing for city in self.profiles for kind in city.business_types]
        return sorted({one.seal_office for one in kinds if one.sealed})

    def _of(self, case_no: CaseNo) -> Signing:
        return self.profiles.get(case_no.city).case_type.signing
