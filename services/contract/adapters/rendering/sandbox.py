"""Decides what a converter process may touch: no network, only system libraries and fonts, bounded CPU and memory.

Leaves to others: what is run, and how long it may take by the clock.
bubblewrap gives the isolation, prlimit the bounds. Where bubblewrap cannot make namespaces (some containers), prlimit
stays alone and a warning says so, unless the settings require isolation. QtWebKit dies below 1.5 GB of address space.
"""

import logging
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from services.contract.adapters.rendering.errors import EngineError

log = logging.getLogger(__name__)

CLEAN_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/tmp",  # noqa: S108 - a fresh tmpfs inside the sandbox
    "XDG_RUNTIME_DIR": "/tmp",  # noqa: S108 - the same
    "LANG": "C.UTF-8",
    "QT_QPA_PLATFORM": "offscreen",  # needs no display
    "QT_HASH_SEED": "0",  # otherwise the order of objects varies when two fonts are used
}
_READ_ONLY = (
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/alternatives",
    "/var/cache/fontconfig",
)
_PROBE_SECONDS = 10


@dataclass(frozen=True)
class Limits:
    """Bounds of one conversion: CPU seconds, address space and output file size in bytes, open files."""

    cpu_seconds: int = 10
    address_space: int = 1_500_000_000
    file_size: int = 33_554_432
    open_files: int = 64


@dataclass(frozen=True)
class Sandbox:
    """A command prefix, and whether it isolates (namespaces) or only bounds (limits)."""

    prefix: tuple[str, ...]
    isolated: bool

    @classmethod
    def prepare(cls, limits: Limits, *, required: bool) -> "Sandbox":
        """Find the strongest prefix that works on this machine.

        Raises `EngineError` `contract.sandbox_unavailable` when isolation is `required` and cannot be had.
        """
        bounded = _prlimit(limits)
        bwrap = shutil.which("bwrap")
        isolated = bounded + _bubblewrap(bwrap) if bwrap else ()
        if isolated and _works(isolated):
            return cls(isolated, isolated=True)
        if required:
            raise EngineError("contract.sandbox_unavailable")
        log.warning("contract.sandbox_unavailable: documents are drawn with limits only, without isolation")
        return cls(bounded, isolated=False)


def _prlimit(limits: Limits) -> tuple[str, ...]:
    prlimit = shutil.which("prlimit")
    if not prlimit:
        raise EngineError("contract.sandbox_unavailable", program="prlimit")
    return (
        prlimit,
        f"--cpu={limits.cpu_seconds}",
        f"--as={limits.address_space}",
        f"--fsize={limits.file_size}",
        f"--nofile={limits.open_files}",
        "--core=0",
    )


def _bubblewrap(program: str) -> tuple[str, ...]:
    command = [program, "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    for name, value in CLEAN_ENVIRONMENT.items():
        command += ["--setenv", name, value]
    for path in _READ_ONLY:
        if Path(path).is_symlink():
            command += ["--symlink", str(Path(path).readlink()), path]
        else:
            command += ["--ro-bind-try", path, path]
    return (*command, "--perms", "0700", "--tmpfs", "/tmp", "--proc", "/proc", "--dev", "/dev")  # noqa: S108 - inside the sandbox


def _works(prefix: tuple[str, ...]) -> bool:
    try:
        probe = subprocess.run(  # noqa: S603 - a fixed command
            [*prefix, "true"], capture_output=True, timeout=_PROBE_SECONDS, check=False, env=CLEAN_ENVIRONMENT
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return probe.returncode == 0
