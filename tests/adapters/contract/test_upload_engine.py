"""The inspection as a process of its own: what a hostile file ends there is its job, not the process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from services.common.kit.engine_child import read_message, write_message
from tests.support import upload_files as files

ROOT = Path(__file__).parents[3]
MODULE = "services.contract.adapters.inspection.engine"


class Child:
    """One engine process, spoken to as the pool does."""

    def __init__(self, **settings: object) -> None:
        told = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "GUOHU_ENGINE_SETTINGS": json.dumps(settings)}
        command = [sys.executable, "-m", "services.common.kit.engine_child", MODULE]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=told, cwd=ROOT)
        assert self._read()["result"] == {"ready": True}

    def _read(self) -> dict[str, Any]:
        answer = read_message(cast("Any", self.process.stdout))
        assert answer is not None, "the process has ended"
        return answer

    def inspect(self, data: bytes) -> dict[str, Any]:
        question = {"id": 1, "job": "inspect_file", "args": {"data": data, "declared": ""}}
        write_message(cast("Any", self.process.stdin), question)
        return self._read()

    def end(self) -> None:
        cast("Any", self.process.stdin).close()
        self.process.wait(10)
        cast("Any", self.process.stdout).close()


@pytest.fixture
def child() -> Iterator[Child]:
    one = Child()
    yield one
    one.end()


def test_a_process_answers_with_the_clean_copy_and_with_refusals(child: Child) -> None:
    good = child.inspect(files.picture())
    bad = child.inspect(files.acting("launch"))

    assert good["ok"]
    assert cast("dict[str, Any]", good["result"])["data"].startswith(b"\xff\xd8\xff")
    assert (bad["ok"], bad["code"], bad["kind"]) == (False, "contract.file_active", "invalid")


def test_after_every_hostile_file_the_same_process_goes_on(child: Child) -> None:
    hostile = [files.stream_bomb(), files.nested_bomb(), files.table_bomb(), files.image_bomb(), b"", files.locked("x")]
    hostile += [files.png_promising(60_000, 60_000), files.picture()[:500], files.scan()[:500]]

    assert not any(child.inspect(one)["ok"] for one in hostile)
    assert child.inspect(files.scan())["ok"]


def test_a_process_has_a_bound_of_its_own_for_what_no_check_foresaw() -> None:
    tight = Child(memory_bytes=420 * 1024 * 1024)
    try:
        refused = tight.inspect(files.picture("PNG", size=(7000, 7000)))
        assert (refused["ok"], refused["code"]) == (False, "contract.file_too_complex")
        assert tight.inspect(files.picture())["ok"]
    finally:
        tight.end()
