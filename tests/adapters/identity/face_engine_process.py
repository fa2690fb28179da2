"""Starts the face engine as the service does, as a plain child of its own environment, and speaks the pipe's protocol."""

import json
import os
import subprocess
import sys
from pathlib import Path

from services.common.kit.engine_child import SETTINGS_VARIABLE, read_message, write_message

REPOSITORY = Path(__file__).resolve().parents[3]


def face_python() -> Path:
    """The interpreter of the face engine's environment; it may not exist."""
    return Path(os.environ.get("GUOHU_FACE_PYTHON") or REPOSITORY / "var" / "venv-face" / "bin" / "python")


class EngineProcess:
    """One engine child. `ask` returns the whole answer, refusals included."""

    def __init__(self, *command: str, settings: dict[str, object] | None = None) -> None:
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), SETTINGS_VARIABLE: json.dumps(settings or {})}
        self.process = subprocess.Popen(
            [*command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=REPOSITORY,
        )
        self.ready = self.read()
        self._last = 0

    def ask(self, job: str, **args: object) -> dict[str, object]:
        """Send one request and wait for its answer."""
        self._last += 1
        assert self.process.stdin is not None
        write_message(self.process.stdin, {"id": self._last, "job": job, "args": args})
        answer = self.read()
        assert answer is not None
        assert answer["id"] == self._last
        return answer

    def result(self, job: str, **args: object) -> dict[str, object]:
        """The result of a job that must succeed."""
        answer = self.ask(job, **args)
        assert answer["ok"], answer
        result = answer["result"]
        assert isinstance(result, dict)
        return result

    def code(self, job: str, **args: object) -> str:
        """The code of a job that must be refused."""
        answer = self.ask(job, **args)
        assert not answer["ok"], "the engine accepted what it must refuse"
        return str(answer["code"])

    def read(self) -> dict[str, object] | None:
        """The next message, None at end of file."""
        assert self.process.stdout is not None
        return read_message(self.process.stdout)

    def close(self) -> tuple[int, str]:
        """Close the pipe and wait: exit status and everything the child wrote to standard error."""
        _, errors = self.process.communicate(timeout=20)
        return self.process.returncode, errors.decode()


def own_python() -> str:
    """The interpreter the tests run under; enough for engines without native libraries."""
    return sys.executable
