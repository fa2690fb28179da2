"""How the stack is shown to a person: step lines with elapsed seconds, and tables. Plain text, also in a CI log."""

import sys
import time
from collections.abc import Sequence
from dataclasses import asdict

from deploy.local.stack import ProcessStatus, Stack

_MIB = 1024 * 1024


class Steps:
    """Prints one line per step with the seconds since it was made."""

    def __init__(self) -> None:
        """Start the clock."""
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._began

    def __call__(self, text: str) -> None:
        """Print one step."""
        for line in text.splitlines():
            sys.stdout.write(f"[{self.seconds:6.1f} s] {line}\n")
        sys.stdout.flush()


def summary(stack: Stack, seconds: float) -> str:
    """Where to look, after `up`."""
    url = stack.environments.public_url
    rows = [
        ("Gateway", url),
        ("API page", f"{url}/docs"),
        ("Logs", str(stack.layout.log)),
        ("State", str(stack.layout.root)),
        ("Ready in", f"{seconds:.1f} s"),
    ]
    return "\n".join(f"  {name:<9} {value}" for name, value in rows)


def status_table(rows: Sequence[ProcessStatus]) -> str:
    """One line per process; memory and CPU include what it started."""
    lines = [f"{'process':<18} {'state':<9} {'pid':>7} {'port':>6} {'up':>9} {'MiB':>7} {'cpu s':>8} {'procs':>5}"]
    now = time.time()
    for row in rows:
        age = f"{now - row.since:.0f} s" if row.since and row.state == "RUNNING" else "-"
        port = str(row.port) if row.port else "-"
        lines.append(
            f"{row.name:<18} {row.state:<9} {row.pid or '-':>7} {port:>6} {age:>9} "
            f"{row.resident / _MIB:>7.0f} {row.cpu_seconds:>8.1f} {row.processes:>5}"
        )
    total = sum(row.resident for row in rows) / _MIB
    lines.append(f"{'total':<18} {'':<9} {'':>7} {'':>6} {'':>9} {total:>7.0f}")
    return "\n".join(lines)


def status_json(rows: Sequence[ProcessStatus]) -> list[dict[str, object]]:
    """Return the same for programs."""
    return [asdict(row) for row in rows]
