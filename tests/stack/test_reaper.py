"""Whom the reaper ends, and above all whom it does not."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import proc, reaper
from deploy.local.layout import Layout
from tests.stack.waiting import until


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    one = Layout(tmp_path)
    one.create()
    return one


@pytest.fixture
def spawned() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes of a test, ended with it."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for one in started:
        one.kill()
        one.wait()


def sleeper(spawned: list[subprocess.Popen[bytes]], **environment: str) -> subprocess.Popen[bytes]:
    """A process that does nothing, with exactly this environment, past its exec."""
    one = subprocess.Popen(["/bin/sleep", "600"], env=environment)
    spawned.append(one)
    until(lambda: proc.command_name(one.pid) == "sleep")
    return one


def marked(layout: Layout) -> dict[str, str]:
    return {"GUOHU_STACK": str(layout.root)}


def test_a_marked_process_is_ended(layout: Layout, spawned: list[subprocess.Popen[bytes]]) -> None:
    one = sleeper(spawned, **marked(layout))

    assert [process.pid for process in reaper.reap(layout)] == [one.pid]
    assert proc.facts(one.pid) is None


def test_a_process_of_another_stack_is_left_alone(layout: Layout, spawned: list[subprocess.Popen[bytes]]) -> None:
    one = sleeper(spawned, GUOHU_STACK=f"{layout.root}2")

    assert reaper.reap(layout) == []
    assert one.poll() is None


def test_a_recorded_process_without_marker_is_ended(layout: Layout, spawned: list[subprocess.Popen[bytes]]) -> None:
    one = sleeper(spawned)
    reaper.record(layout, "processes", [one.pid])

    assert [process.pid for process in reaper.reap(layout)] == [one.pid]


@pytest.mark.parametrize("change", [{"started": 1}, {"boot_id": "another boot"}])
def test_a_stranger_who_got_a_recorded_pid_is_left_alone(
    layout: Layout, spawned: list[subprocess.Popen[bytes]], change: dict[str, object]
) -> None:
    one = sleeper(spawned)
    reaper.record(layout, "processes", [one.pid])
    file = layout.run / "processes.json"
    content = json.loads(file.read_text())
    if "boot_id" in change:
        content |= change
    else:
        content["processes"][0] |= change
    file.write_text(json.dumps(content))

    assert reaper.reap(layout) == []
    assert one.poll() is None


def test_a_damaged_record_ends_nobody(layout: Layout) -> None:
    (layout.run / "processes.json").write_text('{"processes": [{"pid"')

    assert reaper.reap(layout) == []


def test_the_caller_and_his_shell_survive_even_when_they_carry_the_marker(layout: Layout) -> None:
    text = (
        "from deploy.local import reaper; from deploy.local.layout import Layout; from pathlib import Path; import sys"
    )
    code = f"{text}; print(reaper.reap(Layout(Path(sys.argv[1]))))"
    done = subprocess.run(
        ["/bin/sh", "-c", '"$@" && echo survived', "sh", sys.executable, "-c", code, str(layout.var)],
        env={**marked(layout), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.split() == ["[]", "survived"], done.stderr


def test_descendants_without_marker_are_ended_with_their_parent(
    layout: Layout, spawned: list[subprocess.Popen[bytes]]
) -> None:
    start = "subprocess.Popen(['/bin/sleep', '600'], env={}, start_new_session=True)"
    code = f"import subprocess, time; {start}; time.sleep(600)"
    parent = subprocess.Popen([sys.executable, "-c", code], env=marked(layout))
    spawned.append(parent)
    until(lambda: len(proc.tree(parent.pid, proc.everything())) == 2)
    child = proc.tree(parent.pid, proc.everything())[1].process

    reaper.reap(layout)

    assert not proc.is_alive(child)


def test_a_process_that_ignores_the_request_is_killed(
    layout: Layout, spawned: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaper, "_PATIENCE", 0.3)
    one = subprocess.Popen(["/bin/sh", "-c", "trap '' TERM; while :; do sleep 600; done"], env=marked(layout))
    spawned.append(one)
    until(lambda: len(proc.tree(one.pid, proc.everything())) == 2)

    reaper.reap(layout)

    assert proc.facts(one.pid) is None
