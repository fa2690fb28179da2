"""A process's own small HTTP server, on loopback unless told otherwise, outside the worker pools: `/healthz`, `/readyz`, `/metrics`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from typing import Any

import eventlet
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.common.kit.webserver import HttpServer

KEEP_GOOD = 15.0
KEEP_BAD = 1.0
CHECK_SECONDS = 3.0


class Readiness:
    """Uses each dependency for real; a good answer is kept 15 s, a bad one 1 s."""

    def __init__(self, checks: dict[str, Callable[[], bool]]) -> None:
        self._checks = checks
        self._kept: tuple[float, dict[str, bool]] = (0.0, {})

    def look(self) -> dict[str, bool]:
        """Return which dependencies answer."""
        until, kept = self._kept
        if time.monotonic() < until:
            return kept
        found = {name: self._try(check) for name, check in list(self._checks.items())}
        self._kept = (time.monotonic() + (KEEP_GOOD if all(found.values()) else KEEP_BAD), found)
        return found

    @staticmethod
    def _try(check: Callable[[], bool]) -> bool:
        try:
            with eventlet.Timeout(CHECK_SECONDS):
                return bool(check())
        except (Exception, eventlet.Timeout):  # noqa: BLE001 - any failure means: not ready
            return False


def admin_server(port: int, readiness: Readiness, version: Callable[[], str], host: str = "127.0.0.1") -> HttpServer:
    """Build the server; the caller starts and stops it. Another `host` than loopback: where probes come from outside."""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/healthz":
            return _answer(start_response, "200 OK", {"alive": True, "version": version()})
        if path == "/readyz":
            found = readiness.look()
            ready = all(found.values())
            return _answer(
                start_response, "200 OK" if ready else "503 Service Unavailable", {"ready": ready, "checks": found}
            )
        if path == "/metrics":
            start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest()]
        return _answer(start_response, "404 Not Found", {"code": "http.not_found"})

    return HttpServer(app, host, port, access_log=False)


def _answer(start_response: Callable[..., Any], status: str, body: dict[str, Any]) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(body).encode()]
