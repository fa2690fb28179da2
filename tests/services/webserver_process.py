"""A process that serves a small application with `HttpServer`: `python -m tests.services.webserver_process '<limits>'`.

Prints its port. SIGTERM stops it as a service would; the last line tells how many answers were cut.
"""

from __future__ import annotations

import json
import logging
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

import eventlet

from services.common.kit import logs
from services.common.kit.webserver import HttpServer, Limits

GATES: dict[str, Any] = {}


def slow_answer() -> Iterator[bytes]:
    """A download whose second half comes after `/open` was asked for."""
    yield b"first " * 1000
    GATES["stream"].wait()
    yield b"second"


def endless_answer() -> Iterator[bytes]:
    """A download without end."""
    while True:
        yield b"x" * 65536
        eventlet.sleep(0)


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
    """Answer by path."""
    path = environ["PATH_INFO"]
    environ["guohu.route"] = f"/{path.split('/')[1]}"
    environ["guohu.correlation_id"] = "test-correlation"
    if path == "/boom":
        raise ValueError("the ID number 42020219800101001X must not be seen")
    if path == "/stream":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return slow_answer()
    if path == "/endless":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return endless_answer()
    if path == "/open":
        GATES["stream"].send(None)
    if path == "/wait":
        GATES["stream"].wait()
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"got %d" % len(body)]


def run(limits: dict[str, Any], stop_seconds: float) -> None:
    """Serve until SIGTERM."""
    logs.configure("test", "serve")
    logging.getLogger("services").setLevel("INFO")
    GATES["stream"] = eventlet.event.Event()
    size = limits.pop("body_bytes", 1000)
    server = HttpServer(app, "127.0.0.1", 0, limits=Limits(**limits, body_bytes=lambda _method, _path: size))
    server.start()
    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: ended.append(number))
    print(server.address[1], flush=True)
    while not ended:  # a handler cannot wake the hub out of its poll
        eventlet.sleep(0.05)
    print("stopping", flush=True)
    print(f"cut {server.stop(stop_seconds)}", flush=True)


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    run(given, float(given.pop("stop_seconds", 10)))
