"""Runs CPU-heavy jobs in plain Python child processes, talked to over green pipes, so that no event loop is ever blocked.

A child is killed and replaced when a job takes too long, when it dies, and after many jobs. Jobs beyond the queue are refused.
"""

from __future__ import annotations

import itertools
import json
import logging
import os
import signal
import struct
import sys
import time
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
        environment = {**os.environ, "GUOHU_ENGINE_SETTINGS": json.dumps(settings), "PYTHONPATH": os.getcwd()}
        self._process = subprocess.Popen(
            [python, "-m", "services.common.kit.engine_child", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=False,
        )
        self._numbers = itertools.count(1)
        self.jobs = 0
        try:
            with eventlet.Timeout(START_SECONDS, Unavailable("engine.start_too_slow")):
                self._read()
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
        self.jobs += 1
        with eventlet.Timeout(seconds, Unavailable("engine.too_slow")):
            try:
                self._process.stdin.write(pack({"id": next(self._numbers), "job": job, "args": args}))
                self._process.stdin.flush()
                return self._read()
            except (OSError, ValueError, struct.error) as wrong:
                raise Unavailable("engine.died") from wrong

    def _read(self) -> dict[str, Any]:
        (length,) = HEADER.unpack(self._exactly(HEADER.size))
        header = json.loads(self._exactly(length))
        blobs = [self._exactly(size) for size in header.get("blobs", [])]
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
        try:
            os.kill(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                pipe.close()
            except OSError:
                log.debug("pipe was already gone")


class EnginePool:
    """A few equal engines; a job waits for a free one."""

    def __init__(self, module: str, settings: dict[str, Any], size: int, python: str | None = None) -> None:
        self._module = module
        self._settings = settings
        self._python = python or sys.executable
        self._pool = eventlet.pools.Pool(min_size=0, max_size=size, create=self._create)
        self._engines: set[Engine] = set()
        self._size = size

    def _create(self) -> Engine:
        engine = Engine(self._module, self._settings, self._python)
        self._engines.add(engine)
        return engine

    def start(self) -> None:
        """Start all engines now instead of at the first job."""
        for engine in [self._pool.get() for _ in range(self._size)]:
            self._pool.put(engine)

    @property
    def pids(self) -> list[int]:
        """Process ids of the running children."""
        return [engine.pid for engine in self._engines]

    def run(self, job: str, args: dict[str, Any], timeout: float = 20.0) -> dict[str, Any]:
        """Run on the next free engine, within `timeout` seconds all in all. Raises as `Engine.run`, and Unavailable `engine.busy`."""
        if self._pool.waiting() >= QUEUE:
            raise Unavailable("engine.busy")
        started, outcome = time.perf_counter(), "failed"
        with eventlet.Timeout(timeout, Unavailable("engine.busy")):
            engine = self._pool.get()
        try:
            if not engine.alive:
                engine = self._replace(engine, "died")
            result = engine.run(job, args, max(0.1, timeout - (time.perf_counter() - started)))
            outcome = "done"
            return result
        except Unavailable as wrong:
            log.warning("engine replaced", extra={"job": job, "code": wrong.code})
            engine = self._replace(engine, wrong.code)
            raise
        except DomainError:
            outcome = "refused"
            raise
        finally:
            if engine.jobs >= RECYCLE_AFTER:
                engine = self._replace(engine, "recycled")
            JOBS.labels(job, outcome).observe(time.perf_counter() - started)
            self._pool.put(engine)

    def _replace(self, engine: Engine, reason: str) -> Engine:
        RESTARTS.labels(reason).inc()
        self._engines.discard(engine)
        engine.kill()
        return self._create()

    def stop(self) -> None:
        """End all children."""
        for engine in list(self._engines):
            engine.kill()
        self._engines.clear()
