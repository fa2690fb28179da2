"""Where the CPU of one whole sale goes: by process of the stack and step of the sale, user and system, children included.

A sale as `deploy.demo` carries it, over HTTP, on this machine's stack: started if it does not run, and stopped then at the end. What
the demo itself uses (drawing faces, checking the PDF) is not in it; a process that only waits shows what waiting costs, which is
why a rest of the same length as the sale is measured too. Run: `python -m tests.bench.sale_cpu`.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from deploy.demo.__main__ import stage_on
from deploy.demo.progress import cpu_seconds
from deploy.demo.sale import PHASES, Sale
from deploy.local.layout import Layout
from deploy.local.stack import Stack

RESULT = Path(__file__).resolve().parents[2] / "var" / "sale_cpu.json"
REST_SECONDS = 10.0
from tests.stack.waiting import hold_still


@dataclass
class Account:
    """CPU seconds by step and process. To be told of the steps of a sale as `Sale.tell`."""

    pids: dict[str, int]
    steps: dict[str, dict[str, float]] = field(default_factory=dict)
    _before: dict[str, float] = field(default_factory=dict)

    def tell(self, step: str, event: str) -> None:
        """A step begins, or has ended."""
        now = cpu_seconds(self.pids)
        if event != "begins":
            self.steps[step] = {name: max(0.0, now[name] - self._before[name]) for name in self.pids}
        self._before = now

    def total(self, step: str = "", process: str = "") -> float:
        """The sum of a step, of a process, or of all."""
        return sum(
            used
            for one, spent in self.steps.items()
            for name, used in spent.items()
            if step in {"", one} and process in {"", name}
        )


def measure() -> dict[str, float]:
    """Return CPU seconds of the sale: in all, per step, per process, and what the resting stack uses a second."""
    stack = Stack(Layout.from_environment().var, say=lambda line: print(line, file=sys.stderr))
    was_up = any(one.pid for one in stack.status())
    stack.up()
    try:
        account, rest = _carried(stack)
    finally:
        if not was_up:
            stack.down()
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({"steps": account.steps, "rest_cpu_a_second": rest}, indent=2) + "\n")
    print(table(account), file=sys.stderr)
    return {
        "sale.cpu_s": round(account.total(), 2),
        "sale.rest.cpu_a_second": round(rest, 3),
        **{f"sale.cpu_s.step.{step}": round(account.total(step=step), 2) for step in account.steps},
        **{f"sale.cpu_s.process.{name}": round(account.total(process=name), 2) for name in sorted(account.pids)},
    }


def _carried(stack: Stack) -> tuple[Account, float]:
    stage = stage_on(stack)
    stage.seed()
    cast = stage.cast(every_way=True)
    account = Account({one.name: one.pid for one in stack.status() if one.pid})
    Sale(cast, account.tell).run()
    before, begun = cpu_seconds(account.pids), time.monotonic()
    hold_still(REST_SECONDS)  # the rest is what is measured
    after, length = cpu_seconds(account.pids), time.monotonic() - begun
    return account, sum(after[name] - before[name] for name in account.pids) / length


def table(account: Account) -> str:
    """Processes by what they used, steps across."""
    steps = [one for one in PHASES if one in account.steps]
    order = sorted(account.pids, key=lambda name: -account.total(process=name))
    lines = [f"{'CPU seconds':<18}" + "".join(f"{one:>9}" for one in steps) + f"{'all':>9}"]
    for name in order:
        used = [account.steps[one][name] for one in steps]
        lines.append(f"{name:<18}" + "".join(f"{one:>9.2f}" for one in (*used, sum(used))))
    sums = [account.total(step=one) for one in steps]
    lines.append(f"{'all':<18}" + "".join(f"{one:>9.2f}" for one in (*sums, sum(sums))))
    return "\n".join(lines)


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))  # noqa: T201 - the command's output
