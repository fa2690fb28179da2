"""A door that closes after repeated failures: counted per account or name, and per address."""

from __future__ import annotations

import datetime as dt

from services.common.kit.errors import DomainError
from services.identity.application.ports import Registers, Work
from services.identity.domain import lock
from services.identity.domain.errors import TooSoon


class Door:
    """What one attempt is aimed at. `subjects` such as `account:...` close after 5 failures, the address after 30."""

    def __init__(self, subjects: frozenset[str], source: str, now: dt.datetime) -> None:
        self._rules = dict.fromkeys(sorted(subjects), lock.ACCOUNT) | (
            {f"source:{source}": lock.SOURCE} if source else {}
        )
        self._subjects, self._now = subjects, now

    def refuse_locked(self, registers: Registers) -> None:
        """Raise TooSoon while one of them is locked. Inside a unit of work, no failure can be added meanwhile."""
        for subject, rule in self._rules.items():
            until = lock.locked_until(rule, registers.failures.of(subject, self._now - rule.memory), self._now)
            if until is not None:
                raise TooSoon("identity.locked", until, self._now)

    def failed(self, work: Work, wrong: DomainError) -> DomainError:
        """Keep one failure more and return the error to raise."""
        for subject in self._rules:
            work.failures.add(subject, self._now)
        work.keep_refusal()
        return wrong

    def passed(self, work: Work) -> None:
        """Forget the failures of the account; the address keeps its own."""
        for subject in self._subjects:
            work.failures.clear(subject)
