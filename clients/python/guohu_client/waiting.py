"""Waits for a fact that comes about by itself, such as a state reached after a signature, with a bound. Decides how often to look."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
LOOK_EVERY = 0.15
PATIENCE = 90.0


def wait_for(look: Callable[[], T | None], what: str, seconds: float = PATIENCE) -> T:
    """Return the first truthy answer of `look()`. Raises TimeoutError naming `what` after so many seconds."""
    until = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > until:
            raise TimeoutError(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(LOOK_EVERY)
    return found
