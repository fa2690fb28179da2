"""What a service class is made of: `@rpc(Shape)` and `@handles("handler.id")` methods, and `Wired(build)` for its parts.

Questions and events have worker pools of their own, so that neither starves the other. An entrypoint translates: it checks who
asks and until when, decodes, calls, encodes; decisions are the use case's.
"""

from __future__ import annotations

import datetime as dt
import functools
import logging
import math
import sys
import time
import typing
from collections.abc import Callable
from typing import Any

import eventlet
from eventlet.event import Event
from nameko.containers import ServiceContainer, WorkerContext
from nameko.extensions import DependencyProvider, Entrypoint, SharedExtension, register_entrypoint
from prometheus_client import Histogram

from services.common.kit import tracing, wire
from services.common.kit.amqp import Link
from services.common.kit.calls import Actor, ActorKind, Call, service_call
from services.common.kit.errors import DomainError, Forbidden, InvalidValue, Kind, Unavailable, to_wire
from services.common.kit.inbox import InboxTicket, list_dead, replay
from services.common.kit.unit_of_work import Repeat, RequestTicket
from services.common.kit.wire import DONE, REFUSED
from services.common.messages.operations import EventsReplayed, ListDeadEvents, ReplayEvents, operation
from services.common.messages.shapes import EVENT_SHAPES, RPC_OF

log = logging.getLogger(__name__)
ANSWERED = Histogram("guohu_rpc_answered_seconds", "Questions answered", ["method", "outcome"])
EVENT_SECONDS = 50.0
"""What a handler may take: less than the inbox lease."""
MARGIN = dt.timedelta(seconds=2)
LONGEST = 600.0
"""No asker waits longer (seconds); bounds what a broken header could hold up."""
LONGEST_REQUEST_ID = 200
INTERNAL = to_wire(DomainError("common.internal", Kind.INTERNAL))


class Container(ServiceContainer):
    """A nameko container whose questions and events run in pools of their own, and whose resources are built by the runner."""

    def __init__(self, service_cls: type, resources: Any, *, rpc_workers: int, event_workers: int) -> None:
        super().__init__(service_cls, {"max_workers": rpc_workers})
        self.resources = resources
        self.rpc_workers = rpc_workers
        self._event_pool = eventlet.GreenPool(event_workers)

    def spawn_worker(
        self, entrypoint: Any, args: Any, kwargs: Any, context_data: Any = None, handle_result: Any = None
    ) -> WorkerContext:
        """Run the method in the pool of its kind."""
        service = self.service_cls()
        service.resources = self.resources
        context = WorkerContext(self, service, entrypoint, args, kwargs, data=context_data)
        pool = self._event_pool if isinstance(entrypoint, EventHandler) else self._worker_pool
        thread = pool.spawn(self._run_worker, context, handle_result)
        self._worker_threads[context] = thread
        thread.link(self._handle_worker_thread_exited, context)
        return context

    @property
    def rpc_workers_free(self) -> int:
        """How many more questions can be worked on at once."""
        return int(self._worker_pool.free())

    def end_worker(self, context: WorkerContext) -> None:
        """End the greenthread of a worker that still runs."""
        thread = self._worker_threads.get(context)
        if thread is not None and not thread.dead:
            thread.kill()

    def drained(self, seconds: float) -> bool:
        """Wait for what is running; whether all ended in time."""
        with eventlet.Timeout(seconds, False):
            self._worker_pool.waitall()
            self._event_pool.waitall()
            return True
        return False


class Wired(DependencyProvider):
    """The service's parts, built once per process from the runner's resources."""

    def __init__(self, build: Callable[[Any], Any]) -> None:
        super().__init__()
        self._build = build
        self._parts: Any = None

    def setup(self) -> None:
        """Build."""
        self._parts = self._build(self.container.resources)

    def get_dependency(self, worker_ctx: WorkerContext) -> Any:
        """Give every worker the same parts."""
        del worker_ctx
        return self._parts


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
        channel.basic_qos(0, self.container.rpc_workers, False)  # noqa: FBT003 - amqp's signature
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
            ANSWERED.labels(kind, outcome if outcome == DONE else str(body["kind"])).observe(time.perf_counter() - started)
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
            self.link.publish(
                data, "", properties.get("reply_to", ""), type=outcome, correlation_id=properties.get("correlation_id", ""), delivery_mode=1
            )
            self.link.ack(generation, message.delivery_tag)
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


class Question(Entrypoint):
    """An entrypoint for one message shape."""

    server = RpcServer()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def setup(self) -> None:
        """Register with the process's queue."""
        self.server.register(self._name, self)


class EventHandler(Entrypoint):
    """An entrypoint for one handler id of the registry."""

    def __init__(self, handler_id: str) -> None:
        super().__init__()
        self.handler_id = handler_id

    def setup(self) -> None:
        """Tell the runner's inbox who works on these."""
        self.container.resources.handlers[self.handler_id] = self


def rpc(shape: type, *, present: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Answer messages of this shape with `method(self, message, call)`.

    `present`: for commands whose kept answer is only a reference, the method that makes the full reply of it, on repeats too.
    """
    declared = RPC_OF[shape]

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def answer(service: Any, body: Any, headers: dict[str, Any]) -> tuple[str, Any]:
            with tracing.span(declared.name, headers):
                return answered(declared.name, lambda: _carry_out(service, method, shape, present, body, headers))

        register_entrypoint(answer, Question(declared.name))
        return answer

    return decorate


def handles(handler_id: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Work on the events of a subscription with `method(self, event, call)`."""

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        register_entrypoint(method, EventHandler(handler_id))
        return method

    return decorate


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


def _carry_out(service: Any, method: Callable[..., Any], shape: type, present: str, body: Any, headers: dict[str, Any]) -> Any:
    resources, declared = service.resources, RPC_OF[shape]
    deadline = deadline_of(headers)
    if deadline <= time.time():  # it waited for a worker until its asker had gone
        raise Unavailable("bus.too_late")
    actor: Actor = resources.actors.read(headers.get("actor"))
    raw = body if isinstance(body, bytes) else body.encode()
    message: Any = wire.from_plain(shape, wire.loads(raw))
    call = Call(actor, str(headers.get("correlation_id", "")), headers.get("request_id"), deadline)
    if not declared.is_command:
        return wire.to_plain(method(service, message, call))
    if not call.request_id:
        raise InvalidValue("request.id_missing")
    if len(str(call.request_id)) > LONGEST_REQUEST_ID:
        raise InvalidValue("request.id_invalid")
    return _command(service, method, declared, present, message, raw, call)


def _command(service: Any, method: Callable[..., Any], declared: Any, present: str, message: Any, raw: bytes, call: Call) -> Any:
    requests = service.resources.requests
    until = dt.datetime.fromtimestamp(call.deadline, dt.UTC) + MARGIN
    begun = requests.begin(f"{declared.name}:{call.actor.id}:{call.request_id}", raw, until)
    if isinstance(begun, Repeat):
        kept = begun.answer or {}
        if not present:
            return kept
        return wire.to_plain(getattr(service, present)(wire.from_plain(_reference_of(service, present), kept), message, call))
    answer = _first_time(service, method, requests, begun, message, call)
    if present:
        answer = getattr(service, present)(answer, message, call)
    return wire.to_plain(answer)


def _first_time(service: Any, method: Callable[..., Any], requests: Any, ticket: RequestTicket, message: Any, call: Call) -> Any:
    try:
        if not call.remaining:  # it waited for the database until its asker had gone
            raise Unavailable("bus.too_late")
        answer = method(service, message, Call(call.actor, call.correlation_id, call.request_id, call.deadline, ticket))
        requests.finish(ticket, answer)
    except BaseException:
        _, wrong, _ = sys.exc_info()
        try:
            requests.forget(ticket)
        except Unavailable:
            log.info("request lease left to run out", extra={"request_id": call.request_id})
        raise wrong  # type: ignore[misc]  # noqa: B904, TRY201 - the first error is the one to tell
    return answer


def _reference_of(service: Any, present: str) -> type:
    """The kept answer's shape: the first argument of the presenting method."""
    hints = typing.get_type_hints(getattr(type(service), present))
    return next(iter(hints.values()))  # parameters come before `return`


def run_event(container: Container, entrypoint: EventHandler, envelope: dict[str, Any], ticket: InboxTicket) -> None:
    """Work on one event in the event pool. Raises what the handler raised."""
    shape = EVENT_SHAPES[envelope["name"], envelope["version"]]
    event: Any = wire.from_plain(shape, envelope["data"])
    fresh = service_call(container.service_name, seconds=EVENT_SECONDS, correlation_id=envelope["correlation_id"])
    origin = Actor(ActorKind.SERVICE, container.service_name, on_behalf_of=envelope["actor"]["id"])
    call = Call(origin, fresh.correlation_id, ticket.event_id, fresh.deadline, ticket)
    ended = Event()

    def finished(context: WorkerContext, result: Any, exc_info: Any) -> Any:
        del context
        ended.send(exc_info)
        return result, None  # told to the inbox, which logs and retries

    with tracing.span(ticket.handler_id, {tracing.HEADER: envelope.get("traceparent", "")}):
        context = container.spawn_worker(entrypoint, (event, call), {}, handle_result=finished)
        try:
            with eventlet.Timeout(EVENT_SECONDS, Unavailable("event.too_slow")):
                exc_info = ended.wait()
        finally:
            container.end_worker(context)  # one that took too long must not go on without its lease
    if exc_info is not None:
        raise exc_info[1].with_traceback(exc_info[2])


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

    service = resources.settings.service
    return {
        operation(service, ListDeadEvents).name: own(ListDeadEvents, lambda _: list_dead(resources.database)),
        operation(service, ReplayEvents).name: own(ReplayEvents, again),
    }
