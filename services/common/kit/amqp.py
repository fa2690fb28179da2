"""One broker connection: held open, one reading greenthread, writes one at a time, reconnecting by itself.

Everything on the bus goes through a `Link`. Channels are held open and publishing waits for nothing, which is what makes a
round trip fast; where loss matters (outbox) the caller collects confirms.
"""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Callable, Iterator
from typing import Any

import eventlet
import eventlet.semaphore
import greenlet
import kombu
from amqp import spec
from amqp.basic_message import Message
from amqp.exceptions import AMQPError
from amqp.transport import TCPTransport
from eventlet.event import Event

from services.common.kit.errors import Unavailable

log = logging.getLogger(__name__)
HEARTBEAT = 10
TICK = 2.0
CHUNK = 64 * 1024
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
        self._beat: Any = None
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
        self._beat = eventlet.spawn(self._keep_alive)
        with eventlet.Timeout(wait, False):
            self._opened.wait()

    def publish(
        self, body: bytes, exchange: str, routing_key: str, *, mandatory: bool = False, **properties: Any
    ) -> None:
        """Write one message. Raises Unavailable when there is no connection or it breaks."""
        message = Message(body, **properties)
        self._send(spec.Basic.Publish, _PUBLISH, (0, exchange, routing_key, mandatory, False), message)

    def answer(self, body: bytes, routing_key: str, generation: int, tag: int, **properties: Any) -> None:
        """Write one message and the acknowledgement of the one it answers, in this order and in one piece. Raises Unavailable."""
        message = Message(body, **properties)
        with self._writing() as channel:
            transport, pieces = channel.connection._transport, []  # noqa: SLF001
            write, transport._write = transport._write, lambda piece: pieces.append(bytes(piece))  # noqa: SLF001
            try:  # nothing in here waits, so nobody else writes in between
                channel.send_method(spec.Basic.Publish, _PUBLISH, (0, "", routing_key, False, False), message)
                if generation == self.generation:
                    channel.send_method(spec.Basic.Ack, "Lb", (tag, False))
            finally:
                transport._write = write  # noqa: SLF001
            write(b"".join(pieces))

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
        with self._writing() as channel:
            channel.send_method(method, form, args, content)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Any]:
        """Hold the channel for one write. Raises Unavailable."""
        channel = self.channel
        if channel is None:
            raise Unavailable("bus.disconnected")
        with self._write:
            try:
                yield channel
            except BaseException as wrong:
                if isinstance(wrong, (*_BROKEN, *_CUT)):
                    self._sever(channel)  # half a frame may be written: nothing after it would be understood
                if isinstance(wrong, _BROKEN):
                    raise Unavailable("bus.disconnected") from wrong
                raise

    def close(self) -> None:
        """End the connection in order, so that everything written is processed, and the reader."""
        self._closing = True
        for thread in (self._reader, self._beat):
            if thread is not None:
                thread.kill()
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
        transport = self._connection.transport
        transport.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if (
            type(transport) is TCPTransport
        ):  # it reads seven bytes, then the frame, then one byte; a message has three frames
            receive = transport.sock.recv
            transport._quick_recv = lambda _: receive(CHUNK)  # noqa: SLF001 - it keeps what is more than it asked for
        channel = self._connection.channel()
        self.generation += 1
        self._on_open(channel)
        self.channel = channel
        if not self._opened.ready():
            self._opened.send(True)

    def _read(self) -> None:
        while not self._closing:
            self._connection.drain_events()  # without a timeout: it would bound writes too, which share the socket

    def _keep_alive(self) -> None:
        """Send heartbeats; cut a connection on which none arrive, or on which nothing can be written any more."""
        while not self._closing:
            eventlet.sleep(TICK)
            channel, connection = self.channel, self._connection
            if channel is None:
                continue
            try:
                with eventlet.Timeout(2 * HEARTBEAT, TimeoutError("the broker takes nothing")), self._write:
                    connection.heartbeat_tick(rate=2)
            except _BROKEN:
                self._sever(channel)

    def _drop(self) -> None:
        had, self.channel = self.channel, None
        connection, self._connection = self._connection, None
        transport = getattr(connection, "_transport", None)  # the property would connect anew
        if transport is not None:
            with contextlib.suppress(*_BROKEN):
                transport.close()
        if had is not None:
            self._on_drop()
