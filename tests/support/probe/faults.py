"""Ways to die on purpose, once each."""

import os
import signal
from pathlib import Path


def end_here(name: str) -> None:
    """kill -9 of oneself, the first time this name comes by."""
    mark = Path(os.environ["PROBE_MARKS"]) / name
    if mark.exists():
        return
    mark.touch()
    os.kill(os.getpid(), signal.SIGKILL)
