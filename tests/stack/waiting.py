"""The one place where tests sleep: waiting for a fact with a bound, and holding still for as long as a rule asks.

No test sleeps for luck; `tests/unit/structure/test_no_sleeps.py` finds who does.
"""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(look: Callable[[], T], *, seconds: float = 30.0, pause: float = 0.05) -> T:
    """Return the first truthy value of `look()`; fail with the last one after `seconds`."""
    until_when = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > until_when:
            raise AssertionError(f"did not become true within {seconds} s; last: {found!r}")
        time.sleep(pause)
    return found


def until(fact: Callable[[], object], seconds: float = 40.0) -> None:
    """Return as soon as `fact()` is true; fail after `seconds`."""
    eventually(fact, seconds=seconds, pause=0.1)


def hold_still(seconds: float) -> None:
    """Do what a person does before the next step of a face check, where the policy refuses what comes sooner."""
    time.sleep(seconds)
