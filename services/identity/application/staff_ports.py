"""What the use cases need of staff, as protocols: the register of accounts and the audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from services.identity.domain.audit_chain import Chain, Sealed
from services.identity.domain.staff import Staff
from services.identity.domain.staff_act import ActFilter, StaffAct


class StaffRegister(Protocol):
    """Members of staff."""

    def find(self, staff_id: str) -> Staff | None:
        """By id; inside a unit of work held until its end."""

    def with_login(self, login: str) -> Staff | None:
        """By login; inside a unit of work held until its end."""

    def add(self, staff: Staff) -> None:
        """Keep a new one. Raises LoginTaken."""

    def save(self, staff: Staff) -> None:
        """Keep the used one-time password's step."""


class StaffActs(Protocol):
    """The audit of staff: added to and read, never changed."""

    def add(self, act: StaffAct) -> None:
        """Keep one."""

    def page(self, wanted: ActFilter, limit: int) -> Sequence[StaffAct]:
        """Newest first."""


class ActChain(Protocol):
    """The chain over the audit: where each act stands in it, and the record of where it begins and ends."""

    def mac(self, text: str) -> str:
        """Return a keyed hash of a text."""

    def hold(self) -> bool:
        """Let nobody else seal until this unit of work ends; whether nobody else does."""

    def stand_still(self) -> None:
        """See everything as of one moment; the first thing asked of a reading."""

    def find(self, register: str) -> Chain | None:
        """Return the record."""

    def save(self, chain: Chain) -> None:
        """Keep the record."""

    def unsealed(self, limit: int) -> Sequence[StaffAct]:
        """Acts without a place, oldest first."""

    def seal(self, sealed: Sequence[Sealed]) -> None:
        """Give acts their places and seals."""

    def after(self, place: int, limit: int) -> Sequence[Sealed]:
        """Acts behind a place, in the order of their places."""

    def delete_to(self, place: int) -> None:
        """Forget the acts up to a place."""

    def oldest_unsealed(self) -> dt.datetime | None:
        """Return the earliest time of an act without a place."""

    def count_unsealed(self) -> int:
        """Return how many have none."""
