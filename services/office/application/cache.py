"""What was worked out a moment ago is given again: content changes by the day, people ask by the second."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

LIFETIME = 30.0
"""Seconds. Whoever asked may keep the answer for as long again (the gateway's `max-age`): a minute together, never more."""
MOST = 1_000

T = TypeVar("T")


class ShortCache(Generic[T]):
    """Answers by question. `clock` in seconds that never go back. Refusals are not kept: anybody can invent a question."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Start empty."""
        self._clock = clock
        self._kept: dict[Hashable, tuple[float, T]] = {}

    def get(self, question: Hashable, work_out: Callable[[], T]) -> T:
        """Return the kept answer, or work it out and keep it."""
        now = self._clock()
        kept = self._kept.get(question)
        if kept is not None and now - kept[0] < LIFETIME:
            return kept[1]
        answer = work_out()
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[question] = (now, answer)
        return answer
