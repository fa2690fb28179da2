"""What all drivers share: orders come on standard input (`<concurrency> <seconds>`), counts go out as JSON lines.

Imported after eventlet has patched the process.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import eventlet
from eventlet.hubs import trampoline

TEXT = "房屋" + "x" * 200
"""What every variant carries there and back."""


def obey(ask: Callable[[int], None]) -> None:
    """Call `ask(number)` in as many greenthreads as ordered for as long as ordered; tell how often; until standard input ends."""
    for number in range(50):  # connections, caches, first allocations
        ask(-number - 1)
    _say({"ready": True})
    while line := _line():
        concurrency, seconds = line.split()
        _say(_run(ask, int(concurrency), float(seconds)))


def _run(ask: Callable[[int], None], concurrency: int, seconds: float) -> dict[str, float]:
    counts = [0] * concurrency
    begun = time.perf_counter()
    until = begun + seconds

    def work(place: int) -> None:
        while time.perf_counter() < until:
            ask(place)
            counts[place] += 1

    for thread in [eventlet.spawn(work, place) for place in range(concurrency)]:
        thread.wait()
    return {"calls": float(sum(counts)), "seconds": time.perf_counter() - begun}


def _line() -> str:
    """Wait for an order without holding up heartbeats."""
    trampoline(sys.stdin.fileno(), read=True)
    return sys.stdin.readline()


def _say(result: object) -> None:
    print(json.dumps(result), flush=True)
