"""`python -m tests.faults`: kill processes during sales and count effects. Exit code 1 when a cell fails.

Runs on a stack of its own below `var/faults`, brought up once and stopped at the end, so that it disturbs no other.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from dataclasses import asdict
from pathlib import Path

from deploy.demo.__main__ import stage_on
from deploy.demo.people import CITY
from deploy.demo.stage import SEED, Stage
from deploy.local.layout import Layout
from deploy.local.stack import Stack
from deploy.local.supervision import tail
from services.common.messages.property import SeedTitles
from tests.faults.matrix import Cell, choose
from tests.faults.runs import Run, Trial

DEFAULT_SEED = 9544  # one of many by which the ten catch drawing, signing and sealing in the middle
TITLES_PER_CELL = 4  # two in five have two owners, and a failed cell may leave its title held
TAIL = 25
COLUMNS = "{:<16} {:<8} {:>7} {:>8} {:>7} {:>7}  {}"


def main() -> int:
    """Run the chosen cells; returns 0 when all ended well."""
    chosen = _options()
    cells = choose(only=chosen.only, count=None if chosen.all else chosen.cells, seed=chosen.seed)
    var = Layout.from_environment().var
    stack = Stack(var / "faults", say=lambda text: print(f"  {text}", flush=True))
    begun = time.monotonic()
    stack.down()
    shutil.rmtree(stack.layout.root, ignore_errors=True)
    runs: list[Run] = []
    try:
        stack.up()
        up_seconds = time.monotonic() - begun
        runs = _carried(stack, cells, chosen.seed)
    finally:
        if not chosen.keep:
            stack.down()
    _write(var / "faults.json", runs, chosen.seed, up_seconds, time.monotonic() - begun)
    failed = [one for one in runs if not one.good]
    print(
        f"\n{len(runs) - len(failed)} of {len(runs)} runs ended in `pushed` with one effect each; {time.monotonic() - begun:.0f} s in all"
    )
    return 1 if failed or not runs else 0


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    options.add_argument(
        "--cells", type=int, help="only so many: first the ten chosen by hand, then others by the seed"
    )
    options.add_argument("--seed", type=int, default=DEFAULT_SEED, help="decides the moments, and which further cells")
    options.add_argument(
        "--all", action="store_true", help="the whole matrix; so it is without --cells and --only, too"
    )
    options.add_argument(
        "--only", action="append", default=[], metavar="PROCESS:PHASE", help="just this cell; may be repeated"
    )
    options.add_argument("--keep", action="store_true", help="leave the stack up for looking at")
    chosen = options.parse_args()
    try:
        _ = [Cell.parse(one) for one in chosen.only]
    except ValueError as wrong:
        options.error(str(wrong))
    return chosen


def _carried(stack: Stack, cells: list[Cell], seed: int) -> list[Run]:
    stage = stage_on(stack)
    _seed(stage, len(cells))
    trial = Trial(stack, stage, seed)
    print("\n" + COLUMNS.format("killed", "phase", "seconds", "settled", "retries", "redone", "verdict"), flush=True)
    runs = [_shown(stack, trial.calm())]
    for cell in cells if runs[0].good else []:
        runs.append(_shown(stack, trial.disturb(cell)))
    return runs


def _seed(stage: Stage, cells: int) -> None:
    stage.seed()
    stage.ask(SeedTitles(city=CITY, count=max(200, cells * TITLES_PER_CELL), seed=SEED), seconds=120.0)


def _shown(stack: Stack, run: Run) -> Run:
    verdict = "ok" if run.good else "FAILED"
    columns = (run.process or "(nothing)", run.phase, run.seconds, run.settled_after, run.retries, run.redone, verdict)
    print(COLUMNS.format(*columns), flush=True)
    for sentence in run.wrong:
        print(f"    {sentence}")
    if run.wrong and run.process:
        log = run.process.replace(".engine", ".worker")
        print(f"    the end of {log}'s log:\n{tail(stack.layout.log_file(log), TAIL)}", flush=True)
    return run


def _write(file: Path, runs: list[Run], seed: int, up_seconds: float, seconds: float) -> None:
    summary = {
        "ok": bool(runs) and all(one.good for one in runs),
        "seed": seed,
        "up_seconds": round(up_seconds, 1),
        "seconds": round(seconds, 1),
        "runs": [asdict(one) | {"good": one.good} for one in runs],
    }
    file.write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())
