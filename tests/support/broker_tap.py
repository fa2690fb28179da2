"""Listens to everything a broker of ours is told and tells (its firehose), for tests that look for what must not travel."""

from __future__ import annotations

import json
import subprocess
import threading
from types import TracebackType
from typing import Any, Self

import kombu

from deploy.local import rabbitmq
from deploy.local.environment import AMQP_VHOST, base_environment
from deploy.local.stack import Stack
from services.common.kit.topology import EVENTS

CONTROL = "/usr/lib/rabbitmq/bin/rabbitmqctl"
FIREHOSE = "amq.rabbitmq.trace"


class BrokerTap:
    """While open, keeps the headers and addresses of every message, and the bodies of events.

    The bodies of questions and commands are not kept: they carry what people typed, sealed by nobody, and are never stored.
    """

    def __init__(self, stack: Stack) -> None:
        """Listen to the broker of a running stack."""
        self._stack = stack
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self.heard: list[tuple[str, bytes]] = []
        """Address and what was kept, in the order of arrival."""

    def __enter__(self) -> Self:
        """Switch the firehose on."""
        self._thread.start()
        assert self._ready.wait(20), "the tap could not be opened"
        self._control("trace_on")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Switch it off, and take what is still under way."""
        self._control("trace_off")
        self._stop.set()
        self._thread.join(20)

    def _control(self, command: str) -> None:
        told = {**base_environment(), **rabbitmq.environment(self._stack.layout, self._stack.ports)}
        subprocess.run(
            [CONTROL, "-q", command, "-p", AMQP_VHOST], env=told, check=True, capture_output=True, timeout=60
        )

    def _listen(self) -> None:
        url = self._stack.environments.operator()["GUOHU_AMQP_URL"]
        with kombu.Connection(url, connect_timeout=5) as connection:
            exchange = kombu.Exchange(FIREHOSE, type="topic", passive=True)
            queue = kombu.Queue("", exchange, routing_key="#", exclusive=True, auto_delete=True, durable=False)
            with kombu.Consumer(connection, queue, on_message=self._keep, no_ack=True, accept=None):
                self._ready.set()
                while True:
                    try:
                        connection.drain_events(timeout=0.5)
                    except TimeoutError:
                        if self._stop.is_set():
                            return

    def _keep(self, message: Any) -> None:
        address = str(message.delivery_info["routing_key"])
        kept = json.dumps(message.headers, ensure_ascii=False, default=str).encode()
        if address == f"publish.{EVENTS}":
            kept += message.body if isinstance(message.body, bytes) else str(message.body).encode()
        self.heard.append((address, kept))
