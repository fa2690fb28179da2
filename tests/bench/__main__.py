"""`python -m tests.bench`: runs every bench, writes `var/bench.json` (dotted name -> number) and prints a table.

A figure that breaks a promise is marked, and the exit status is 1.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

RESULT = Path(__file__).resolve().parents[2] / "var" / "bench.json"
BENCHES = ("bus", "signing_engine", "contract_render", "property_search", "face_check")
AT_LEAST = {"rpc.transport.ratio.c1": 2.0, "rpc.kit.ratio.c1": 1.0}
AT_MOST = {
    "event.commit_to_handled.p50_ms": 50.0,
    "contract.render.ratio": 1.5,
    "contract.render.preview_ms": 2000.0,
    "property.search.growth_ratio": 1.1,
    "signing.verify_51.cpu_s": 2.0,
    "signing.verify_51.wall_s": 2.0,
}


def promise(name: str, value: float) -> str:
    """What was promised of a figure, and whether it holds; empty for figures without a promise."""
    if name in AT_LEAST:
        return f"at least {AT_LEAST[name]:g}: {'holds' if value >= AT_LEAST[name] else 'BROKEN'}"
    if name in AT_MOST:
        return f"at most {AT_MOST[name]:g}: {'holds' if value <= AT_MOST[name] else 'BROKEN'}"
    return ""


def run(benches: tuple[str, ...] = BENCHES) -> dict[str, float]:
    """Return the figures of all benches that are there."""
    figures: dict[str, float] = {}
    for name in benches:
        module = f"tests.bench.{name}"
        if importlib.util.find_spec(module) is None:
            continue
        print(f"{name} ...", file=sys.stderr, flush=True)
        measure: Callable[[], dict[str, float]] = importlib.import_module(module).measure
        figures |= measure()
    return figures


def table(figures: dict[str, float]) -> str:
    """One line a figure."""
    width = max(map(len, figures), default=0)
    return "\n".join(
        f"{name:<{width}}  {value:>12,.3f}  {promise(name, value)}".rstrip() for name, value in figures.items()
    )


def main() -> int:
    """Run, write, print."""
    begun = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers are stopped on the way out
    figures = run(tuple(sys.argv[1:]) or BENCHES)
    figures["bench.seconds"] = round(time.monotonic() - begun, 1)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(figures, indent=2) + "\n")
    print(table(figures))
    print(f"\nwritten to {RESULT.relative_to(RESULT.parents[1])}")
    return 1 if any("BROKEN" in promise(name, value) for name, value in figures.items()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
