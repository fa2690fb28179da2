"""Asks other services, always with a deadline. No answer is `Unavailable`, never a hang and never a guess."""

from __future__ import annotations

import itertools
import time
from typing import Any

import eventlet
from eventlet.event import Event
from prometheus_client import Histogram

from services.common.kit import tracing, wire
from services.common.kit.actors import ActorSigner
from services.common.kit.amqp import Link
from services.common.kit.calls import Actor, ActorKind, Call, new_id
from services.common.kit.errors import Unavailable, from_wire
from services.common.kit.wire import DONE, REFUSED, REPLY_TO
from services.common.messages.shapes import RPC_OF, Rpc

ASKED = Histogram("guohu_rpc_asked_seconds", "Round trips to other services", ["method", "outcome"])


class Transport:
    """Round trips of bytes: publish a question with a time to live, wait for the answer that carries its number."""

    def __init__(self, url: str, name: str) -> None:
        self._numbers = itertools.count(1)
        self._waiting: dict[str, Event] = {}
        self.link = Link(url, f"rpc client of {name}", self._subscribe, self._give_up)

    def _subscribe(self, channel: Any) -> None:
        channel.basic_consume(REPLY_TO, no_ack=True, callback=self._receive)

    def _receive(self, message: Any) -> None:
        waiting = self._waiting.pop(message.properties.get("correlation_id", ""), None)
        if waiting is not None:
            waiting.send(message)

    def _give_up(self) -> None:
        """The connection is lost, and with it every answer under way."""
        waiting, self._waiting = self._waiting, {}
        for event in waiting.values():
            event.send_exception(Unavailable("bus.disconnected"))

    def round_trip(self, queue: str, kind: str, body: bytes, headers: dict[str, Any], seconds: float) -> Any:
        """Return the answering message. Raises Unavailable after `seconds`, when the broker has also dropped the question."""
        number = str(next(self._numbers))
        event = self._waiting[number] = Event()
        try:
            with eventlet.Timeout(seconds, Unavailable("bus.no_answer")):
                self.link.publish(
                    body,
                    "",
                    queue,
                    type=kind,
                    correlation_id=number,
                    reply_to=REPLY_TO,
                    expiration=str(max(1, int(seconds * 1000))),
                    application_headers=headers,
                    delivery_mode=1,
                )
                return event.wait()
        finally:
            self._waiting.pop(number, None)


class RpcClient:
    """Asks typed questions in the name of one service; the gateway asks in the name of whoever sent the request."""

    def __init__(self, url: str, service: str, signer: ActorSigner) -> None:
        self._service = service
        self._signer = signer
        self.transport = Transport(url, service)

    def start(self, wait: float = 5.0) -> None:
        """Connect."""
        self.transport.link.start(wait)

    def ask(self, message: Any, call: Call, *, request_id: str | None = None, deadline: float | None = None) -> Any:
        """Return the reply. Raises ServiceError with the neighbour's code, or Unavailable.

        `deadline`: seconds; by default the shape's own, cut to what is left of the caller's.
        """
        rpc = RPC_OF[type(message)]
        return self.ask_as(rpc, rpc.queue, message, call, request_id=request_id, deadline=deadline)

    def ask_as(
        self, rpc: Rpc, queue: str, message: Any, call: Call, *, request_id: str | None, deadline: float | None
    ) -> Any:
        """Ask with the declaration given: for questions every service answers alike."""
        seconds = deadline or rpc.deadline
        if call.deadline:
            seconds = min(seconds, call.remaining)
        if seconds <= 0:
            raise Unavailable("bus.too_late")
        started = time.perf_counter()
        outcome = "unavailable"
        try:
            headers = self._headers(call, request_id, time.time() + seconds)
            answer = self.transport.round_trip(queue, rpc.name, wire.dumps(wire.to_plain(message)), headers, seconds)
            outcome = answer.properties.get("type", REFUSED)
            body = wire.loads(answer.body if isinstance(answer.body, bytes) else answer.body.encode())
            if outcome == DONE:
                return wire.from_plain(rpc.reply, body)
            raise from_wire(body)
        finally:
            ASKED.labels(rpc.name, outcome).observe(time.perf_counter() - started)

    def _headers(self, call: Call, request_id: str | None, deadline: float) -> dict[str, Any]:
        headers: dict[str, Any] = {
            "deadline": repr(deadline),
            "actor": self._signer.sign(self._speaker(call.actor)),
            "correlation_id": call.correlation_id or new_id(),
        }
        if request_id or (self._service == "gateway" and call.request_id):
            headers["request_id"] = request_id or call.request_id
        tracing.inject(headers)
        return headers

    def _speaker(self, actor: Actor) -> Actor:
        if self._service == "gateway":
            return actor
        if actor.kind is ActorKind.SERVICE and actor.id == self._service:
            return actor
        return Actor(ActorKind.SERVICE, self._service, on_behalf_of=actor.on_behalf_of or actor.id)
