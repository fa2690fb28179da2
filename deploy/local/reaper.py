"""Finds and ends what a stack left running. Never touches a process that is not provably of this stack.

Proof is one of: the pid and start time were recorded in this boot; the process carries the stack's environment
marker; it is a `postgres` whose working folder is the stack's cluster (server processes overwrite their environment
with their title); it descends from one of these. Ourselves and our ancestors are never ended.
"""

import json
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

from deploy.local import proc
from deploy.local.layout import Layout, StackError, write_private
from deploy.local.proc import Process

# A service may take 10 s to hand back its work; then it is killed like anything else.
_PATIENCE = 12.0
_POLL = 0.05
_SERVERS = ("beam.smp", "epmd", "postgres", "erl_child_setup", "inet_gethost")


def record(layout: Layout, name: str, pids: Iterable[int]) -> None:
    """Remember processes by pid, start time and boot, under `run/<name>.json`."""
    rows = [{"pid": found.process.pid, "started": found.process.started} for found in map(proc.facts, pids) if found]
    text = json.dumps({"boot_id": proc.boot_id(), "processes": rows}, indent=1)
    write_private(_file(layout, name), text.encode())


def recorded(layout: Layout, name: str) -> list[Process]:
    """Return the remembered processes that still run; none when the machine was restarted since."""
    try:
        content = json.loads(_file(layout, name).read_text())
        if content["boot_id"] != proc.boot_id():
            return []
        rows = [Process(int(row["pid"]), int(row["started"])) for row in content["processes"]]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return []
    return [process for process in rows if proc.is_alive(process)]


def forget(layout: Layout) -> None:
    """Drop all records, once nothing of the stack runs."""
    for file in layout.run.glob("*.json"):
        file.unlink()


def _file(layout: Layout, name: str) -> Path:
    return layout.run / f"{name}.json"


def find(layout: Layout) -> list[Process]:
    """Everything of this stack that runs now, found by the proofs above."""
    table = proc.everything()
    spared = _ancestry(os.getpid(), table)
    names = [file.stem for file in layout.run.glob("*.json")] if layout.run.exists() else []
    roots = {process.pid for name in names for process in recorded(layout, name)}
    roots |= {pid for pid in table if pid not in spared and _is_marked(layout, pid)}
    found = {one.process for root in roots for one in proc.tree(root, table)}
    return sorted((process for process in found if process.pid not in spared), key=lambda process: process.pid)


def _is_marked(layout: Layout, pid: int) -> bool:
    if layout.marker in proc.environment_of(pid):
        return True
    return proc.command_name(pid) == "postgres" and proc.works_in(pid, layout.pgdata)


def _ancestry(pid: int, table: dict[int, proc.Facts]) -> set[int]:
    line = set()
    while pid in table and pid not in line:
        line.add(pid)
        pid = table[pid].parent
    return line | {1}


def reap(layout: Layout, also: Iterable[Process] = ()) -> list[Process]:
    """End everything of this stack, services before servers, and return what had to be ended.

    `also` names processes known to be of the stack that `find` could no longer prove, such as grandchildren whose
    parents are gone. Raises StackError when something survives even SIGKILL (it hangs in the kernel, or is not ours
    to signal).
    """
    ended: dict[Process, None] = {}
    also = [process for process in also if proc.is_alive(process)]
    for _ in range(3):  # a process may have been forked while its parent was being ended
        victims = list(dict.fromkeys([*find(layout), *(one for one in also if proc.is_alive(one))]))
        if not victims:
            return list(ended)
        ended |= dict.fromkeys(victims)
        supervisors = set(recorded(layout, "supervisord"))
        _end([one for one in victims if one in supervisors])  # first, or it restarts what we end
        servers = [one for one in victims if proc.command_name(one.pid) in _SERVERS]
        _end([one for one in victims if one not in servers])
        _end(servers)
    left = find(layout)
    if left:
        message = f"these processes of the stack do not end: {', '.join(str(one.pid) for one in left)}"
        raise StackError(message)
    return list(ended)


def _end(victims: list[Process]) -> None:
    """Ask, wait, then kill. PostgreSQL is asked for its fast shutdown: on SIGTERM it would wait for its clients."""
    for one in victims:
        proc.send(one, signal.SIGINT if proc.command_name(one.pid) == "postgres" else signal.SIGTERM)
    if not _gone(victims, _PATIENCE):
        for one in victims:
            proc.send(one, signal.SIGKILL)
        _gone(victims, _PATIENCE)


def _gone(victims: list[Process], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while any(proc.is_alive(one) for one in victims):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL)
    return True
