"""`guohu` as operators type it: made by the bootstrap, usable from any folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

COMMAND = Path(sys.prefix) / "bin" / "guohu"


def test_the_command_explains_itself_in_any_folder(tmp_path: Path) -> None:
    told = subprocess.run([COMMAND, "--help"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("Usage: guohu")
    assert told.stderr == ""
