"""No test sleeps for luck: what has to be waited for is waited for, in one place."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
WAITING = ROOT / "tests" / "stack" / "waiting.py"


def sleeps(source: str, *, green: bool) -> list[int]:
    """Return the lines that sleep; `green`: also those that let other greenthreads run."""
    modules, found = {"time", "gevent"} | ({"eventlet"} if green else set()), []
    for node in ast.walk(ast.parse(source)):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr == "sleep":
            found += [node.lineno] if isinstance(called.value, ast.Name) and called.value.id in modules else []
        if isinstance(node, ast.ImportFrom) and node.module in modules:
            found += [node.lineno] if "sleep" in {one.name for one in node.names} else []
    return found


def test_no_test_sleeps_outside_the_one_place_that_waits_for_facts() -> None:
    files = [one for one in sorted((ROOT / "tests").rglob("*.py")) if one != WAITING]

    # an eventlet process under test yields with eventlet.sleep; a test never does
    found = {
        str(one.relative_to(ROOT)): lines
        for one in files
        if (lines := sleeps(one.read_text(encoding="utf-8"), green=one.name.startswith("test_")))
    }

    assert found == {}


def test_a_sleep_is_noticed_however_it_is_written() -> None:
    assert sleeps("import time\ntime.sleep(1)", green=False) == [2]
    assert sleeps("from time import monotonic, sleep", green=False) == [1]
    assert sleeps("import eventlet\neventlet.sleep(0)", green=True) == [2]
    assert sleeps("code = 'time.sleep(600)'", green=True) == []
