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
        self._entered, self._source, self._now = subjects, source, now
        self._count(subjects)

    @classmethod
    def of_account(cls, registers: Registers, subjects: frozenset[str], source: str, now: dt.datetime) -> Door:
        """A door that others cannot close for whoever comes from where the account was entered of late.

        Attempts from such an address are counted by themselves; those from everywhere else share the account's own count.
        """
        door = cls(subjects, source, now)
        since = now - lock.FAMILIAR
        door._count(
            frozenset(
                f"{one} from {source}" if source and registers.familiar.knows(one, source, since) else one
                for one in subjects
            )
        )
        return door

    def _count(self, subjects: frozenset[str]) -> None:
        self.subjects = subjects
        address = {f"source:{self._source}": lock.SOURCE} if self._source else {}
        self._rules = dict.fromkeys(sorted(subjects), lock.ACCOUNT) | address

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
        """Forget the failures counted against the account from here; the address keeps its own."""
        for subject in self.subjects:
            work.failures.clear(subject)

    def entered(self, work: Work) -> None:
        """Passed, and the address is one of the account's from now on."""
        self.passed(work)
        for subject in self._entered if self._source else ():
            work.familiar.note(subject, self._source, self._now)
