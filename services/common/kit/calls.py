"""Who asks, until when, and under which request: what every use case receives. Pure."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from enum import StrEnum

from services.common.kit.errors import Forbidden, NotAuthenticated
from services.common.values import PersonId


class ActorKind(StrEnum):
    """What sort of actor asks."""

    PERSON = "PERSON"
    STAFF = "STAFF"
    SERVICE = "SERVICE"
    ANONYMOUS = "ANONYMOUS"


@dataclass(frozen=True)
class Actor:
    """Who asks, as asserted and signed by the gateway or by a service for itself."""

    kind: ActorKind
    id: str
    roles: tuple[str, ...] = ()
    office: str = ""
    session: str = ""
    on_behalf_of: str = ""

    @property
    def person_id(self) -> PersonId:
        """The signed-in citizen. Raises NotAuthenticated for anybody else."""
        if self.kind is not ActorKind.PERSON:
            raise NotAuthenticated("actor.sign_in_required")
        return PersonId(self.id)

    def require_service(self, *names: str) -> None:
        """Raise Forbidden unless one of these services asks for itself."""
        if self.kind is not ActorKind.SERVICE or self.id not in names:
            raise Forbidden("actor.service_only")

    def require_role(self, *roles: str) -> None:
        """Raise Forbidden unless a member of staff with one of these roles asks."""
        if self.kind is not ActorKind.STAFF:
            raise NotAuthenticated("actor.staff_only")
        if not set(roles) & set(self.roles):
            raise Forbidden("actor.role_missing", needed=list(roles))


@dataclass(frozen=True)
class Call:
    """One request on its way through the system. `deadline` is absolute (Unix seconds); `ticket` belongs to kit."""

    actor: Actor
    correlation_id: str
    request_id: str | None = None
    deadline: float = 0.0
    ticket: object | None = field(default=None, compare=False)

    @property
    def remaining(self) -> float:
        """Seconds left; never negative."""
        return max(0.0, self.deadline - time.time())


def new_id() -> str:
    """Return a 128-bit id as 32 hex digits whose first 48 bits are the time in milliseconds, so that indexes stay dense."""
    return f"{time.time_ns() // 1_000_000:012x}{os.urandom(10).hex()}"


def service_call(service: str, *, seconds: float, correlation_id: str | None = None) -> Call:
    """Return a call a service makes for itself, for instance from an inbox handler or a sweep."""
    return Call(Actor(ActorKind.SERVICE, service), correlation_id or new_id(), None, time.time() + seconds)
