"""The session (会话): how long it lives, how its refresh token turns over, and what ends it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.common.kit.calls import ActorKind
from services.identity.domain.errors import SessionOver

ACCESS_LIFETIMES: Mapping[ActorKind, dt.timedelta] = {
    ActorKind.PERSON: dt.timedelta(minutes=15),
    ActorKind.STAFF: dt.timedelta(minutes=5),
}
"""Staff in use renew every five minutes at the latest, so that a session idle for 15 can be told from one at work."""
LONGEST_ACCESS = max(ACCESS_LIFETIMES.values())


@dataclass(frozen=True)
class SessionRule:
    """`idle`: without renewal the session is over; `longest`: over in any case, signing in again is due."""

    idle: dt.timedelta
    longest: dt.timedelta


RULES: Mapping[ActorKind, SessionRule] = {
    ActorKind.PERSON: SessionRule(dt.timedelta(minutes=30), dt.timedelta(days=1)),
    ActorKind.STAFF: SessionRule(dt.timedelta(minutes=15), dt.timedelta(hours=12)),
}
"""Idle sign-out as GB/T 22239 8.1.4.1 asks for. Each leaves a client in use at least one renewal to fail."""


class EndReason(StrEnum):
    """Why a session ended."""

    SIGNED_OUT = "SIGNED_OUT"
    TOKEN_REUSED = "TOKEN_REUSED"  # noqa: S105 - a reason, not a secret
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105 - a reason, not a secret
    BLOCKED = "BLOCKED"
    RECOVERED = "RECOVERED"
    MOBILE_CHANGED = "MOBILE_CHANGED"
    REPLACED = "REPLACED"  # a member of staff signed in elsewhere: one session at a time
    ROLES_CHANGED = "ROLES_CHANGED"
    ERASED = "ERASED"


class Renewal(StrEnum):
    """What a refresh token led to."""

    RENEWED = "RENEWED"
    REUSED = "REUSED"


@dataclass
class Session:
    """A sign-in. `generation` counts the refresh tokens handed out; only the newest is good."""

    session_id: str
    kind: ActorKind
    subject_id: str
    roles: tuple[str, ...]
    office: str
    started_at: dt.datetime
    renewed_at: dt.datetime
    generation: int = 1
    ended_at: dt.datetime | None = None
    end_reason: EndReason | None = None

    @property
    def over_at(self) -> dt.datetime:
        """The moment the session ends if nothing happens."""
        rule = RULES[self.kind]
        return min(self.renewed_at + rule.idle, self.started_at + rule.longest)

    def require_alive(self, now: dt.datetime) -> None:
        """Raise SessionOver when it has ended or run out."""
        if self.ended_at is not None or now >= self.over_at:
            raise SessionOver

    def renew(self, generation: int, now: dt.datetime) -> Renewal:
        """Turn the token over, or end the session because this one was used before. Raises SessionOver."""
        self.require_alive(now)
        if generation != self.generation:
            self.end(EndReason.TOKEN_REUSED, now)
            return Renewal.REUSED
        self.generation += 1
        self.renewed_at = now
        return Renewal.RENEWED

    def end(self, reason: EndReason, now: dt.datetime) -> None:
        """End it; the first reason stays."""
        if self.ended_at is None:
            self.ended_at, self.end_reason = now, reason
