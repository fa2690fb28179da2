"""The stack as a whole: up, down, status. Decides the order of things; each thing is done by the module it is named in.

Every method may be repeated: `up` on a running stack changes nothing, `down` on a stopped one neither.
"""

import fcntl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local import ports, postgres, preparation, proc, rabbitmq, readiness, reaper, supervision
from deploy.local.environment import Environments, base_environment
from deploy.local.keys import Secrets
from deploy.local.layout import REPOSITORY, Layout, StackError, write_private
from deploy.local.processes import DATABASES, ROSTER, Roster
from deploy.local.supervision import Program, Supervisor

_SERVER_PORTS = ("postgres", "amqp", "distribution", "distribution_ctl", "epmd", "gateway.http")
_SERVER_SECONDS = 120.0
_READY_SECONDS = 240.0
_SHUTDOWN_SECONDS = 50.0


@dataclass(frozen=True)
class ProcessStatus:
    """One supervised process with everything it started. `resident` in bytes, `cpu_seconds` of the whole tree."""

    name: str
    state: str
    pid: int
    since: int
    port: int | None
    resident: int
    cpu_seconds: float
    processes: int


class Stack:
    """One stack below one `var` folder. `say` is told each step as it ends."""

    def __init__(self, var: Path, roster: Roster = ROSTER, say: Callable[[str], None] = lambda _: None) -> None:
        """Look at nothing yet; folders are made by `up`."""
        self.layout = Layout(Path(var).resolve())
        self.roster = roster
        self.secrets = Secrets(self.layout.secrets)
        self.supervisor = Supervisor(self.layout, self.secrets)
        self._say = say

    @property
    def ports(self) -> dict[str, int]:
        """The ports by name: servers, `gateway.http`, and the admin port of each process. Empty before the first up."""
        return ports.load(self.layout.ports_file)

    @property
    def environments(self) -> Environments:
        """What each process is told. Raises StackError before the first `up`."""
        known = self.ports
        if not known:
            message = "this stack was never started: `up` chooses its ports"
            raise StackError(message)
        return Environments(self.layout, known, self.secrets)

    def up(self) -> bool:
        """Start whatever does not run and wait until all of it is ready; false when there was nothing to do.

        Raises StackError; what runs by then is left running, for looking at.
        """
        self.layout.create()
        with self._locked():
            if self._is_whole():
                return False
            self._start()
            reaper.record(self.layout, "processes", [child.pid for child in self.supervisor.children().values()])
        return True

    def down(self) -> list[proc.Process]:
        """Stop everything in order, then make sure nothing is left. Returns what did not end by itself."""
        if not self.layout.run.exists():
            return []
        with self._locked():
            ended = self._stop()
            self.layout.remove_socket_folder()
            return ended

    def reap(self) -> list[proc.Process]:
        """End everything of this stack, with or without a supervisor, and return what had to be ended."""
        if not self.layout.run.exists():
            return []
        with self._locked():
            return self._reap()

    def status(self) -> list[ProcessStatus]:
        """Every supervised process, the supervisor itself first; empty while the stack is down."""
        if not self.supervisor.answers():
            return []
        table, known = proc.everything(), self.ports
        own = self.supervisor.pid()
        children = self.supervisor.children().values()
        numbers = known | {"rabbitmq": known["amqp"]}
        rows = [
            _status(one.name, one.state, one.pid, one.since, port=numbers.get(one.name), tree=proc.tree(one.pid, table))
            for one in children
        ]
        itself = [table[own]] if own in table else []
        return [_status("supervisord", "RUNNING", own, 0, tree=itself), *rows]

    def restart(self, name: str) -> None:
        """Stop one service process in order, start it with the code of now, and wait until it is ready."""
        if not self.supervisor.answers():
            message = "the stack is down"
            raise StackError(message)
        with self._locked():
            self.supervisor.restart_service(name)
            self._wait_for_services({name: self.ports[name]})

    def pids(self) -> list[int]:
        """All processes of this stack, grandchildren too."""
        return [process.pid for process in reaper.find(self.layout)]

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One `up` or `down` at a time; the second waits. The lock ends with its holder, however that ends."""
        with (self.layout.run / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _admin_ports(self) -> dict[str, int]:
        known = self.ports
        return {one.name: known[one.name] for one in self.roster.processes}

    def _is_whole(self) -> bool:
        """Whether everything runs as it would be started now, and says it is ready."""
        if not self.supervisor.answers() or not self._is_current():
            return False
        # STARTING is what the supervisor calls the first second; /readyz knows better.
        if any(child.state not in {"RUNNING", "STARTING"} for child in self.supervisor.children().values()):
            return False
        # Asked here too: a service may answer /readyz from a cache of some seconds.
        if not postgres.answers(self.secrets, self.ports["postgres"]) or not rabbitmq.answers(self.secrets, self.ports):
            return False
        return all(probe.ready for probe in readiness.probe_all(self._admin_ports()))

    def _is_current(self) -> bool:
        """Whether the running supervisor was started with the settings we would write now."""
        known = self.ports
        if set(known) != {*_SERVER_PORTS, *(one.name for one in self.roster.processes)}:
            return False
        return self.layout.supervisor_conf.read_text() == self._configuration()

    def _start(self) -> None:
        if self.supervisor.answers() and self._is_current():
            self._say("the stack runs; starting what is missing")
        else:
            self._stop()
            self._start_supervisor()
        with ThreadPoolExecutor(max_workers=2) as pool:  # the two servers start side by side
            lanes: list[Future[None]] = [pool.submit(self._broker_lane), pool.submit(self._database_lane)]
        for lane in lanes:
            lane.result()
        if not self.roster.processes:  # servers only, for tests that bring their own services
            return
        self.supervisor.start_services()
        self._wait_for_services(self._admin_ports())
        self._say(f"{len(self.roster.processes)} service processes are ready")

    def _start_supervisor(self) -> None:
        names = [*_SERVER_PORTS, *(one.name for one in self.roster.processes)]
        before = self.ports
        after = ports.allocate(self.layout.ports_file, names)
        for name, (old, new) in ports.moved(before, after).items():
            self._say(f"port {old} ({name}) is taken by another program; using {new} from now on")
        self.secrets.create_missing()
        rabbitmq.configure(self.layout, after, self.secrets)
        postgres.forget_lock(self.layout)
        write_private(self.layout.supervisor_conf, self._configuration().encode())
        pid = self.supervisor.start(base_environment())
        reaper.record(self.layout, "supervisord", [pid])

    def _broker_lane(self) -> None:
        """RabbitMQ, then its queues and bindings."""
        for name in ("epmd", "rabbitmq"):
            self.supervisor.start_program(name)
        known = self.ports
        answers = lambda: rabbitmq.answers(self.secrets, known)  # noqa: E731 - one expression, used once
        readiness.wait_for_server(self.layout, "rabbitmq", answers, _SERVER_SECONDS)
        self._say(f"RabbitMQ answers on {ports.LOOPBACK}:{known['amqp']}")
        preparation.declare_topology(self.layout, self.roster, self.environments)

    def _database_lane(self) -> None:
        """PostgreSQL, then databases and roles, then schemas."""
        if postgres.initialise(self.layout, self.secrets):
            self._say("a new PostgreSQL cluster was made")
        self.supervisor.start_program("postgres")
        port = self.ports["postgres"]
        answers = lambda: postgres.answers(self.secrets, port)  # noqa: E731 - one expression, used once
        readiness.wait_for_server(self.layout, "postgres", answers, _SERVER_SECONDS)
        self._say(f"PostgreSQL answers on {ports.LOOPBACK}:{port}")
        made = postgres.provide_databases(self.secrets, port, DATABASES)
        if made:
            self._say(f"databases made: {' '.join(made)}")
        if self.roster.migrations:
            preparation.migrate(self.layout, self.roster, self.environments)
            self._say("schemas are current")

    def _wait_for_services(self, admin: dict[str, int]) -> None:
        readiness.wait_for_services(self.layout, admin, self.supervisor.children, _READY_SECONDS)

    def _stop(self) -> list[proc.Process]:
        """Ask the supervisor to stop all, then reap. What it had started is noted before: parents may vanish first."""
        family: list[proc.Process] = []
        if self.supervisor.answers():
            own = self.supervisor.pid()
            family = [one.process for one in proc.tree(own, proc.everything())]
            self.supervisor.shutdown()
            deadline = time.monotonic() + _SHUTDOWN_SECONDS
            while any(proc.is_alive(one) for one in family if one.pid == own) and time.monotonic() < deadline:
                time.sleep(0.05)
        return self._reap(family)

    def _reap(self, family: list[proc.Process] | None = None) -> list[proc.Process]:
        ended = reaper.reap(self.layout, family or ())
        reaper.forget(self.layout)
        self.layout.supervisor_socket.unlink(missing_ok=True)
        if ended:
            self._say(f"{len(ended)} left-over processes of this stack were ended")
        return ended

    def _configuration(self) -> str:
        return supervision.configuration(self.layout, self.secrets, base_environment(), self._programs())

    def _programs(self) -> list[Program]:
        known, told = self.ports, self.environments
        broker = rabbitmq.environment(self.layout, known)
        epmd, rabbit = tuple(rabbitmq.epmd_command(known)), tuple(rabbitmq.server_command())
        database = tuple(postgres.command(self.layout, known["postgres"]))
        return [
            Program("epmd", epmd, self.layout.rabbitmq, 5, server=True, autostart=True),
            Program("rabbitmq", rabbit, self.layout.rabbitmq, 10, broker, server=True, autostart=True),
            Program("postgres", database, Path("/"), 20, server=True, stop_signal="INT"),
            *(
                Program(one.name, one.command, REPOSITORY, 30, told.process(one.service, one.role))
                for one in self.roster.processes
            ),
        ]


def _status(
    name: str, state: str, pid: int, since: int, *, port: int | None = None, tree: list[proc.Facts]
) -> ProcessStatus:
    memory, cpu = sum(one.resident for one in tree), sum(one.cpu_seconds for one in tree)
    return ProcessStatus(name, state, pid, since, port, memory, cpu, len(tree))


__all__ = ["ProcessStatus", "Stack", "StackError"]
