"""What the use cases need of staff, as protocols: the register of accounts and the audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

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

    def forget_before(self, moment: dt.datetime) -> None:
        """Delete older ones."""
