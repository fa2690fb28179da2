"""What a service class is made of: `@rpc(Shape)` and `@handles("handler.id")` methods, and `Wired(build)` for its parts.

An entrypoint translates: it checks who asks and until when, decodes, calls, encodes; decisions are the use case's.
"""

from __future__ import annotations

import datetime as dt
import functools
import logging
import sys
import time
import typing
from collections.abc import Callable
from typing import Any

import eventlet
from eventlet.event import Event
from nameko.containers import WorkerContext
from nameko.extensions import DependencyProvider, Entrypoint, register_entrypoint

from services.common.kit import tracing, wire
from services.common.kit.calls import Actor, ActorKind, Call, service_call
from services.common.kit.container import Container
from services.common.kit.errors import InvalidValue, Unavailable
from services.common.kit.inbox import InboxTicket
from services.common.kit.questions import RpcServer, answered, deadline_of
from services.common.kit.request_log import Repeat, RequestTicket
from services.common.messages.shapes import EVENT_SHAPES, RPC_OF

log = logging.getLogger(__name__)
EVENT_SECONDS = 50.0
"""What a handler may take: less than the inbox lease."""
MARGIN = dt.timedelta(seconds=2)
LONGEST_REQUEST_ID = 200


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

    hears_events = True

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


def _carry_out(
    service: Any, method: Callable[..., Any], shape: type, present: str, body: Any, headers: dict[str, Any]
) -> Any:
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


def _command(
    service: Any, method: Callable[..., Any], declared: Any, present: str, message: Any, raw: bytes, call: Call
) -> Any:
    requests = service.resources.requests
    until = dt.datetime.fromtimestamp(call.deadline, dt.UTC) + MARGIN
    begun = requests.begin(f"{declared.name}:{call.actor.id}:{call.request_id}", raw, until)
    if isinstance(begun, Repeat):
        kept = begun.answer or {}
        if not present:
            return kept
        return wire.to_plain(
            getattr(service, present)(wire.from_plain(_reference_of(service, present), kept), message, call)
        )
    answer = _first_time(service, method, requests, begun, message, call)
    if present:
        answer = getattr(service, present)(answer, message, call)
    return wire.to_plain(answer)


def _first_time(
    service: Any, method: Callable[..., Any], requests: Any, ticket: RequestTicket, message: Any, call: Call
) -> Any:
    try:
        if not call.remaining:  # it waited for the database until its asker had gone
            raise Unavailable("bus.too_late")
        answer = method(service, message, Call(call.actor, call.correlation_id, call.request_id, call.deadline, ticket))
        requests.finish(ticket, answer)
    except BaseException:  # noqa: BLE001 - a greenthread may be killed here too; whatever it is, it is raised again
        _, wrong, _ = sys.exc_info()
        try:
            requests.forget(ticket)
        except Unavailable:
            log.info("request lease left to run out", extra={"request_id": call.request_id})
        raise wrong  # type: ignore[misc]  # noqa: B904 - the first error is the one to tell
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
