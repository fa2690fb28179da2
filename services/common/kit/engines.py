"""Runs CPU-heavy jobs in plain Python child processes, talked to over green pipes, so that no event loop is ever blocked.

A child is killed and replaced when a job takes too long, when it dies, and after many jobs. Jobs beyond the queue are refused.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import os
import signal
import struct
import sys
import time
from pathlib import Path
from typing import Any

import eventlet
import eventlet.pools
from eventlet.green import subprocess
from prometheus_client import Counter, Histogram

from services.common.kit.errors import DomainError, Kind, Unavailable

log = logging.getLogger(__name__)
START_SECONDS = 60.0
RECYCLE_AFTER = 5000
QUEUE = 64
LEAST_RUN = 5.0
"""Seconds a job is left once it has an engine, or half of its time where that is less."""

INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "GUOHU_STACK", "PYTHONWARNINGS")
ROOT = Path(__file__).resolve().parents[3]
HEADER = struct.Struct(">I")
JOBS = Histogram("guohu_engine_job_seconds", "Jobs in engine processes", ["job", "outcome"])
RESTARTS = Counter("guohu_engine_restarts_total", "Engine processes replaced", ["reason"])


def pack(header: dict[str, Any]) -> bytes:
    """Return a frame: bytes values inside `args` travel as blobs behind the JSON header."""
    blobs: list[bytes] = []

    def lift(value: Any) -> Any:
        if isinstance(value, (bytes, bytearray)):
            blobs.append(bytes(value))
            return {"$blob": len(blobs) - 1}
        if isinstance(value, dict):
            return {key: lift(one) for key, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [lift(one) for one in value]
        return value

    lifted = lift(header)
    lifted["blobs"] = [len(blob) for blob in blobs]
    body = json.dumps(lifted, ensure_ascii=False).encode()
    return b"".join([HEADER.pack(len(body)), body, *blobs])


def lower(value: Any, blobs: list[bytes]) -> Any:
    """Put blobs back where they belong."""
    if isinstance(value, dict):
        if set(value) == {"$blob"}:
            return blobs[value["$blob"]]
        return {key: lower(one, blobs) for key, one in value.items()}
    if isinstance(value, list):
        return [lower(one, blobs) for one in value]
    return value


class Engine:
    """One child process."""

    def __init__(self, module: str, settings: dict[str, Any], python: str) -> None:
        # no secret of the service is inherited: an engine is told what it needs in its settings
        passed = {name: os.environ[name] for name in INHERITED if name in os.environ}
        environment = {**passed, "GUOHU_ENGINE_SETTINGS": json.dumps(settings), "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            [python, "-m", "services.common.kit.engine_child", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=False,
        )
        self._numbers = itertools.count(1)
        self.jobs = 0
        self.between_jobs = True
        """Whether the next bytes from the child answer the next question; false while, and after, one was left unanswered."""
        try:
            with eventlet.Timeout(START_SECONDS, Unavailable("engine.start_too_slow")):
                self._read(0)
        except BaseException:
            self.kill()
            raise

    @property
    def pid(self) -> int:
        """The child's process id."""
        return int(self._process.pid)

    @property
    def alive(self) -> bool:
        """Whether the child still runs."""
        return self._process.poll() is None

    def run(self, job: str, args: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Return the job's result. Raises DomainError with the job's code; Unavailable when the child died or took too long."""
        number = next(self._numbers)
        question = pack({"id": number, "job": job, "args": args})
        self.jobs += 1
        self.between_jobs = False
        with eventlet.Timeout(seconds, Unavailable("engine.too_slow")):
            try:
                self._process.stdin.write(question)
                self._process.stdin.flush()
                return self._read(number)
            except (OSError, ValueError, struct.error) as wrong:
                raise Unavailable("engine.died") from wrong

    def _read(self, number: int) -> dict[str, Any]:
        (length,) = HEADER.unpack(self._exactly(HEADER.size))
        header = json.loads(self._exactly(length))
        blobs = [self._exactly(size) for size in header.get("blobs", [])]
        if header.get("id") != number:
            raise Unavailable("engine.died")
        self.between_jobs = True
        if header.get("ok"):
            result: dict[str, Any] = lower(header["result"], blobs)
            return result
        code = str(header.get("code", "engine.failed"))
        kind = Kind.INTERNAL if code == "engine.failed" else Kind(header.get("kind", Kind.INVALID))
        raise DomainError(code, kind, **header.get("context", {}))

    def _exactly(self, count: int) -> bytes:
        parts = []
        while count:
            part = self._process.stdout.read(count)
            if not part:
                raise Unavailable("engine.died")
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def kill(self) -> None:
        """End the child now and reap it."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                pipe.close()
            except OSError:
                log.debug("pipe was already gone")


class EnginePool:
    """A few equal engines; a job waits for a free one."""

    def __init__(
        self, module: str, settings: dict[str, Any], size: int, python: str | None = None, queue: int = QUEUE
    ) -> None:
        self._queue = queue
        self._module = module
        self._settings = settings
        self._python = python or sys.executable
        self._pool = eventlet.pools.Pool(min_size=0, max_size=size, create=self._create)
        self._engines: set[Engine] = set()
        self._size = size
        self._stopped = False

    def _create(self) -> Engine:
        engine = Engine(self._module, self._settings, self._python)
        if self._stopped:
            engine.kill()
            raise Unavailable("engine.stopped")
        self._engines.add(engine)
        return engine

    def start(self) -> None:
        """Start all engines now instead of at the first job. One that cannot start is tried again at the first job."""
        try:
            for engine in [self._pool.get() for _ in range(self._size)]:
                self._pool.put(engine)
        except Unavailable as wrong:
            log.error("engine does not start", extra={"code": wrong.code})  # noqa: TRY400

    @property
    def pids(self) -> list[int]:
        """Process ids of the running children."""
        return [engine.pid for engine in self._engines]

    def run(self, job: str, args: dict[str, Any], timeout: float = 20.0) -> dict[str, Any]:
        """Run on the next free engine, within `timeout` seconds all in all. Raises as `Engine.run`, and Unavailable `engine.busy`.

        A job waits only as long as enough is left to do it in: one begun with a moment to go would only be killed with its engine.
        """
        if self._pool.waiting() >= self._queue:
            raise Unavailable("engine.busy")
        started, outcome = time.perf_counter(), "failed"
        with eventlet.Timeout(timeout - min(LEAST_RUN, timeout / 2), Unavailable("engine.busy")):
            engine = self._living()
        reason = "cut"
        try:
            result = engine.run(job, args, max(0.1, timeout - (time.perf_counter() - started)))
            outcome = "done"
            return result
        except DomainError as wrong:
            reason, outcome = wrong.code, "failed" if isinstance(wrong, Unavailable) else "refused"
            raise
        finally:
            JOBS.labels(job, outcome).observe(time.perf_counter() - started)
            if not engine.between_jobs:
                self._renew(engine, reason)
            elif engine.jobs >= RECYCLE_AFTER:
                self._renew(engine, "recycled")
            else:
                self._pool.put(engine)

    def _living(self) -> Engine:
        while True:
            engine: Engine = self._pool.get()
            if engine.alive:
                return engine
            self._renew(engine, "died")

    def _renew(self, engine: Engine, reason: str) -> None:
        """End this child and start another in its place; whoever had the job does not wait for that."""
        RESTARTS.labels(reason).inc()
        log.warning("engine replaced", extra={"reason": reason, "count": engine.jobs})
        self._engines.discard(engine)
        engine.kill()
        eventlet.spawn_n(self._fill_place)

    def _fill_place(self) -> None:
        pause = 1.0
        while not self._stopped:
            try:
                self._pool.put(self._create())
                return
            except (DomainError, OSError, ValueError, struct.error) as wrong:
                log.error("engine does not start", extra={"error_type": type(wrong).__name__})  # noqa: TRY400
                eventlet.sleep(pause)
                pause = min(pause * 2, 30.0)

    def stop(self) -> None:
        """End all children."""
        self._stopped = True
        for engine in list(self._engines):
            engine.kill()
        self._engines.clear()
