"""A stand-in for services that do not run in a test: answers questions on their queues, and publishes their events."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import kombu
from amqp.basic_message import Message

from services.common.kit import wire
from services.common.kit.calls import new_id
from services.common.kit.errors import DomainError, NotFound, to_wire
from services.common.kit.topology import EVENTS
from services.common.messages.registry import handlers_of
from services.common.messages.shapes import EVENT_OF, RPC_OF

Answer = Callable[[Any], object]


class Neighbour:
    """Answers the shapes it was given a function for, on a connection and thread of its own."""

    def __init__(self, url: str, answers: dict[type, Answer]) -> None:
        self._url = url
        self._answers = {RPC_OF[shape].name: (shape, answer) for shape, answer in answers.items()}
        self._queues = {RPC_OF[shape].queue for shape in answers}
        self._order: dict[tuple[str, str], int] = {}
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._ending.set()
        self._thread.join(5)

    def tell(self, event: object, aggregate_id: str, *, times: int = 1) -> str:
        """Publish an event as its producer's outbox would; several `times` as after a crash. Returns its id."""
        name, event_id = EVENT_OF[type(event)], new_id()
        order = {one.handler_id: self._next(aggregate_id, one.handler_id) for one in handlers_of(name) if one.ordered}
        envelope = {
            "event_id": event_id,
            "name": name.name,
            "version": name.version,
            "occurred_at": dt.datetime.now(dt.UTC).isoformat(),
            "aggregate_id": aggregate_id,
            "order": order,
            "case_no": str(getattr(event, "case_no", "")),
            "actor": {"kind": "SERVICE", "id": "contract"},
            "correlation_id": new_id(),
            "traceparent": "",
            "data": wire.to_plain(event),
        }
        with kombu.Connection(self._url) as connection:
            channel = connection.channel()
            for _ in range(times):
                message = Message(wire.dumps(envelope), message_id=event_id, delivery_mode=2)
                channel.basic_publish(message, EVENTS, name.routing_key)
        return event_id

    def _next(self, aggregate_id: str, handler_id: str) -> int:
        key = (aggregate_id, handler_id)
        self._order[key] = self._order.get(key, 0) + 1
        return self._order[key]

    def _run(self) -> None:
        with kombu.Connection(self._url) as connection:
            channel = connection.channel()
            for queue in self._queues:
                channel.basic_consume(queue, callback=lambda message: self._reply(channel, message))
            while not self._ending.is_set():
                try:
                    connection.drain_events(timeout=0.2)
                except TimeoutError:
                    continue

    def _reply(self, channel: Any, message: Any) -> None:
        body = message.body if isinstance(message.body, bytes) else message.body.encode()
        try:
            shape, answer = self._answers[message.properties["type"]]
            outcome, content = wire.DONE, wire.to_plain(answer(wire.from_plain(shape, wire.loads(body))))
        except KeyError:
            outcome, content = wire.REFUSED, to_wire(NotFound("test.unknown"))
        except DomainError as refused:
            outcome, content = wire.REFUSED, to_wire(refused)
        number = message.properties["correlation_id"]
        reply = Message(wire.dumps(content), type=outcome, correlation_id=number, delivery_mode=1)
        channel.basic_publish(reply, "", message.properties["reply_to"])
        message.channel.basic_ack(message.delivery_tag)
