"""What the bus costs: the kit beside stock nameko, on the same broker, with the same payload, in the same minutes.

Compared are round trips a second and CPU (user and system, asking and answering process together, from /proc) per call:
stock nameko 2.14.1, the kit's bare transport, the full kit (codec, deadline, tracing, actor) asked as a query, the same as a
request with a request_id, whose answer is kept in a database, and a command that also changes a row and tells an event of it. Rounds are interleaved and ratios are medians of each round's, so that a busy machine hits all alike.
Then the way of an event: from the producer's commit to the handler's, one at a time.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import tests.support.probe.messages
from services.common.kit import topology
from tests.support.probe.messages import Count
from tests.support.rig import ROOT, Rig, eventually

assert tests.support.probe.messages  # noqa: S101 - its queues must be known before they are declared
VARIANTS = ("stock", "transport", "kit", "request", "command")
CONCURRENCY = (1, 16)
ROUNDS, SECONDS = 7, 1.2
EVENTS = 100
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Variant:
    """A driver and the process that answers it."""

    driver: subprocess.Popen[str]
    service: int
    rates: dict[int, list[float]] = field(default_factory=dict)
    cpu_ms: dict[int, list[float]] = field(default_factory=dict)

    def wait(self) -> None:
        """Until the driver has warmed up."""
        if not self._read().get("ready"):
            raise AssertionError("the driver says something else first")

    def run(self, concurrency: int, seconds: float) -> None:
        """One round."""
        before = self._cpu()
        assert self.driver.stdin is not None  # noqa: S101
        self.driver.stdin.write(f"{concurrency} {seconds}\n")
        self.driver.stdin.flush()
        done = self._read()
        self.rates.setdefault(concurrency, []).append(done["calls"] / done["seconds"])
        self.cpu_ms.setdefault(concurrency, []).append((self._cpu() - before) / done["calls"] * 1000)

    def _cpu(self) -> float:
        return cpu_seconds(self.driver.pid) + cpu_seconds(self.service)

    def _read(self) -> dict[str, float]:
        assert self.driver.stdout is not None  # noqa: S101
        line = self.driver.stdout.readline()
        if not line:
            raise AssertionError(f"the driver has ended with {self.driver.wait()}")
        read: dict[str, float] = json.loads(line)
        return read


def cpu_seconds(pid: int) -> float:
    """User and system time of one process, all threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


@contextlib.contextmanager
def _started(rig: Rig) -> Iterator[dict[str, Variant]]:
    environment = rig.environment(BENCH_KEY=str(rig.var / "actors" / "driver.key"), PYTHONWARNINGS="ignore")
    ours: list[subprocess.Popen[str]] = []

    def run(module: str, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", f"tests.bench.processes.{module}", *arguments]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        ours.append(subprocess.Popen(command, env=environment, cwd=ROOT, text=True, **pipes))  # type: ignore[call-overload]
        return ours[-1]

    try:
        (serve,) = rig.crew(serve=1, worker=0)
        stock, bare = run("stock_service"), run("bare_service")
        assert bare.stdout is not None  # noqa: S101
        bare.stdout.readline()
        eventually(lambda: _declared(rig, "rpc-bench_stock"))
        found = {
            "stock": Variant(run("stock_driver"), stock.pid),
            "transport": Variant(run("kit_driver", "bare"), bare.pid),
            "kit": Variant(run("kit_driver", "query"), serve.pid),
            "request": Variant(run("kit_driver", "request"), serve.pid),
            "command": Variant(run("kit_driver", "command"), serve.pid),
        }
        for one in found.values():
            one.wait()
        yield found
    finally:
        for process in ours:
            process.kill()
            process.wait()


def _declared(rig: Rig, queue: str) -> bool:
    try:
        return rig.waiting(queue) >= 0
    except Exception:  # noqa: BLE001 - not there yet
        return False


def measure_rpc(rig: Rig) -> dict[str, float]:
    """Return round trips a second, CPU per call and ratios to stock."""
    with _started(rig) as variants:
        for _ in range(ROUNDS):
            for concurrency in CONCURRENCY:
                for name in VARIANTS:
                    variants[name].run(concurrency, SECONDS)
    figures: dict[str, float] = {}
    for concurrency in CONCURRENCY:
        stock = variants["stock"]
        for name in VARIANTS:
            one, end = variants[name], f"c{concurrency}"
            figures[f"rpc.{name}.per_second.{end}"] = round(median(one.rates[concurrency]), 1)
            figures[f"rpc.{name}.cpu_ms.{end}"] = round(median(one.cpu_ms[concurrency]), 3)
            if name != "stock":
                figures[f"rpc.{name}.ratio.{end}"] = _ratio(one.rates[concurrency], stock.rates[concurrency])
                figures[f"rpc.{name}.cpu_ratio.{end}"] = _ratio(one.cpu_ms[concurrency], stock.cpu_ms[concurrency])
    return figures


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return round(median(one / other for one, other in zip(ours, theirs, strict=True)), 3)


def measure_events(rig: Rig, events: int = EVENTS) -> dict[str, float]:
    """Return milliseconds from the producer's commit to the handler's, one event at a time."""
    times = rig.var / "times"
    times.touch()
    rig.crew(PROBE_TIMES=str(times))
    client = rig.client()
    for number in range(events + 5):
        client.ask(Count(name="bench-event"), request_id=f"bench-event-{number}")
        eventually(lambda: times.read_text().count("handled") == number + 1, pause=0.01)  # noqa: B023
    stamps = [line.split() for line in times.read_text().splitlines()]
    told = {value: float(at) for what, value, at in stamps if what == "committed"}
    taken = sorted((float(at) - told[value]) * 1000 for what, value, at in stamps if what == "handled")[:]
    return {
        "event.commit_to_handled.p50_ms": round(median(taken), 2),
        "event.commit_to_handled.p95_ms": round(taken[int(len(taken) * 0.95)], 2),
    }


def measure() -> dict[str, float]:
    """Return all figures, on servers of this bench's own."""
    begun = time.monotonic()
    rig = Rig.up(Path(tempfile.mkdtemp(prefix="guohu-bench-")))
    try:
        topology.declare(rig.amqp_url)
        rig.migrate()
        figures = measure_events(rig) | measure_rpc(rig)
    finally:
        rig.down()
    return figures | {"bench.bus.seconds": round(time.monotonic() - begun, 1)}


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
