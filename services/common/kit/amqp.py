"""One broker connection: held open, one reading greenthread, writes one at a time, reconnecting by itself.

Everything on the bus goes through a `Link`. Channels are held open and publishing waits for nothing, which is what makes a
round trip fast; where loss matters (outbox) the caller collects confirms.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import time
from collections.abc import Callable
from typing import Any

import eventlet
import eventlet.semaphore
import greenlet
import kombu
from amqp import spec
from amqp.basic_message import Message
from amqp.exceptions import AMQPError
from eventlet.event import Event

from services.common.kit.errors import Unavailable

log = logging.getLogger(__name__)
HEARTBEAT = 10
TICK = 2.0
READ = 1.0
OPEN_SECONDS = 10.0
CLOSE_SECONDS = 1.0
BACKOFF = (0.1, 0.2, 0.5, 1.0, 2.0)
_PUBLISH = "Bssbb"
_BROKEN = (AMQPError, OSError, EOFError, AttributeError)
"""A channel that lost its connection raises AttributeError when written to (amqp sets `connection` to None), a closed socket EOFError."""
_CUT = (eventlet.Timeout, greenlet.GreenletExit, Unavailable)
"""What may hit a greenthread while it waits in the middle of a write: the writer's own time limit, or its end."""


class Link:
    """A connection and its only channel. `on_open(channel)` runs at every (re)connection and subscribes; `on_drop()` at every loss."""

    def __init__(
        self, url: str, name: str, on_open: Callable[[Any], None], on_drop: Callable[[], None] = lambda: None
    ) -> None:
        self._url = url
        self._name = name
        self._on_open = on_open
        self._on_drop = on_drop
        self._write = eventlet.semaphore.Semaphore(1)
        self._connection: Any = None
        self._closing = False
        self._reader: Any = None
        self._opened = Event()
        self.channel: Any = None
        self.generation = 0

    @property
    def connected(self) -> bool:
        """Whether messages can be sent now."""
        return self.channel is not None

    def start(self, wait: float = 0.0) -> None:
        """Begin connecting; wait up to `wait` seconds for the first connection."""
        self._reader = eventlet.spawn(self._run)
        with eventlet.Timeout(wait, False):
            self._opened.wait()

    def publish(
        self, body: bytes, exchange: str, routing_key: str, *, mandatory: bool = False, **properties: Any
    ) -> None:
        """Write one message. Raises Unavailable when there is no connection or it breaks."""
        message = Message(body, **properties)
        self._send(spec.Basic.Publish, _PUBLISH, (0, exchange, routing_key, mandatory, False), message)

    def ack(self, generation: int, tag: int, *, multiple: bool = False) -> None:
        """Acknowledge; after a reconnection the broker has already redelivered, so old tags are dropped."""
        if generation == self.generation and self.connected:
            self._send(spec.Basic.Ack, "Lb", (tag, multiple))

    def hand_back(self, generation: int, tag: int) -> None:
        """Give a message back to its queue for somebody else."""
        if generation == self.generation and self.connected:
            self._send(spec.Basic.Reject, "Lb", (tag, True))

    def cancel(self, consumer_tag: str) -> None:
        """Ask the broker to send no more; what is on its way still arrives."""
        if self.connected:
            self._send(spec.Basic.Cancel, "sb", (consumer_tag, True))

    def _send(self, method: Any, form: str, args: tuple[Any, ...], content: Any = None) -> None:
        channel = self.channel
        if channel is None:
            raise Unavailable("bus.disconnected")
        with self._write:
            try:
                channel.send_method(method, form, args, content)
            except _BROKEN as wrong:
                raise Unavailable("bus.disconnected") from wrong
            except _CUT:
                self._sever(channel)  # half a frame may be written: nothing after it would be understood
                raise

    def close(self) -> None:
        """End the connection in order, so that everything written is processed, and the reader."""
        self._closing = True
        if self._reader is not None:
            self._reader.kill()
        if self.connected:
            with eventlet.Timeout(CLOSE_SECONDS, False), contextlib.suppress(*_BROKEN):
                self._connection.close()
        self._drop()

    def _sever(self, channel: Any) -> None:
        """Cut the connection of this channel; the reader notices and connects anew."""
        transport = getattr(self._connection, "_transport", None)  # the property would connect anew
        if channel is self.channel and transport is not None:
            with contextlib.suppress(*_BROKEN):
                transport.sock.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        failures = 0
        while not self._closing:
            try:
                with eventlet.Timeout(OPEN_SECONDS, TimeoutError("the broker does not answer")):
                    self._open()
                failures = 0
                self._read()
            except (*_BROKEN, kombu.exceptions.KombuError) as wrong:
                log.warning("broker connection lost", extra={"reason": self._name, "error_type": type(wrong).__name__})
            except Exception:
                # whatever a subscriber's callback did: a reader that ended here would leave the process deaf and called ready
                log.exception("broker connection reset", extra={"reason": self._name})
            self._drop()
            if not self._closing:
                eventlet.sleep(BACKOFF[min(failures, len(BACKOFF) - 1)])
                failures += 1

    def _open(self) -> None:
        connection = kombu.Connection(
            self._url, heartbeat=HEARTBEAT, connect_timeout=3, transport_options={"login_method": "PLAIN"}
        )
        connection.connect()
        self._connection = connection.connection
        self._connection.transport.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        channel = self._connection.channel()
        self.generation += 1
        self._on_open(channel)
        self.channel = channel
        if not self._opened.ready():
            self._opened.send(True)

    def _read(self) -> None:
        ticked = time.monotonic()
        while not self._closing:
            with contextlib.suppress(TimeoutError):
                self._connection.drain_events(timeout=READ)
            if time.monotonic() - ticked > TICK:
                ticked = time.monotonic()
                with self._write:
                    self._connection.heartbeat_tick(rate=2)

    def _drop(self) -> None:
        had, self.channel = self.channel, None
        connection, self._connection = self._connection, None
        transport = getattr(connection, "_transport", None)  # the property would connect anew
        if transport is not None:
            with contextlib.suppress(*_BROKEN):
                transport.close()
        if had is not None:
            self._on_drop()
