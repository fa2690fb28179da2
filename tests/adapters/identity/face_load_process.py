"""A worker's engine pool under a hundred checks at once, in a process of its own (eventlet stays out of pytest).

Prints one JSON object: what became of the hundred, what else ran meanwhile, how many children there were, and whether the
pool serves afterwards. The engine waits at a gate, so the outcome does not depend on anybody's speed.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

import eventlet

eventlet.monkey_patch()

from services.common.kit import engines  # noqa: E402 - after the patch, as in the runner
from services.common.kit.errors import DomainError  # noqa: E402

CHECKS = 100
RECYCLE_AFTER = 10
LOOKS = 20
SECONDS = 50.0


def main() -> None:
    """Run once."""
    engines.RECYCLE_AFTER = RECYCLE_AFTER
    with tempfile.TemporaryDirectory() as folder:
        gate = Path(folder) / "open"
        pool = engines.EnginePool("tests.support.gated_engine", {"gate": str(gate)}, 1)
        pool.start()
        print(json.dumps(_crowd(pool, gate)))  # noqa: T201 - the answer
        sys.stdout.flush()
        pool.stop()


def _compared(pool: engines.EnginePool, other: bytes) -> object:
    return pool.run("compare", {"template_a": b"a", "template_b": other}, SECONDS)["distance"]


def _crowd(pool: engines.EnginePool, gate: Path) -> dict[str, object]:
    ends: list[str] = []
    first = set(pool.pids)

    def check() -> None:
        try:
            ends.append("served" if _compared(pool, b"a") == 0.25 else "wrong")
        except DomainError as refusal:
            ends.append(refusal.code)

    crowd = [eventlet.spawn(check) for _ in range(CHECKS)]
    eventlet.sleep(0)
    looked = 0
    for _ in range(LOOKS):  # another request's work goes on while every engine is busy
        looked += 1
        eventlet.sleep(0.001)
    refused_at_once, children_meanwhile = Counter(ends), len(pool.pids)
    gate.touch()
    for one in crowd:
        one.wait()
    afterwards = _compared(pool, b"b")
    return {
        "refused_at_once": refused_at_once,
        "children_meanwhile": children_meanwhile,
        "looked": looked,
        "ends": Counter(ends),
        "afterwards": afterwards,
        "children_afterwards": len(pool.pids),
        "replaced": first.isdisjoint(pool.pids),
    }


if __name__ == "__main__":
    main()
