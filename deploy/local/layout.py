"""Where the one-machine stack keeps its state, and which folders exist. Decides paths and owners; starts nothing."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

# sockaddr_un holds 108 bytes; supervisor first binds "<path>.<pid>" and then renames it.
_LONGEST_SOCKET = 95


class StackError(Exception):
    """The stack cannot do what was asked; the text says what to do about it."""


@dataclass(frozen=True)
class Layout:
    """The folders of one stack. `var` is absolute; two stacks with different `var` share nothing but code."""

    var: Path

    @classmethod
    def from_environment(cls) -> "Layout":
        """Return the stack of `GUOHU_VAR`, or `./var` of the repository when the variable is not set."""
        return cls(Path(os.environ.get("GUOHU_VAR") or REPOSITORY / "var").resolve())

    @property
    def root(self) -> Path:
        """Everything below belongs to the stack and may be deleted while it is down."""
        return self.var / "stack"

    @property
    def marker(self) -> str:
        """The environment entry that every process of this stack carries, by which orphans are found."""
        return f"GUOHU_STACK={self.root}"

    @property
    def pgdata(self) -> Path:
        """The PostgreSQL cluster."""
        return self.root / "pgdata"

    @property
    def rabbitmq(self) -> Path:
        """The RabbitMQ node: home, cookie, configuration, queues."""
        return self.root / "rabbitmq"

    @property
    def objects(self) -> Path:
        """The object store (documents, materials)."""
        return self.root / "objects"

    @property
    def run(self) -> Path:
        """Pid records, lock, supervisor configuration and socket."""
        return self.root / "run"

    @property
    def log(self) -> Path:
        """One log per process."""
        return self.root / "log"

    @property
    def secrets(self) -> Path:
        """Passwords and keys, readable by the stack's user only."""
        return self.root / "secrets"

    @property
    def settings_file(self) -> Path:
        """The operator's own settings, if any."""
        return self.root / "settings.env"

    @property
    def ports_file(self) -> Path:
        """The remembered port numbers."""
        return self.root / "ports.json"

    @property
    def supervisor_conf(self) -> Path:
        """Written by `up`; holds secrets, hence 0600."""
        return self.run / "supervisord.conf"

    @property
    def supervisor_socket(self) -> Path:
        """The supervisor's control socket; in a private folder under the temporary folder when the path is too long."""
        path = self.run / "supervisor.sock"
        if len(os.fsencode(path)) <= _LONGEST_SOCKET:
            return path
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"guohu-{os.geteuid()}-{digest}" / "supervisor.sock"

    def log_file(self, process: str) -> Path:
        """Return the log of one process, for example `contract.worker`."""
        return self.log / f"{process}.log"

    def create(self) -> None:
        """Make the folders, private to the user who runs the stack. Raises StackError when they are somebody else's."""
        self.root.mkdir(parents=True, exist_ok=True)
        _require_own(self.root)
        for folder in (self.root, self.rabbitmq, self.objects, self.run, self.log, self.secrets):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o700)
        socket_folder = self.supervisor_socket.parent
        if socket_folder != self.run:
            socket_folder.mkdir(mode=0o700, exist_ok=True)
            _require_own(socket_folder)

    def remove_socket_folder(self) -> None:
        """Leave nothing outside `root`; the folder exists only where the socket's path would be too long."""
        folder = self.supervisor_socket.parent
        if folder != self.run and folder.exists():
            folder.rmdir()


def _require_own(folder: Path) -> None:
    """Refuse another user's folder: his processes could not be stopped, nor his secrets read."""
    owner = folder.stat().st_uid
    if owner != os.geteuid():
        message = (
            f"{folder} belongs to user id {owner}, not to you ({os.geteuid()}): run as that user, or set GUOHU_VAR"
        )
        raise StackError(message)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read (0600), all or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)
