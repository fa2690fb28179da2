"""A backup of the one-machine stack, and a stack made of it: databases, objects, secrets. Both want the stack down.

Events in the broker are not in it: senders keep what they sent for a week, and a restored stack sends the last day's again, which
receivers know by their ids. So nothing is lost that was committed, and the broker begins empty.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local import postgres
from deploy.local.layout import StackError
from deploy.local.ports import LOOPBACK
from deploy.local.processes import ROSTER, Roster
from deploy.local.stack import Stack

_FOLDERS = ("objects", "secrets")
_SERVERS = Roster(())
SERVICES = tuple(ROSTER.migrations)
_SEND_AGAIN = "UPDATE kit_outbox SET published_at = NULL WHERE published_at > (SELECT max(published_at) FROM kit_outbox) - interval '1 day'"
_SECONDS = 3600


def save(var: Path, folder: Path, say: Callable[[str], None]) -> None:
    """Write a backup of the stack below `var` into a new folder, private to its owner. Raises StackError."""
    _refuse_running(var)
    layout = Stack(var).layout
    if not layout.pgdata.exists():
        message = f"there is no stack in {layout.root}"
        raise StackError(message)
    if folder.exists():
        message = f"{folder} is there already: a backup is a folder of its own"
        raise StackError(message)
    folder.mkdir(parents=True, mode=0o700)
    with _servers(var, say) as servers:
        for service in SERVICES:
            _tool(servers, "pg_dump", service, "--format=custom", f"--file={folder / service}.dump")
    say(f"{len(SERVICES)} databases are dumped")
    for name in _FOLDERS:
        shutil.copytree(layout.root / name, folder / name)
    if layout.settings_file.exists():
        shutil.copy2(layout.settings_file, folder)
    say(f"objects and secrets are copied: keep {folder} as you keep the data")


def restore(var: Path, folder: Path, say: Callable[[str], None]) -> None:
    """Make a stack below `var` of a backup; `up` starts it. Raises StackError, also where there is a stack already."""
    _refuse_running(var)
    layout = Stack(var).layout
    if layout.root.exists() and any(layout.root.iterdir()):
        message = f"{layout.root} is not empty: a backup is restored beside what is there, never over it"
        raise StackError(message)
    missing = [one for one in (*_FOLDERS, *(f"{one}.dump" for one in SERVICES)) if not (folder / one).exists()]
    if missing:
        message = f"{folder} is not a whole backup: {' '.join(missing)}"
        raise StackError(message)
    layout.root.mkdir(parents=True, exist_ok=True)
    for name in _FOLDERS:
        shutil.copytree(folder / name, layout.root / name)
    if (folder / layout.settings_file.name).exists():
        shutil.copy2(folder / layout.settings_file.name, layout.settings_file)
    with _servers(var, say) as servers:
        for service in SERVICES:
            _tool(servers, "pg_restore", service, "--exit-on-error", "--single-transaction", f"{folder / service}.dump")
            _send_again(servers, service)
    say(f"{len(SERVICES)} databases, objects and secrets are restored")


def _refuse_running(var: Path) -> None:
    if Stack(var).status():
        message = "the stack is running: `down` first"
        raise StackError(message)


@contextmanager
def _servers(var: Path, say: Callable[[str], None]) -> Iterator[Stack]:
    """The stack's servers without a process of ours: nobody writes meanwhile."""
    servers = Stack(var, _SERVERS, say)
    try:
        servers.up()
        yield servers
    finally:
        servers.down()


def _tool(servers: Stack, name: str, database: str, *options: str) -> None:
    where = [f"--host={LOOPBACK}", f"--port={servers.ports['postgres']}", "--username=postgres", f"--dbname={database}"]
    program = postgres.binaries(servers.layout.pgdata) / name
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "PGPASSWORD": servers.secrets.password("postgres")}
    done = subprocess.run(
        [program, *where, "--no-password", *options],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        message = f"{name} of {database} failed:\n{done.stderr[-2000:]}"
        raise StackError(message)


def _send_again(servers: Stack, service: str) -> None:
    link = postgres.connect(servers.secrets, servers.ports["postgres"], service)
    try:
        with link, link.cursor() as cursor:
            cursor.execute("SELECT to_regclass('kit_outbox')")
            if cursor.fetchone() != (None,):  # a service that tells nobody anything has none
                cursor.execute(_SEND_AGAIN)
    finally:
        link.close()
