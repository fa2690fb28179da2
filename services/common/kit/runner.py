"""Starts and ends a process: `python -m services.<name> serve|worker|migrate`.

Ending: take nothing more, finish or hand back what is in hand, acknowledge, let running answers end, leave; after ten seconds
leave regardless, also when the broker is down. Work that was cut is done by whoever gets it next, once.
"""

from __future__ import annotations

import warnings

warnings.filterwarnings("ignore", r"\s*Eventlet is deprecated")  # known, with the way out: services/common/README.md
import eventlet

eventlet.monkey_patch()  # before anything else is imported: sockets, locks and psycopg2 become cooperative

import datetime as dt
import importlib
import logging
import os
import signal
import sys
import time
from typing import Any, NoReturn

from services.common.kit import logs, migrations, tracing
from services.common.kit.admin import Readiness, admin_server
from services.common.kit.container import Container
from services.common.kit.database import Database
from services.common.kit.entrypoints import run_event
from services.common.kit.inbox import Inbox, InboxTicket
from services.common.kit.outbox import Relay
from services.common.kit.questions import RpcServer, operations
from services.common.kit.receiver import Receiver
from services.common.kit.resources import Resources, gather
from services.common.kit.retries import ATTEMPTS, PATIENCE, Limits
from services.common.kit.settings import Environment, ProcessSettings, SettingMissing
from services.common.messages.registry import Subscription, subscriptions_of

log = logging.getLogger(__name__)
STOP_SECONDS = 10.0
LOOK_FOR_SIGNAL = 0.1
DRAIN_SECONDS = 7.0
START_SECONDS = 20.0
RPC_WORKERS = 20
EVENT_WORKERS = 10
LOOPBACK = "127.0.0.1"
USAGE = "usage: python -m {module} serve|worker|migrate"


class Process:
    """One running service process."""

    def __init__(self, resources: Resources) -> None:
        self.resources = resources
        self.settings = resources.settings
        self._subscriptions: tuple[Subscription, ...] = ()
        self._checks: dict[str, Any] = {"client": lambda: resources.client.transport.link.connected}
        self._admin: Any = None
        self._relay: Relay | None = None
        self._inbox: Inbox | None = None
        self._receiver: Receiver | None = None
        self._container: Container | None = None
        self._http: Any = None

    def start(self) -> None:
        """Start in the order of need: database, client, service, relay, inbox; the admin server first, so that it can say what is missing."""
        host = self.settings.values.text("GUOHU_ADMIN_HOST", LOOPBACK)
        readiness = Readiness(self._checks)
        self._admin = admin_server(self.settings.admin_port, readiness, lambda: self.settings.service, host)
        self._admin.start()
        self._checks["started"] = lambda: False
        self.resources.client.start()
        if self.resources.database is not None:
            self._start_database(self.resources.database)
        if self.settings.service == "gateway":
            self._http = importlib.import_module("gateway.service").build(self.resources)
            self._http.start()
        else:
            self._start_container()
        self._checks["objects"] = self.resources.objects.ready
        del self._checks["started"]
        log.info("process started", extra={"state": "started"})

    def _start_database(self, database: Database) -> None:
        service, wanted = self.settings.service, migrations.newest(self.settings.package)

        def at_version() -> bool:
            with database.read() as session:
                return migrations.current(session.connection()) == wanted

        if not _patiently(at_version, self.settings.values.number("GUOHU_START_SECONDS", START_SECONDS)):
            raise SettingMissing(
                f"the database of {service} does not answer at schema {wanted}: run `python -m {self.settings.package} migrate`"
            )
        self._checks["database"] = at_version
        if self.resources.requests is not None:
            self.resources.requests.release_own()
        self._relay = Relay(database, self.resources.amqp_url, f"{service}.{self.settings.process}")
        self._relay.start()
        self._checks["outbox"] = lambda: self._relay is not None and self._relay.link.connected

    def _start_container(self) -> None:
        service, kind = self.settings.service, self.settings.process
        module = importlib.import_module(f"{self.settings.package}.{'service' if kind == 'serve' else kind}")
        found = [one for one in vars(module).values() if isinstance(one, type) and getattr(one, "name", "") == service]
        self._subscriptions = subscriptions_of(service, kind)
        values = self.settings.values
        container = Container(
            found[-1],
            self.resources,
            rpc_workers=values.integer("GUOHU_RPC_WORKERS", RPC_WORKERS),
            event_workers=values.integer("GUOHU_EVENT_WORKERS", EVENT_WORKERS),
        )
        self._container = container
        server = self._server(container)
        if server is not None and self.resources.database is not None and kind == "serve":
            for name, work in operations(self.resources).items():
                server.answer_with(name, work)
        container.start()
        if server is not None:
            self._checks["questions"] = lambda: server.link.connected
        if self._subscriptions and self.resources.database is not None:
            self._start_inbox(container, self.resources.database, values.integer("GUOHU_EVENT_WORKERS", EVENT_WORKERS))

    @staticmethod
    def _server(container: Container) -> RpcServer | None:
        return next((one for one in container.subextensions if isinstance(one, RpcServer)), None)

    def _start_inbox(self, container: Container, database: Database, size: int) -> None:
        missing = {one.handler_id for one in self._subscriptions} - set(self.resources.handlers)
        if missing:
            raise SettingMissing(f"no handler for {', '.join(sorted(missing))}")

        def work(handler_id: str, envelope: dict[str, Any], ticket: InboxTicket) -> None:
            run_event(container, self.resources.handlers[handler_id], envelope, ticket)

        inbox = self._inbox = Inbox(database, self._subscriptions, size, self._limits())
        inbox.work = work
        inbox.start()
        receiver = self._receiver = Receiver(
            database,
            self.resources.amqp_url,
            f"{self.settings.service}.{self.settings.process}",
            self._subscriptions,
            inbox.wake,
        )
        receiver.start()
        self._checks["inbox"] = lambda: receiver.link.connected

    def _limits(self) -> Limits:
        told = self.settings.values
        return Limits(
            attempts=told.integer("GUOHU_EVENT_ATTEMPTS", ATTEMPTS),
            patience=dt.timedelta(seconds=told.integer("GUOHU_EVENT_PATIENCE_SECONDS", int(PATIENCE.total_seconds()))),
        )

    def stop(self) -> None:
        """End within `STOP_SECONDS`."""
        begun = time.monotonic()

        def left() -> float:
            return max(0.1, DRAIN_SECONDS - (time.monotonic() - begun))

        server = self._server(self._container) if self._container else None
        if server is not None:
            server.cancel()
        if self._receiver is not None:
            self._receiver.stop()
        if self._http is not None:
            self._http.stop(left())
        if self._inbox is not None:
            self._inbox.stop(left())
        if self._container is not None:
            self._container.drained(left())
        if server is not None:
            server.stop()
        if self._relay is not None:
            self._relay.stop()
        for pool in self.resources.pools:
            pool.stop()
        self.resources.client.transport.link.close()
        log.info("process ended", extra={"seconds": round(time.monotonic() - begun, 2)})


def _patiently(check: Any, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if check():
                return True
        except Exception:  # noqa: BLE001 - as for signatures
            log.info("database not ready")
        eventlet.sleep(0.3)
    return False


def serve(settings: ProcessSettings) -> NoReturn:
    """Run until SIGTERM or SIGINT."""
    ending: list[int] = []

    def end(number: int, _: Any) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _hard_exit_after(STOP_SECONDS)  # from now on, also while it still starts
        ending.append(number)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    process = Process(gather(settings))
    try:
        process.start()
    except Exception as wrong:
        log.exception(
            "process cannot start",
            extra={
                "reason": str(wrong) if isinstance(wrong, SettingMissing) else "",
                "code": getattr(wrong, "code", ""),
            },
        )
        print(f"{settings.service}: {type(wrong).__name__}: {wrong}", file=sys.stderr)
        os._exit(1)
    while not ending:  # a handler that only spawns does not wake eventlet out of its poll; a timer always does
        eventlet.sleep(LOOK_FOR_SIGNAL)
    try:
        process.stop()
    except Exception:
        log.exception("process ended in disorder")
        os._exit(1)
    os._exit(0)


def _hard_exit_after(seconds: float) -> None:
    """A real timer: the system ends the process even when a greenthread or a library never yields again."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds - 0.5)


def main(package: str) -> None:
    """Entry point of `python -m services.contract`: called with the package's name, or the bare service name."""
    package = package if "." in package or package == "gateway" else f"services.{package}"
    kind = sys.argv[1] if len(sys.argv) == 2 else ""
    if kind not in {"serve", "worker", "migrate"}:
        print(USAGE.format(module=package), file=sys.stderr)
        raise SystemExit(2)
    try:
        if kind == "migrate":
            print(f"{package}: {_migrate(package)}")
            return
        settings = ProcessSettings.read(package, kind, os.environ)
        logs.configure(settings.service, kind, settings.values.text("GUOHU_LOG_LEVEL", "INFO"))
        tracing.configure(settings.service, kind, settings.values.number("GUOHU_TRACE_SAMPLE", 0))
    except SettingMissing as wrong:
        print(f"{package}: {wrong}", file=sys.stderr)
        raise SystemExit(1) from wrong
    serve(settings)


def _migrate(package: str) -> str:
    if not migrations.has_migrations(package):
        return "no database"
    return migrations.migrate(package, Environment(os.environ).text("GUOHU_DATABASE_OWNER_URL"))
