"""Real PostgreSQL and RabbitMQ of our own, and processes of ours started, killed and asked from tests.

One set of servers serves a whole test run; every test uses names of its own in it.
"""

from __future__ import annotations

import base64
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import kombu
import psycopg2
from amqp.basic_message import Message
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from deploy.local import postgres, rabbitmq
from deploy.local.processes import Roster
from deploy.local.stack import Stack
from services.common.kit import topology, wire
from services.common.kit.actors import ActorSigner
from services.common.kit.blocking import BlockingClient
from tests.stack.waiting import eventually

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Running:
    """A process of ours."""

    popen: subprocess.Popen[bytes]
    admin_port: int
    log: Path
    kind: str = ""
    told: dict[str, str] = field(default_factory=dict)

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.popen.poll() is None

    def metrics(self) -> str:
        """What `/metrics` says."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin_port}/metrics", timeout=5) as answer:
            return str(answer.read().decode())

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.popen.pid

    def is_ready(self) -> bool:
        """Whether `/readyz` says so. Fails at once when the process has ended."""
        if self.popen.poll() is not None:
            raise AssertionError(f"ended with {self.popen.returncode}: {self.log.read_text()[-3000:]}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.admin_port}/readyz", timeout=3) as answer:  # noqa: S310
                return bool(answer.status == 200)  # noqa: PLR2004
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """kill -9."""
        self.popen.kill()
        self.popen.wait()

    def terminate(self, seconds: float = 12.0) -> float:
        """SIGTERM; returns how long it took to end."""
        begun = time.monotonic()
        self.popen.send_signal(signal.SIGTERM)
        self.popen.wait(seconds)
        return time.monotonic() - begun


@dataclass
class Rig:
    """Servers, keys and the environment for processes under test."""

    var: Path
    stack: Stack
    running: list[Running] = field(default_factory=list)
    started: int = 0
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(64))
    _url: str = ""

    @classmethod
    def up(cls, var: Path) -> Rig:
        """Start the servers and make a database for the probe."""
        stack = Stack(var / "servers", Roster(processes=()))
        stack.up()
        rig = cls(var, stack)
        rig._make_keys()
        rig._make_database()
        return rig

    @property
    def amqp_url(self) -> str:
        """Our broker."""
        return self.stack.environments.topology()["GUOHU_AMQP_URL"]

    def _make_keys(self) -> None:
        folder = self.var / "actors"
        folder.mkdir(exist_ok=True)
        for name in ("probe", "gateway", "cli", "driver", "stranger"):
            key = Ed25519PrivateKey.generate()
            (folder / f"{name}.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            if name != "stranger":
                (folder / f"{name}.pub").write_bytes(
                    key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
                )

    def _make_database(self) -> None:
        self.make_database("probe")

    def make_database(self, name: str) -> str:
        """Create an empty database; returns its address."""
        connection = postgres.connect(self.stack.secrets, self.stack.ports["postgres"])
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        connection.close()
        return self._database_url(name)

    @property
    def database_url(self) -> str:
        """The probe's database, as its owner."""
        if not self._url:
            self._url = self._database_url("probe")
        return self._url

    def _database_url(self, name: str) -> str:
        connection = postgres.connect(self.stack.secrets, self.stack.ports["postgres"], name)
        dsn = connection.get_dsn_parameters()
        connection.close()
        password = self.stack.secrets.password(dsn["user"])
        return f"postgresql://{dsn['user']}:{password}@127.0.0.1:{self.stack.ports['postgres']}/{name}"

    def environment(self, **more: str) -> dict[str, str]:
        """What a probe process is told."""
        (self.var / "marks").mkdir(exist_ok=True)
        (self.var / "objects").mkdir(exist_ok=True)
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "GUOHU_ENV": "test",
            "GUOHU_AMQP_URL": self.amqp_url,
            "GUOHU_DATABASE_URL": self.database_url,
            "GUOHU_DATABASE_OWNER_URL": self.database_url,
            "GUOHU_OBJECTS": f"file:{self.var / 'objects'}",
            "GUOHU_ACTOR_KEYS": str(self.var / "actors"),
            "GUOHU_ACTOR_KEY_FILE": str(self.var / "actors" / "probe.key"),
            "GUOHU_FIELD_KEY": base64.b64encode(bytes(32)).decode(),
            "PROBE_MARKS": str(self.var / "marks"),
            **more,
        }

    def start(self, kind: str, module: str = "tests.support.probe", *, ready: bool = True, **more: str) -> Running:
        """Start `python -m module kind` and wait until it is ready."""
        port, self.started = free_port(), self.started + 1
        told = dict(more)
        log = self.var / f"{module.rpartition('.')[2]}-{kind}-{self.started}.log"
        more.setdefault("GUOHU_SLOT", f"probe.{kind}.{self.started}")
        with log.open("wb") as out:
            popen = subprocess.Popen(
                [sys.executable, "-m", module, kind],
                env=self.environment(GUOHU_ADMIN_PORT=str(port), **more),
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
            )
        running = Running(popen, port, log, kind, told)
        self.running.append(running)
        if ready:
            eventually(running.is_ready)
        return running

    def crew(self, serve: int = 1, worker: int = 1, **told: str) -> list[Running]:
        """See to it that just so many probe processes run, all told the same; those that do are kept."""
        kept: list[Running] = []
        for kind, count in (("serve", serve), ("worker", worker)):
            fit = [one for one in self.running if one.alive and one.kind == kind and one.told == told][:count]
            kept += fit + [self.start(kind, ready=False, **told) for _ in range(count - len(fit))]
        for one in self.running:
            if one.alive and one not in kept:
                one.kill()
        for one in kept:
            eventually(one.is_ready)
        return kept

    def migrate(self) -> None:
        """Bring the probe's database up."""
        subprocess.run(
            [sys.executable, "-m", "tests.support.probe", "migrate"],
            env=self.environment(),
            cwd=ROOT,
            check=True,
            capture_output=True,
            timeout=60,
        )

    def client(self, issuer: str = "driver", key: str = "") -> BlockingClient:
        """A client of our broker that speaks as this issuer."""
        pem = (self.var / "actors" / f"{key or issuer}.key").read_bytes()
        return BlockingClient(self.amqp_url, ActorSigner.from_pem(issuer, pem))

    def meanwhile(self, work: Callable[[], T]) -> Future[T]:
        """Do this in a thread of its own; `result()` gives what it returned or raised."""
        return self.threads.submit(work)

    def end_processes(self) -> None:
        """Kill what tests left running."""
        for one in self.running:
            if one.popen.poll() is None:
                one.kill()
        self.running.clear()

    def down(self) -> None:
        """End everything."""
        self.end_processes()
        self.stack.down()
        shutil.rmtree(self.var, ignore_errors=True)

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement in the probe's database; returns its rows."""
        connection = psycopg2.connect(self.database_url)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    def tell(self, envelope: dict[str, Any] | bytes, routing_key: str = "probe.counted.v1") -> None:
        """Publish an event by hand, as a neighbour's outbox would."""
        body = envelope if isinstance(envelope, bytes) else wire.dumps(envelope)
        with kombu.Connection(
            self.amqp_url, connect_timeout=5, transport_options={"confirm_publish": True}
        ) as connection:
            connection.channel().basic_publish(Message(body, delivery_mode=2), topology.EVENTS, routing_key)

    def waiting(self, queue: str) -> int:
        """How many messages lie in a queue, ready for a consumer."""
        with kombu.Connection(self.amqp_url, connect_timeout=5) as connection:
            return int(connection.channel().queue_declare(queue, passive=True).message_count)

    def stop_broker(self) -> None:
        """Stop RabbitMQ in order."""
        self.stack.supervisor._call("stopProcess", "rabbitmq", True)

    def start_broker(self) -> None:
        """Start it again and wait until it answers."""
        self.stack.supervisor.start_program("rabbitmq")
        eventually(lambda: rabbitmq.answers(self.stack.secrets, self.stack.ports), seconds=60)
