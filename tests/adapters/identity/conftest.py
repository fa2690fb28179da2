"""The faces and the engine every test of this folder shares; both are skipped where the face environment is missing."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.adapters.identity.face_engine_process import REPOSITORY, EngineProcess, face_python


@dataclass(frozen=True)
class Person:
    """One synthetic person: card portrait, and per take a frame for each action."""

    card: bytes
    takes: tuple[dict[str, bytes], ...]


@pytest.fixture(scope="session")
def face_interpreter() -> str:
    python = face_python()
    if not python.exists():
        pytest.skip("no face environment: run deploy/local/face_env.sh var/venv-face, or set GUOHU_FACE_PYTHON")
    return str(python)


@pytest.fixture(scope="session")
def people(face_interpreter: str, tmp_path_factory: pytest.TempPathFactory) -> list[Person]:
    folder = tmp_path_factory.mktemp("faces")
    make_faces(face_interpreter, folder, "--people", "2", "--takes", "2")
    rows = json.loads((folder / "index.json").read_text())["people"]
    return [
        Person(
            (folder / row["card"]).read_bytes(),
            tuple(
                {action: (folder / name).read_bytes() for action, name in take["frames"].items()}
                for take in row["takes"]
            ),
        )
        for row in rows
    ]


@pytest.fixture(scope="session")
def face_engine(face_interpreter: str) -> Iterator[EngineProcess]:
    engine = EngineProcess(face_interpreter, "-m", "services.identity.adapters.face_engine")
    yield engine
    engine.close()


def make_faces(interpreter: str, folder: Path, *options: str) -> None:
    """Run the generator of demo faces; fails with what it printed."""
    done = subprocess.run(
        [interpreter, "-m", "tests.support.demo_faces", str(folder), *options],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
