"""Reads a process's question queue and sends the answers; also what kit itself answers, in every service, to operators.

A question is acknowledged after its answer is sent, so that a killed process loses none; one whose asker has given up never starts.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from typing import Any

import eventlet
from nameko.containers import WorkerContext
from nameko.extensions import SharedExtension
from prometheus_client import Histogram

from services.common.kit import wire
from services.common.kit.amqp import Link
from services.common.kit.calls import ActorKind
from services.common.kit.errors import DomainError, Forbidden, InvalidValue, Kind, Unavailable, to_wire
from services.common.kit.inbox import list_dead, replay
from services.common.kit.wire import DONE, REFUSED
from services.common.messages.operations import (
    EventsReplayed,
    FieldsResealed,
    ListDeadEvents,
    ReplayEvents,
    RotateFieldKey,
    operation,
)

log = logging.getLogger(__name__)
ANSWERED = Histogram("guohu_rpc_answered_seconds", "Questions answered", ["method", "outcome"])
LONGEST = 600.0
"""No asker waits longer (seconds); bounds what a broken header could hold up."""
INTERNAL = to_wire(DomainError("common.internal", Kind.INTERNAL))


class RpcServer(SharedExtension):
    """Reads the process's question queue; acknowledges after the answer is sent, so that a killed process loses no question."""

    def __init__(self) -> None:
        super().__init__()
        self._methods: dict[str, Any] = {}
        self._own: dict[str, Callable[[Any, dict[str, Any]], tuple[str, Any]]] = {}
        self._tags: list[str] = []
        self._stopping = False
        self.link: Link = None  # type: ignore[assignment]

    def register(self, name: str, entrypoint: Any) -> None:
        """Route a method name."""
        self._methods[name] = entrypoint

    def setup(self) -> None:
        """Prepare the connection."""
        resources = self.container.resources
        self.queue = f"rpc.{resources.settings.service}.{resources.settings.process}"
        self.link = Link(resources.amqp_url, f"questions of {resources.settings.service}", self._subscribe)

    def start(self) -> None:
        """Connect; the runner has started everything a handler needs."""
        self.link.start(wait=5.0)

    def answer_with(self, name: str, work: Callable[[Any, dict[str, Any]], tuple[str, Any]]) -> None:
        """Answer a method that no service class has: kit's own."""
        self._own[name] = work

    def cancel(self) -> None:
        """Take no more questions; those that arrive after this go back for another replica."""
        self._stopping = True
        for tag in self._tags:
            try:
                self.link.cancel(tag)
            except Unavailable:
                return

    def stop(self) -> None:
        """End the connection: all acknowledgements are written."""
        self.link.close()

    def _subscribe(self, channel: Any) -> None:
        if self._stopping:  # the broker came back while this process ends: leave the questions to others
            return
        channel.basic_qos(0, self.container.rpc_workers, False)
        generation = self.link.generation
        self._tags = [channel.basic_consume(self.queue, callback=lambda message: self._receive(generation, message))]

    def _receive(self, generation: int, message: Any) -> None:
        if self._stopping:
            self.link.hand_back(generation, message.delivery_tag)
        elif late(message.headers or {}):
            self.link.ack(generation, message.delivery_tag)
            ANSWERED.labels(self._known(message), "too_late").observe(0)
        elif self.container.rpc_workers_free > 0:
            self._begin(generation, message)
        else:  # after a reconnection: the reader must not wait for a worker, or heartbeats stop
            eventlet.spawn(self._begin, generation, message)

    def _known(self, message: Any) -> str:
        kind = str(message.properties.get("type", ""))
        return kind if kind in self._methods or kind in self._own else "unknown"

    def _begin(self, generation: int, message: Any) -> None:
        headers, kind = message.headers or {}, self._known(message)
        if kind in self._own:
            eventlet.spawn(lambda: self._reply(generation, message, *self._own[kind](message.body, headers)))
            return
        if kind not in self._methods:
            self._reply(generation, message, REFUSED, to_wire(DomainError("bus.unknown_method", Kind.INTERNAL)))
            return
        started = time.perf_counter()

        def finished(context: WorkerContext, result: Any, exc_info: Any) -> Any:
            del context
            outcome, body = result if exc_info is None else (REFUSED, INTERNAL)
            self._reply(generation, message, outcome, body)
            ANSWERED.labels(kind, outcome if outcome == DONE else str(body["kind"])).observe(
                time.perf_counter() - started
            )
            return result, exc_info

        self.container.spawn_worker(self._methods[kind], (message.body, headers), {}, handle_result=finished)

    def _reply(self, generation: int, message: Any, outcome: str, body: Any) -> None:
        properties = message.properties
        try:
            data = wire.dumps(body)
        except (TypeError, ValueError):
            log.exception("answer cannot be written", extra={"queue": self.queue, "path": self._known(message)})
            outcome, data = REFUSED, wire.dumps(INTERNAL)
        try:
            self.link.answer(
                data,
                properties.get("reply_to", ""),
                generation,
                message.delivery_tag,
                type=outcome,
                correlation_id=properties.get("correlation_id", ""),
                delivery_mode=1,
            )
        except Unavailable:
            log.info("answer lost with the connection", extra={"queue": self.queue})


def deadline_of(headers: dict[str, Any]) -> float:
    """Until when the asker waits (Unix seconds), cut to `LONGEST` from now. Raises InvalidValue: missing or no number."""
    try:
        deadline = float(headers["deadline"])
    except (KeyError, TypeError, ValueError) as wrong:
        raise InvalidValue("bus.deadline_invalid") from wrong
    if math.isnan(deadline):
        raise InvalidValue("bus.deadline_invalid")
    return min(deadline, time.time() + LONGEST)


def late(headers: dict[str, Any]) -> bool:
    """Whether the asker has given up; one that named no time gets an answer that says so."""
    try:
        return deadline_of(headers) <= time.time()
    except InvalidValue:
        return False


def answered(name: str, work: Callable[[], Any]) -> tuple[str, Any]:
    """Run and return outcome and body. Nothing an exception says leaves the process unless it is a DomainError."""
    try:
        return DONE, work()
    except DomainError as refused:
        if refused.kind is Kind.INTERNAL:
            log.error("question failed", extra={"code": refused.code, "path": name})  # noqa: TRY400
        return REFUSED, to_wire(refused)
    except Exception:
        log.exception("question failed", extra={"path": name})
        return REFUSED, to_wire(DomainError("common.internal", Kind.INTERNAL))


def operations(resources: Any) -> dict[str, Callable[[Any, dict[str, Any]], tuple[str, Any]]]:
    """What operators may ask of every service with a database, by method name."""

    def own(shape: type, work: Callable[[Any], Any]) -> Callable[[Any, dict[str, Any]], tuple[str, Any]]:
        def carry_out(body: Any, headers: dict[str, Any]) -> Any:
            actor = resources.actors.read(headers.get("actor"))
            if (actor.kind, actor.id) != (ActorKind.SERVICE, "cli"):
                raise Forbidden("actor.operators_only")
            return wire.to_plain(work(wire.from_plain(shape, wire.loads(body))))

        return lambda body, headers: answered(shape.__name__, lambda: carry_out(body, headers))

    def again(message: ReplayEvents) -> EventsReplayed:
        return EventsReplayed(count=replay(resources.database, message.event_id))

    def rotate(message: RotateFieldKey) -> FieldsResealed:
        if resources.sealed is None:  # a service that seals nothing
            return FieldsResealed(resealed=0, waiting=0)
        with resources.database.write() as session:
            done: FieldsResealed = resources.sealed.rotate(session, message)
        return done

    service = resources.settings.service
    return {
        operation(service, ListDeadEvents).name: own(ListDeadEvents, lambda _: list_dead(resources.database)),
        operation(service, ReplayEvents).name: own(ReplayEvents, again),
        operation(service, RotateFieldKey).name: own(RotateFieldKey, rotate),
    }
