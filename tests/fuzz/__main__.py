"""`python -m tests.fuzz --requests 20000`: a long run on a stack of its own below `var/fuzz`. Exit code 1 when anything is found.

`--running` uses the stack that runs already. The same seed makes the same requests as long as the document is the same.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.demo.__main__ import stage_on
from deploy.local.layout import Layout
from deploy.local.stack import Stack
from tests.fuzz.campaign import Campaign, Report
from tests.fuzz.world import world_on

DEFAULT_SEED = 20261122


def main() -> int:
    """Run; returns 0 when every answer was one the document tells."""
    options = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    options.add_argument("--requests", type=int, default=20_000)
    options.add_argument("--seconds", type=float, default=float("inf"), help="end earlier, after so long")
    options.add_argument("--seed", type=int, default=DEFAULT_SEED)
    options.add_argument("--running", action="store_true", help="use the stack that is up")
    chosen = options.parse_args()
    var = Layout.from_environment().var
    with _stack(var, running=chosen.running) as stack:
        begun = time.monotonic()
        stage = stage_on(stack)
        stage.seed()
        callers, things = world_on(stage)
        campaign = Campaign(stage.base_url, callers, things, chosen.seed)
        report = campaign.run(chosen.requests, until=begun + chosen.seconds)
    _tell(report, time.monotonic() - begun, var / "fuzz.json")
    return 1 if report.findings or not report.sent else 0


@contextmanager
def _stack(var: Path, *, running: bool) -> Iterator[Stack]:
    if running:
        yield Stack(var)
        return
    stack = Stack(var / "fuzz", say=lambda text: print(f"  {text}", flush=True))
    try:
        stack.up()
        yield stack
    finally:
        stack.down()


def _tell(report: Report, seconds: float, file: Path) -> None:
    for one in report.findings.values():
        print(f"\n{one.operation} as {one.caller}: {one.status}\n  {one.what}\n  {one.request}")
    told = {
        "sent": report.sent,
        "seconds": round(seconds),
        "operations": len(report.operations),
        "statuses": dict(sorted(report.statuses.items())),
        "findings": [vars(one) for one in report.findings.values()],
    }
    file.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    print(
        f"\n{report.sent} requests to {len(report.operations)} operations in {seconds:.0f} s, "
        f"{len(report.findings)} findings; by status {told['statuses']}"
    )


if __name__ == "__main__":
    sys.exit(main())
