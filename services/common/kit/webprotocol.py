"""One HTTP/1.1 connection on eventlet's WSGI protocol, made strict and bounded; `webserver` owns the connections.

Decides when a client is too slow or sends too much, and the access line; which heads are well formed is `webhead`'s.
Request bodies need a Content-Length: a chunked one is answered 411, because its size is not known before it is read.
"""

from __future__ import annotations

import io
import json
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias, cast

import eventlet
from eventlet import wsgi
from eventlet.green import socket

from services.common.kit.webhead import Refused, StrictLines, check_head, check_line, is_token, origin_form

log = logging.getLogger(__name__)

Refusal: TypeAlias = Callable[[int, str, Mapping[str, str]], tuple[Mapping[str, str], bytes]]
KIB, MIB = 1024, 1024 * 1024
PIECE = 64 * KIB
LINGER_SECONDS, LINGER_BYTES = 2.0, 4 * MIB
RETRY_SECONDS = "1"


def _itself(address: str) -> str:
    return address


def _small_bodies(method: str, path: str) -> int:  # noqa: ARG001 (the shape of `Limits.body_bytes`)
    return 64 * KIB


def _too_large(method: str, path: str) -> str:  # noqa: ARG001 (the shape of `Limits.body_code`)
    return "http.body_too_large"


@dataclass(frozen=True)
class Limits:
    """Bounds of one server. Seconds and bytes.

    `body_bytes(method, path)` is asked before a body is read, `body_code` how a larger one is refused. `source_of(address)`: under
    what name an address is counted for `connections_per_source`; empty where it is not, as a proxy.
    """

    connections: int = 512
    connections_per_source: int = 0  # none: no bound
    source_of: Callable[[str], str] = _itself
    workers: int = 64
    socket_seconds: float = 15.0  # one read or write
    idle_seconds: float = 30.0  # between two requests
    header_seconds: float = 10.0  # first byte to end of headers
    body_seconds: float = 30.0  # all of the body
    slot_seconds: float = 5.0  # waiting for a worker
    response_seconds: float = 120.0  # work and answer, streams included
    line_bytes: int = 4 * KIB
    buffered_bytes: int = 64 * MIB  # all bodies being received or worked on
    body_bytes: Callable[[str, str], int] = _small_bodies
    body_code: Callable[[str, str], str] = _too_large


def plain_refusal(status: int, code: str, asked: Mapping[str, str]) -> tuple[Mapping[str, str], bytes]:  # noqa: ARG001
    """Return an RFC 9457 problem in English."""
    problem = {"type": f"urn:guohu:problem:{code}", "status": status, "code": code, "title": HTTPStatus(status).phrase}
    headers = {
        "Content-Type": "application/problem+json",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return headers, json.dumps(problem).encode()


def complete_refusal(
    refusal: Refusal, refused: Refused, asked: Mapping[str, str]
) -> tuple[list[tuple[str, str]], bytes]:
    """Return all headers and the body of an answer the server gives by itself."""
    given, body = refusal(refused.status, refused.code, asked)
    headers = [*given.items(), ("Content-Length", str(len(body)))]
    headers += [("Retry-After", RETRY_SECONDS)] if refused.status == HTTPStatus.SERVICE_UNAVAILABLE else []
    return headers, body


class Connection(wsgi.HttpProtocol):  # type: ignore[misc]
    """Reads requests one after the other. `self.server` is a `webserver._Server`."""

    server: Any
    path: str

    def handle_one_request(self) -> None:
        """Read one request and answer it; anything wrong is answered once and ends the connection."""
        self._began = time.perf_counter()
        self.environ: dict[str, Any] = {}
        self.command, self.requestline, self.request_version = "-", "", "HTTP/1.1"
        self.headers: Any = None
        try:
            if not self._read_head():
                self.close_connection = True
                return
            self.environ = self.get_environ()
            self._answer(self._read_body())
        except Refused as refused:
            self._refuse(refused)
        except OSError as gone:
            self.close_connection = True
            log.info("client gone", extra={"error_type": type(gone).__name__})

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Turn the standard library's HTML answer, which quotes the request, into ours."""
        codes = {431: "http.headers_too_large", 505: "http.version_not_supported"}
        raise Refused(int(code), codes.get(int(code), "http.bad_request"))

    def _read_head(self) -> bool:
        """Read request line and headers in time. False where the client has left or was idle too long."""
        self.connection.settimeout(self.server.limits.idle_seconds)
        try:
            if not self.rfile.peek(1):
                return False
        except OSError:
            return False
        self.connection.settimeout(self.server.limits.socket_seconds)
        if self.conn_state[2] != wsgi.STATE_CLOSE:
            self.conn_state[2] = wsgi.STATE_REQUEST
        self._read_lines()
        return True

    def _read_lines(self) -> None:
        limits, plain = self.server.limits, cast("Any", self).rfile
        try:
            with eventlet.Timeout(limits.header_seconds, Refused(408, "http.too_slow")):
                self.raw_requestline = plain.readline(limits.line_bytes + 1)
                if len(self.raw_requestline) > limits.line_bytes:
                    raise Refused(414, "http.uri_too_long")
                check_line(self.raw_requestline)
                self.rfile = StrictLines(wsgi.FileObjectForHeaders(plain))
                if not self.parse_request():
                    raise Refused(400, "http.bad_request")
        except (wsgi.HeaderLineTooLong, wsgi.HeadersTooLarge) as wrong:
            raise Refused(431, "http.headers_too_large") from wrong
        finally:
            self.rfile = plain
        check_head(self.command, self.requestline, self.request_version, self.headers)
        self.path = origin_form(self.command, self.path, self.headers.get("Host", ""))

    def _read_body(self) -> bytes:
        """Read the whole body before a worker is asked for. Raises Refused: 413, 408, 503."""
        limits, pressure = self.server.limits, self.server.pressure
        length = int(self.environ.get("CONTENT_LENGTH") or 0)
        if length > limits.body_bytes(self.command, self.environ["PATH_INFO"]):
            raise Refused(413, limits.body_code(self.command, self.environ["PATH_INFO"]))
        if not pressure.take(length):
            raise Refused(503, "http.too_busy")
        try:
            with eventlet.Timeout(limits.body_seconds, Refused(408, "http.too_slow")):
                return self._read_exactly(length)
        except BaseException:
            pressure.give(length)
            raise

    def _read_exactly(self, length: int) -> bytes:
        pieces, left, source = [], length, self.environ["eventlet.input"]
        while left:
            piece = source.read(min(PIECE, left))
            if not piece:
                raise ConnectionAbortedError
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)

    def _answer(self, body: bytes) -> None:
        self.environ["wsgi.input"] = io.BytesIO(body)
        self.environ["wsgi.input_terminated"] = True
        self.application = self._work
        limits = self.server.limits
        self.server.outstanding_requests += 1
        try:
            with eventlet.Timeout(limits.response_seconds):
                self.handle_one_response()
        except eventlet.Timeout:
            self.close_connection = True
        finally:
            self.server.outstanding_requests -= 1
            self.server.pressure.give(len(body))

    def _work(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Run the application in a worker slot; an answer that is streamed has left the slot before its first byte."""
        slots = self.server.pressure.slots
        if not slots.acquire(timeout=self.server.limits.slot_seconds):
            return self._refusal_body(Refused(503, "http.too_busy"), start_response)
        try:
            return cast("Iterable[bytes]", self.server.app(environ, self._noting(start_response)))
        except eventlet.Timeout:
            log.error("application too slow", extra=self._facts(503))  # noqa: TRY400 (no trace: it shows where we waited)
            return self._refusal_body(Refused(503, "http.too_busy"), start_response)
        except Exception:
            log.exception("application failed", extra=self._facts(500))
            return self._refusal_body(Refused(500, "http.internal"), start_response)
        finally:
            slots.release()

    def _noting(self, start_response: Callable[..., Any]) -> Callable[..., Any]:
        """Write the access line when the status is known."""

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            self._note(int(status.split(" ", 1)[0]))
            return start_response(status, headers, exc_info)

        return start

    def _refusal_body(self, refused: Refused, start_response: Callable[..., Any]) -> list[bytes]:
        headers, body = complete_refusal(self.server.refusal, refused, self.headers or {})
        self.environ.setdefault("guohu.correlation_id", dict(headers).get("X-Correlation-Id", "-"))
        self.close_connection = True
        self._noting(start_response)(f"{refused.status} {HTTPStatus(refused.status).phrase}", headers)
        return [] if self.command == "HEAD" else [body]

    def _refuse(self, refused: Refused) -> None:
        """Answer outside the application and wait a moment for the client to read it: its upload may still be running."""
        self.close_connection = True
        sent: list[bytes] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:  # noqa: ARG001
            lines = [
                f"HTTP/1.1 {status}",
                *(f"{name}: {value}" for name, value in headers),
                "Connection: close",
                "",
                "",
            ]
            sent.append("\r\n".join(lines).encode("latin-1"))

        body = self._refusal_body(refused, start_response)
        try:
            self.wfile.write(b"".join(sent + body))
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)
            self._linger()
        except OSError as gone:
            log.info("client gone", extra={"error_type": type(gone).__name__})

    def _linger(self) -> None:
        """Read on and throw away, or the reset of an unread upload would destroy the answer on its way."""
        left = LINGER_BYTES
        with eventlet.Timeout(LINGER_SECONDS, False):
            while left > 0 and (piece := self.connection.recv(PIECE)):
                left -= len(piece)

    def _facts(self, status: int) -> dict[str, object]:
        """Return what an access line says: the route's template, never the path with its tokens and numbers, no query."""
        return {
            "method": self.command if is_token(self.command) else "-",
            "path": self.environ.get("guohu.route", "-"),
            "status": status,
            "seconds": round(time.perf_counter() - self._began, 4),
            "correlation_id": self.environ.get("guohu.correlation_id", "-"),
        }

    def _note(self, status: int) -> None:
        if self.server.access_log:
            log.info("request", extra=self._facts(status))
