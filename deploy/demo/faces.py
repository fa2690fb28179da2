"""Faces of people who do not exist, drawn at run time from one package's sample picture, in the face engine's environment."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Face:
    """An ID-card portrait and several sittings before the camera; each sitting is used once."""

    card: Path
    takes: list[dict[str, Path]] = field(default_factory=list)

    def next_take(self) -> dict[str, Path]:
        """Frames by action."""
        if not self.takes:
            raise RuntimeError("no further sitting was drawn")
        return self.takes.pop(0)


def draw(python: Path, folder: Path, takes: int, root: Path) -> Face:
    """Draw one person with that many sittings that were never used before. Raises CalledProcessError."""
    counter = folder / "next-take"
    first = int(counter.read_text()) if counter.exists() else 0
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        str(python),
        "-m",
        "tests.support.demo_faces",
        str(folder),
        "--people",
        "1",
        "--takes",
        str(takes),
        "--first-take",
        str(first),
    ]
    subprocess.run(
        command, cwd=root, env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin"}, check=True, capture_output=True
    )
    counter.write_text(str(first + takes))
    person: dict[str, Any] = json.loads((folder / "index.json").read_text())["people"][0]
    sittings = [{action.lower(): folder / name for action, name in one["frames"].items()} for one in person["takes"]]
    return Face(folder / person["card"], sittings)
