"""Asks services from an ordinary program without an event loop: the operators' command, tests, benchmarks. One question at a time."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import kombu
from amqp.basic_message import Message
from amqp.exceptions import AMQPError

from services.common.kit import wire
from services.common.kit.actors import ActorSigner
from services.common.kit.calls import Actor, ActorKind, new_id
from services.common.kit.errors import Unavailable, from_wire
from services.common.kit.wire import DONE, REPLY_TO
from services.common.messages.shapes import RPC_OF, Rpc


class BlockingClient:
    """A connection of its own; the answer is waited for on it."""

    def __init__(self, url: str, signer: ActorSigner) -> None:
        self._signer = signer
        self._connection = kombu.Connection(url, connect_timeout=5)
        self._channel = self._connection.channel()
        self._awaited = ""
        self._answer: Any = None
        self._channel.basic_consume(REPLY_TO, no_ack=True, callback=self._receive)

    def _receive(self, message: Any) -> None:
        if message.properties.get("correlation_id") == self._awaited:  # others are answers that came too late
            self._answer = message

    def ask(
        self, message: Any, *, actor: Actor | None = None, request_id: str | None = None, seconds: float | None = None
    ) -> Any:
        """Return the reply. Raises ServiceError or Unavailable."""
        return self.ask_as(RPC_OF[type(message)], message, actor=actor, request_id=request_id, seconds=seconds)

    def ask_as(
        self,
        rpc: Rpc,
        message: Any,
        *,
        actor: Actor | None = None,
        request_id: str | None = None,
        seconds: float | None = None,
    ) -> Any:
        """Ask with the declaration given."""
        seconds = seconds or rpc.deadline
        headers = self.headers(actor or Actor(ActorKind.SERVICE, self._signer.issuer), seconds)
        if rpc.is_command:
            headers["request_id"] = request_id or new_id()
        answer = self.exchange(rpc.queue, rpc.name, wire.dumps(wire.to_plain(message)), headers, seconds)
        body = wire.loads(answer.body if isinstance(answer.body, bytes) else answer.body.encode())
        if answer.properties.get("type") == DONE:
            return wire.from_plain(rpc.reply, body)
        raise from_wire(body)

    def headers(self, actor: Actor, seconds: float) -> dict[str, Any]:
        """Return what every question carries: until when, who asks, and a number to follow it by."""
        return {"deadline": repr(time.time() + seconds), "actor": self._signer.sign(actor), "correlation_id": new_id()}

    def exchange(self, queue: str, kind: str, body: bytes, headers: dict[str, Any], seconds: float) -> Any:
        """Send raw bytes and return the answering message. Raises Unavailable after `seconds` or without a broker."""
        number, self._answer = new_id(), None
        self._awaited = number
        message = Message(
            body,
            type=kind,
            correlation_id=number,
            reply_to=REPLY_TO,
            expiration=str(int(seconds * 1000)),
            application_headers=headers,
            delivery_mode=1,
        )
        until = time.monotonic() + seconds
        try:
            self._channel.basic_publish(message, "", queue)
            while self._answer is None:
                left = until - time.monotonic()
                if left <= 0:
                    raise Unavailable("bus.no_answer")
                with contextlib.suppress(TimeoutError):
                    self._connection.drain_events(timeout=left)
        except (AMQPError, OSError) as wrong:
            raise Unavailable("bus.disconnected") from wrong
        return self._answer

    def close(self) -> None:
        """Hang up."""
        self._connection.release()
