"""The hardened HTTP server every process uses: the gateway for people, the others for /healthz, /readyz and /metrics.

Decides how long a client may take, how much it may send, how many are served at once, what an access line says and how
the server stops. Leaves paths, formats and meaning to the WSGI application, and one connection's rules to `webprotocol`.

A request takes a worker slot only when its body has arrived whole, so that slow uploads cannot keep others waiting.
"""

from __future__ import annotations

import errno
import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import eventlet
from eventlet import greenio, wsgi
from eventlet.green import socket
from eventlet.semaphore import Semaphore

from services.common.kit.webhead import Refused
from services.common.kit.webprotocol import MIB, Connection, Limits, Refusal, complete_refusal, plain_refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    WsgiApp: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

__all__ = ["HttpServer", "Limits", "Refusal"]
log = logging.getLogger(__name__)
BACKLOG = 512
ACCEPT_PAUSE = 0.1
STOP_POLL = 0.02
SMALL_BODY = MIB
_OUT_OF_DESCRIPTORS = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


@dataclass
class Pressure:
    """What the connections of one server share: slots for work, and memory for bodies still on their way."""

    slots: Semaphore
    free_bytes: int
    kept_for_small: int = 0
    stopping: bool = field(default=False)

    def take(self, size: int) -> bool:
        """Reserve memory for a body; False where the server holds too much already.

        A part is kept for small bodies: a few slow uploads of files must not keep everybody else from signing.
        """
        if size > self.free_bytes - (self.kept_for_small if size > SMALL_BODY else 0):
            return False
        self.free_bytes -= size
        return True

    def give(self, size: int) -> None:
        """Return what `take` reserved."""
        self.free_bytes += size


class _Server(wsgi.Server):  # type: ignore[misc]
    """What eventlet's protocol asks of its server, with our limits added."""

    def __init__(self, listener: Any, app: WsgiApp, limits: Limits, refusal: Refusal, *, access_log: bool) -> None:
        super().__init__(
            listener,
            listener.getsockname(),
            app,
            protocol=Connection,
            log_output=False,
            debug=False,
            keepalive=limits.idle_seconds,
            url_length_limit=limits.line_bytes,
            socket_timeout=limits.socket_seconds,
        )
        self.limits = limits
        self.refusal = refusal
        self.access_log = access_log
        self.pressure = Pressure(Semaphore(limits.workers), limits.buffered_bytes, limits.buffered_bytes // 4)


class HttpServer:
    """Serves one WSGI application on one port.

    `limits` bound time, sizes and numbers. `refusal(status, code, asked)` gives headers and body of the answers
    the server makes without the application (400, 408, 411, 413, 414, 431, 500, 503); by default an English problem.
    """

    def __init__(
        self,
        app: WsgiApp,
        host: str,
        port: int,
        *,
        limits: Limits | None = None,
        refusal: Refusal = plain_refusal,
        access_log: bool = True,
    ) -> None:
        self._app = app
        self._where = (host, port)
        self._limits = limits or Limits()
        self._refusal = refusal
        self._access_log = access_log
        self._connections: dict[int, list[Any]] = {}
        self._greens: dict[int, Any] = {}
        self._sources: Counter[str] = Counter()
        self._listener: Any = None
        self._acceptor: Any = None
        self._server: Any = None

    def start(self) -> None:
        """Listen and accept from now on, in greenthreads of this process. Raises OSError where the port is taken."""
        host, port = self._where
        listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            listener.close()
            raise
        listener.listen(BACKLOG)
        self._listener = listener
        self._server = _Server(listener, self._app, self._limits, self._refusal, access_log=self._access_log)
        self._acceptor = eventlet.spawn(self._accept)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, the real one where 0 was asked for. Only after `start`."""
        name = self._listener.getsockname()
        return name[0], name[1]

    def stop(self, seconds: float) -> int:
        """Accept nobody, end idle connections, let running answers end for at most `seconds`; cut and count the rest."""
        if self._listener is None or self._server.pressure.stopping:
            return 0
        self._server.pressure.stopping = True
        self._server.keepalive = False
        self._acceptor.kill()
        self._listener.close()
        for state in list(self._connections.values()):
            idle = state[2] == wsgi.STATE_IDLE
            state[2] = wsgi.STATE_CLOSE
            if idle:
                greenio.shutdown_safe(state[1])
        with eventlet.Timeout(seconds, False):
            while self._connections:
                eventlet.sleep(STOP_POLL)
        return self._cut()

    def _cut(self) -> int:
        left = list(self._greens.values())
        for green in left:
            green.kill()
        if left:
            log.warning("answers cut", extra={"count": len(left)})
        return len(left)

    def _accept(self) -> None:
        while True:
            try:
                client, address = self._listener.accept()
            except OSError as wrong:
                if wrong.errno in _OUT_OF_DESCRIPTORS:
                    log.warning("cannot accept", extra={"error_type": errno.errorcode.get(wrong.errno, "OSError")})
                    eventlet.sleep(ACCEPT_PAUSE)
                elif wrong.errno == errno.EBADF:
                    return
                continue
            client.settimeout(self._limits.socket_seconds)
            source = self._limits.source_of(address[0])
            if len(self._connections) >= self._limits.connections or self._has_too_many(source):
                eventlet.spawn_n(self._turn_away, client)
                continue
            self._sources[source] += 1
            state = [address, client, wsgi.STATE_IDLE]
            self._connections[id(state)] = state
            self._greens[id(state)] = eventlet.spawn(self._serve, state, source)

    def _has_too_many(self, source: str) -> bool:
        """Whether one source holds as many connections as it may: one address must not take them all."""
        most = self._limits.connections_per_source
        return bool(most and source) and self._sources[source] >= most

    def _turn_away(self, client: Any) -> None:
        """Too many are connected: say so in one write and hang up."""
        headers, body = complete_refusal(self._refusal, Refused(503, "http.too_busy"), {})
        lines = [
            "HTTP/1.1 503 Service Unavailable",
            *(f"{name}: {value}" for name, value in headers),
            "Connection: close",
        ]
        try:
            client.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        except OSError:
            log.info("client gone", extra={"reason": "turned away"})
        finally:
            greenio.shutdown_safe(client)
            client.close()

    def _serve(self, state: list[Any], source: str) -> None:
        try:
            self._server.process_request(state)
        except (OSError, eventlet.Timeout) as wrong:
            log.info("client gone", extra={"error_type": type(wrong).__name__})
        except Exception as wrong:
            log.exception("connection failed", extra={"error_type": type(wrong).__name__})
        finally:
            self._connections.pop(id(state), None)
            self._greens.pop(id(state), None)
            self._sources[source] -= 1
            if not self._sources[source]:
                del self._sources[source]
            greenio.shutdown_safe(state[1])
            state[1].close()
