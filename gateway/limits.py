"""The coarse shield of the edge: how many requests one source or one account may send before the services are asked at all.

Decides pace only, per process and in memory: with several gateways everybody has as many allowances. What is abuse, such as
guessing a code, is counted by the owning services in their databases; those limits hold whatever stands here.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from services.common.kit.errors import DomainError, Kind

MOST_KEYS = 50_000
"""Callers remembered at once, about 8 MB; whoever has been quiet for a window is forgotten first."""
_PACE = re.compile(r"([1-9][0-9]{0,6})/([1-9][0-9]{0,4})")
OFF = "off"


@dataclass(frozen=True)
class Pace:
    """`quota` requests at once, filling up again evenly within `window` seconds."""

    quota: int
    window: int

    @classmethod
    def read(cls, text: str) -> Pace | None:
        """Read `600/60`; None for `off`. Raises ValueError."""
        if text.strip().lower() == OFF:
            return None
        match = _PACE.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"no pace: {text}")
        return cls(int(match[1]), int(match[2]))


@dataclass(frozen=True)
class Standing:
    """What is left of an allowance; `reset`: whole seconds until all of it is there again."""

    pace: Pace
    remaining: int
    reset: int

    @property
    def headers(self) -> Mapping[str, str]:
        """The fields of draft-ietf-httpapi-ratelimit-headers, in the form with one number each."""
        return {
            "RateLimit-Limit": str(self.pace.quota),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
            "RateLimit-Policy": f"{self.pace.quota};w={self.pace.window}",
        }


class TooMany(DomainError):
    """The allowance is used up; `retry_after` seconds until the next request is let in."""

    code = "http.too_many_requests"
    kind = Kind.LIMITED

    def __init__(self, standing: Standing, wait: int) -> None:
        self.standing = standing
        super().__init__(retry_after=wait, limit=standing.pace.quota)


class Buckets:
    """Token buckets of one pace, one number each: the moment the bucket will be full again (GCRA)."""

    def __init__(self, pace: Pace, clock: Callable[[], float]) -> None:
        self.pace = pace
        self._clock = clock
        self._full_at: dict[str, float] = {}

    def spend(self, key: str) -> Standing:
        """Take one request from the caller's bucket. Raises TooMany; what is refused costs nothing."""
        now, piece = self._clock(), self.pace.window / self.pace.quota
        full_at = max(self._full_at.get(key, now), now) + piece
        over = full_at - now - self.pace.window
        if over > piece * 1e-6:  # a thousand additions of floats must not cost the last request
            raise TooMany(Standing(self.pace, 0, math.ceil(full_at - piece - now)), max(1, math.ceil(over)))
        self._keep(key, full_at, now)
        return Standing(self.pace, int(-over / piece + 1e-6), math.ceil(full_at - now))

    def _keep(self, key: str, full_at: float, now: float) -> None:
        self._full_at.pop(key, None)  # the order of the dictionary is that of the last request
        self._full_at[key] = full_at
        if len(self._full_at) > MOST_KEYS:
            self._full_at = {one: when for one, when in self._full_at.items() if when > now}
            while len(self._full_at) > MOST_KEYS:
                self._full_at.pop(next(iter(self._full_at)))


@dataclass(frozen=True)
class Paces:
    """The three allowances of a deployment; None where one is off."""

    source: Pace | None = None
    anonymous: Pace | None = None
    account: Pace | None = None


@dataclass
class Shield:
    """Counts every request against its source, and then either as nobody's or against the account."""

    paces: Paces = field(default_factory=Paces)
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        def buckets(pace: Pace | None) -> Buckets | None:
            return Buckets(pace, self.clock) if pace else None

        self._source, self._anonymous = buckets(self.paces.source), buckets(self.paces.anonymous)
        self._account = buckets(self.paces.account)

    def arrives(self, source: str) -> Standing | None:
        """Count a request before anything of it is read. Raises TooMany."""
        return self._source.spend(source) if self._source else None

    def nobody(self, source: str) -> Standing | None:
        """Count a request without a genuine token. Raises TooMany."""
        return self._anonymous.spend(source) if self._anonymous else None

    def somebody(self, account: str) -> Standing | None:
        """Count a request of whoever has signed in. Raises TooMany."""
        return self._account.spend(account) if self._account else None


def tightest(*standings: Standing | None) -> Standing | None:
    """Return the allowance that ends first: the one worth telling."""
    found = [one for one in standings if one is not None]
    return min(found, key=lambda one: one.remaining) if found else None
