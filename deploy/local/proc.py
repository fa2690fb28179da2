"""Facts about running processes, read from /proc. A process is a pid *and* its start time: pids are used again.

Only Linux. Decides nothing about whom to end; that is `reaper`.
"""

import contextlib
import errno
import os
import signal
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
# Positions in /proc/<pid>/stat counted after the command name, which may itself hold spaces and brackets.
_STATE, _PARENT, _UTIME, _STIME, _CUTIME, _CSTIME, _START, _RSS = 0, 1, 11, 12, 13, 14, 19, 21


@dataclass(frozen=True)
class Process:
    """One process, safe against a pid used again. `started` is in clock ticks since the machine booted."""

    pid: int
    started: int


@dataclass(frozen=True)
class Facts:
    """What /proc says about one process now: CPU in seconds with the children it waited for, memory in bytes."""

    process: Process
    parent: int
    cpu_seconds: float
    resident: int


def facts(pid: int) -> Facts | None:
    """Return the facts of a living process; None when it is gone or only waits to be buried (a zombie)."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    fields = text[text.rindex(")") + 2 :].split()
    if fields[_STATE] in "ZX":
        return None
    ticks = sum(int(fields[at]) for at in (_UTIME, _STIME, _CUTIME, _CSTIME))
    process = Process(pid, int(fields[_START]))
    return Facts(process, int(fields[_PARENT]), ticks / _TICKS, int(fields[_RSS]) * _PAGE)


def everything() -> dict[int, Facts]:
    """All living processes of the machine by pid."""
    pids = (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())
    return {pid: found for pid in pids if (found := facts(pid)) is not None}


def is_alive(process: Process) -> bool:
    """Whether exactly this process still runs."""
    found = facts(process.pid)
    return found is not None and found.process == process


def tree(root: int, table: dict[int, Facts]) -> list[Facts]:
    """Return a process and all its descendants; empty when it is not in the table."""
    children: dict[int, list[Facts]] = {}
    for one in table.values():
        children.setdefault(one.parent, []).append(one)
    found = [table[root]] if root in table else []
    for one in found:
        found.extend(children.get(one.process.pid, ()))
    return found


def environment_of(pid: int) -> set[str]:
    """Return the entries a process was started with; empty when it is gone or not ours to read."""
    try:
        return set((_PROC / str(pid) / "environ").read_bytes().decode(errors="replace").split("\0"))
    except OSError:
        return set()


def works_in(pid: int, folder: Path) -> bool:
    """Whether a process's working folder is this one."""
    try:
        return (_PROC / str(pid) / "cwd").readlink() == folder
    except OSError:
        return False


def command_name(pid: int) -> str:
    """Return the short name of a program, for example `postgres`."""
    try:
        return (_PROC / str(pid) / "comm").read_text().strip()
    except OSError:
        return ""


def boot_id() -> str:
    """Return what changes with every start of the machine: start times of another boot mean nothing."""
    return (_PROC / "sys/kernel/random/boot_id").read_text().strip()


def send(process: Process, number: signal.Signals) -> None:
    """Signal exactly this process: with a pidfd in hand before looking, the pid cannot change hands in between."""
    try:
        handle = os.pidfd_open(process.pid)
    except OSError as error:
        if error.errno != errno.ENOSYS:  # gone already
            return
        if is_alive(process):  # a kernel without pidfd (before 5.3)
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, number)
        return
    try:
        if is_alive(process):
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(handle, number)
    finally:
        os.close(handle)


def listening(pids: Iterable[int]) -> list[tuple[str, int, int]]:
    """Return the TCP sockets on which these processes listen, as (address, port, pid)."""
    owners = {inode: pid for pid in pids for inode in _socket_inodes(pid)}
    found = []
    for table, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        with contextlib.suppress(OSError):
            for line in (_PROC / "net" / table).read_text().splitlines()[1:]:
                columns = line.split()
                if columns[3] == "0A" and columns[9] in owners:
                    address, port = columns[1].split(":")
                    found.append((_address(address, family), int(port, 16), owners[columns[9]]))
    return found


def _socket_inodes(pid: int) -> list[str]:
    inodes = []
    with contextlib.suppress(OSError):
        for entry in (_PROC / str(pid) / "fd").iterdir():
            with contextlib.suppress(OSError):
                target = str(entry.readlink())
                if target.startswith("socket:["):
                    inodes.append(target[8:-1])
    return inodes


def _address(text: str, family: socket.AddressFamily) -> str:
    """Read an address as the kernel prints it: 32-bit words in the machine's (little-endian) order."""
    raw = bytes.fromhex(text)
    words = [raw[at : at + 4][::-1] for at in range(0, len(raw), 4)]
    return socket.inet_ntop(family, b"".join(words))
