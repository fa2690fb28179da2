"""What a face check costs: the engine's whole check beside the bare dlib embeddings in it.

A check is the neutral frame, two turns and an extra action, each measured, embedded and compared, and the card's distance;
the baseline is one dlib descriptor a frame of the same chips, which no check can do without. CPU time (user and system)
of the engine's own environment, medians. Without that environment there are no figures.
Run: `python -m tests.bench.face_check`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ROUNDS = 5
SECONDS = 300


def measure(rounds: int = ROUNDS) -> dict[str, float]:
    """Return seconds of CPU for a check and for its bare embeddings, and their ratio; nothing without the environment."""
    python = Path(os.environ.get("GUOHU_FACE_PYTHON") or REPOSITORY / "var" / "venv-face" / "bin" / "python")
    if not python.exists():
        print("face_check: no face environment, skipped", file=sys.stderr)
        return {}
    done = subprocess.run(
        [str(python), "-m", "tests.bench.processes.face_check", str(rounds)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        timeout=SECONDS,
        check=True,
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))  # noqa: T201 - the command's output
