"""Kills one process of a running stack at a given moment of a phase, and knows when it is back.

Decides when the signal is sent: after a share of the time the phase takes undisturbed, and at the latest at its end, so that
it always falls into its phase.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import postgres, proc, rabbitmq, readiness
from deploy.local.stack import Stack
from tests.faults.matrix import SERVERS, Cell

ENGINE_CHILD = "services.common.kit.engine_child"


@dataclass
class Killer:
    """To be told of the phases of a sale as `Sale.tell`. `delay` in seconds from the beginning of the cell's phase."""

    stack: Stack
    cell: Cell
    delay: float
    killed: list[proc.Process] = field(default_factory=list)
    left_behind: list[proc.Process] = field(default_factory=list)
    _now: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def tell(self, phase: str, event: str) -> None:
        """A phase begins, or has ended."""
        if phase != self.cell.phase:
            return
        if event == "begins":
            self._thread = threading.Thread(target=self._wait_and_strike)
            self._thread.start()
        else:
            self.finish()

    def finish(self) -> None:
        """Strike now if it has not happened yet."""
        self._now.set()
        if self._thread is not None:
            self._thread.join()

    def _wait_and_strike(self) -> None:
        self._now.wait(self.delay)
        targets = engines_of(self.stack, self.cell.worker) if self.cell.is_engine else [self._supervised()]
        if not self.cell.is_engine and self.cell.process not in SERVERS:
            self.left_behind = engines_of(self.stack, self.cell.worker)
        for one in targets:
            proc.send(one, signal.SIGKILL)
        self.killed = targets

    def _supervised(self) -> proc.Process:
        found = proc.facts(self.stack.supervisor.children()[self.cell.process].pid)
        if found is None:
            raise RuntimeError(f"{self.cell.process} does not run")
        return found.process

    def is_back(self) -> bool:
        """Whether the killed are gone, and what replaces them works. A dead engine is replaced when it is needed next."""
        if any(map(proc.is_alive, (*self.killed, *self.left_behind))):
            return False
        if self.cell.process == "postgres":
            return postgres.answers(self.stack.secrets, self.stack.ports["postgres"])
        if self.cell.process == "rabbitmq":
            return rabbitmq.answers(self.stack.secrets, self.stack.ports)
        return readiness.readyz(self.cell.worker, self.stack.ports[self.cell.worker]).ready


def engines_of(stack: Stack, worker: str) -> list[proc.Process]:
    """Return the living engine children of a worker."""
    table = proc.everything()
    root = stack.supervisor.children()[worker].pid
    return [one.process for one in proc.tree(root, table)[1:] if ENGINE_CHILD in _command(one.process.pid)]


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""
