"""Waiting for a fact with a bound, so that no test sleeps for luck."""

import time
from collections.abc import Callable


def until(fact: Callable[[], object], seconds: float = 40.0) -> None:
    """Return as soon as `fact()` is true; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, "did not become true in time"
        time.sleep(0.1)
