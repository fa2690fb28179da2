"""The supervisor: its configuration, its start, and talking to it. Decides how a process is kept alive, not which.

Control goes over a Unix socket in a private folder, with a password besides; no TCP port is opened.
"""

import contextlib
import http.client
import os
import shlex
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from deploy.local.keys import Secrets
from deploy.local.layout import Layout, StackError

SERVICES_GROUP = "services"
_USER = "guohu"
_LOG_BYTES = "10MB"
_LOG_FILES = 3
_STOP_SECONDS = 12  # a service ends by itself within 10 s (kit/runner); a little more before SIGKILL
# The pause between tries grows by a second each time, and a process that gives up is never tried again.
_START_TRIES = 999
_START_TIMEOUT = 15.0


@dataclass(frozen=True)
class Program:
    """One supervised process. A server starts with the supervisor; a service waits until it is told to."""

    name: str
    command: tuple[str, ...]
    folder: Path
    priority: int
    environment: Mapping[str, str] = field(default_factory=dict)
    server: bool = False
    stop_signal: str = "TERM"
    autostart: bool = False


@dataclass(frozen=True)
class Child:
    """A program as the supervisor sees it now."""

    name: str
    state: str
    pid: int
    since: int
    """Unix time of the last start, 0 when it never started."""
    note: str


def _value(text: str) -> str:
    """Quote a value for the configuration; the supervisor expands %(...)s in it."""
    if any(mark in text for mark in ('"', "\n", " ;", " #")):
        message = f"a path or setting of the stack holds a quote, a line break, ' ;' or ' #': {text[:40]}..."
        raise StackError(message)
    return f'"{text.replace("%", "%%")}"'


def _pairs(environment: Mapping[str, str]) -> str:
    return ",".join(f"{name}={_value(value)}" for name, value in sorted(environment.items()))


def configuration(layout: Layout, secrets: Secrets, base: Mapping[str, str], programs: Iterable[Program]) -> str:
    """Return the whole configuration file. It holds secrets: write it with mode 0600."""
    programs = list(programs)
    password = secrets.password("supervisor").replace("%", "%%")
    owner = ["user=root"] if os.geteuid() == 0 else []
    lines = [
        "[unix_http_server]",
        f"file={_plain(layout.supervisor_socket)}",
        "chmod=0600",
        f"username={_USER}",
        f"password={password}",
        "[supervisord]",
        f"logfile={_plain(layout.log / 'supervisord.log')}",
        f"logfile_maxbytes={_LOG_BYTES}",
        f"logfile_backups={_LOG_FILES}",
        f"pidfile={_plain(layout.run / 'supervisord.pid')}",
        f"childlogdir={_plain(layout.log)}",
        f"environment={_pairs(base)}",
        "silent=true",  # everything is in the log file already, which is kept short
        "umask=077",
        *owner,
        "[rpcinterface:supervisor]",
        "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
    ]
    services = [program.name for program in programs if not program.server]
    for program in programs:
        lines += _section(layout, program)
    if services:
        # One group, so that a shutdown stops all services at once and only then the servers.
        lines += [f"[group:{SERVICES_GROUP}]", f"programs={','.join(services)}", "priority=30"]
    return "\n".join(lines) + "\n"


def _plain(path: Path) -> str:
    return str(path).replace("%", "%%")


def _section(layout: Layout, program: Program) -> list[str]:
    return [
        f"[program:{program.name}]",
        f"command={shlex.join(program.command).replace('%', '%%')}",
        f"directory={_plain(program.folder)}",
        f"priority={program.priority}",
        f"environment={_pairs(program.environment)}",
        f"autostart={'true' if program.autostart else 'false'}",
        "autorestart=true",
        "startsecs=1",
        f"startretries={_START_TRIES}",
        f"stopsignal={program.stop_signal}",
        f"stopwaitsecs={_STOP_SECONDS}",
        # PostgreSQL's own children must not be signalled: a stray SIGINT cancels, a stray SIGKILL forces recovery.
        f"stopasgroup={'false' if program.server else 'true'}",
        "killasgroup=true",
        "redirect_stderr=true",
        f"stdout_logfile={_plain(layout.log_file(program.name))}",
        f"stdout_logfile_maxbytes={_LOG_BYTES}",
        f"stdout_logfile_backups={_LOG_FILES}",
    ]


class Supervisor:
    """Remote control of one stack's supervisor."""

    def __init__(self, layout: Layout, secrets: Secrets) -> None:
        """Keep where it is; connect on each call, so that a restarted one is found again."""
        self._layout = layout
        self._secrets = secrets

    def start(self, base: Mapping[str, str]) -> int:
        """Start it detached from this terminal, wait until it answers, return its pid."""
        environment = dict(base) | dict([self._layout.marker.split("=", 1)])
        self._layout.supervisor_socket.unlink(missing_ok=True)
        with (self._layout.log / "supervisord.out").open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(self._layout.supervisor_conf)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._layout.root,
                env=environment,
                start_new_session=True,
            )
        deadline = time.monotonic() + _START_TIMEOUT
        while not self.answers():
            if process.poll() is not None or time.monotonic() > deadline:
                message = f"the supervisor does not start:\n{tail(self._layout.log / 'supervisord.out', 15)}"
                raise StackError(message)
            time.sleep(0.05)
        return process.pid

    def answers(self) -> bool:
        """Whether a supervisor of this stack can be talked to."""
        if not self._layout.supervisor_socket.exists():
            return False
        with contextlib.suppress(OSError, http.client.HTTPException, xmlrpc.client.Error):
            self._call("getState")
            return True
        return False

    def pid(self) -> int:
        """Return the supervisor's own pid."""
        return int(self._call("getPID"))

    def children(self) -> dict[str, Child]:
        """All programs by name."""
        rows = self._call("getAllProcessInfo")
        found = [Child(one["name"], one["statename"], one["pid"], one["start"], one["spawnerr"]) for one in rows]
        return {child.name: child for child in found}

    def start_program(self, name: str) -> None:
        """Start a server; nothing happens when it runs already."""
        self._tolerant("startProcess", name, False)

    def start_services(self) -> None:
        """Start every service process that does not run."""
        self._tolerant("startProcessGroup", SERVICES_GROUP, False)

    def restart_service(self, name: str) -> None:
        """Stop one service process in order and start it again."""
        self._tolerant("stopProcess", f"{SERVICES_GROUP}:{name}", True)
        self._tolerant("startProcess", f"{SERVICES_GROUP}:{name}", True)

    def shutdown(self) -> None:
        """Ask it to stop everything, services first, and end. Returns at once."""
        self._call("shutdown")

    def _tolerant(self, method: str, *arguments: object) -> None:
        """Call; a program that is already in the wanted state, or not yet through its start, is no error."""
        try:
            self._call(method, *arguments)
        except xmlrpc.client.Fault as fault:
            if not fault.faultString.startswith(("ALREADY_STARTED", "NOT_RUNNING", "ABNORMAL_TERMINATION")):
                message = f"the supervisor refuses {method} {arguments[0]}: {fault.faultString}"
                raise StackError(message) from fault

    def _call(self, method: str, *arguments: object) -> Any:
        transport = SupervisorTransport(
            _USER, self._secrets.password("supervisor"), f"unix://{self._layout.supervisor_socket}"
        )
        with contextlib.closing(transport):
            proxy = xmlrpc.client.ServerProxy("http://localhost", transport=transport)
            return getattr(proxy.supervisor, method)(*arguments)


def tail(file: Path, lines: int) -> str:
    """Return the last lines of a log, indented; says so when there is none."""
    try:
        content = file.read_text(errors="replace").splitlines()[-lines:]
    except FileNotFoundError:
        content = ["(no log yet)"]
    return "\n".join(f"    {line}" for line in content)
