"""What was worked out within the last minute is given again: content changes by the day, people ask by the second."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

LIFETIME = 60.0
"""Seconds: what changes with midnight is shown a minute later at most."""
MOST = 1_000

T = TypeVar("T")


class MinuteCache(Generic[T]):
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
