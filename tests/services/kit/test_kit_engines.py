"""An engine process dies, hangs, is killed in mid-work: the asker is told, the next job finds a new one."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from services.common.kit.errors import DomainError, Kind, Unavailable
from tests.support.probe.messages import Crunch, Doze
from tests.support.rig import Rig, Running, eventually


def children(process: Running) -> list[int]:
    """The engine processes of a worker."""
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True, check=False
    )
    return [int(pid) for pid in found.stdout.split()]


def test_job_runs_in_a_process_of_its_own(rig: Rig) -> None:
    worker = rig.crew(serve=0)[0]

    answer = rig.client().ask(Crunch(job="upper", text="abc"))

    assert (answer.text, answer.pid) == ("ABC", children(worker)[0])


def test_engine_killed_in_mid_work_is_unavailable_and_replaced(rig: Rig) -> None:
    worker = rig.crew(serve=0)[0]
    client = rig.client()
    first = client.ask(Crunch(job="upper", text="a")).pid
    asked = rig.meanwhile(lambda: rig.client().ask(Crunch(job="burn", text="b", seconds=60), seconds=30))
    eventually(lambda: cpu(first) > 0.2)

    os.kill(first, signal.SIGKILL)
    with pytest.raises(Unavailable) as refusal:
        asked.result()

    assert refusal.value.code == "engine.died"
    again = client.ask(Crunch(job="upper", text="c"))
    assert again.text == "C"
    assert again.pid != first
    assert children(worker) == [again.pid]


def cpu(pid: int) -> float:
    """CPU seconds a process has used since it was looked at first."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    used = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used - _FIRST.setdefault(pid, used)


_FIRST: dict[int, float] = {}


def test_engine_that_ends_itself_in_mid_work_is_unavailable_and_replaced(rig: Rig) -> None:
    rig.crew(serve=0)
    client = rig.client()

    with pytest.raises(Unavailable) as refusal:
        client.ask(Crunch(job="die", text="x"))

    assert refusal.value.code == "engine.died"
    assert client.ask(Crunch(job="upper", text="on")).text == "ON"


def test_engine_that_died_between_two_jobs_is_replaced_before_the_next(rig: Rig) -> None:
    rig.crew(serve=0)
    client = rig.client()
    first = client.ask(Crunch(job="upper", text="a")).pid

    os.kill(first, signal.SIGKILL)
    eventually(lambda: not Path(f"/proc/{first}/cmdline").exists() or not Path(f"/proc/{first}/cmdline").read_bytes())

    assert client.ask(Crunch(job="upper", text="b")).text == "B"


def test_job_that_takes_too_long_is_ended_with_its_process(rig: Rig) -> None:
    worker = rig.crew(serve=0)[0]
    client = rig.client()
    first = client.ask(Crunch(job="upper", text="a")).pid

    with pytest.raises(Unavailable) as refusal:
        client.ask(Crunch(job="upper", text="slow", seconds=60, patience=0.5), seconds=20)
    again = client.ask(Crunch(job="upper", text="next"))

    assert refusal.value.code == "engine.too_slow"
    assert again.text == "NEXT"  # and not the answer to the question before
    assert not Path(f"/proc/{first}").exists()
    assert children(worker) == [again.pid]


def test_job_that_waited_until_too_little_time_is_left_is_refused_and_kills_nobody(rig: Rig) -> None:
    rig.crew(serve=0)
    client = rig.client()
    first = client.ask(Crunch(job="upper", text="a")).pid
    before = rig.meanwhile(lambda: rig.client().ask(Crunch(job="burn", text="b", seconds=1.6), seconds=30))
    eventually(lambda: cpu(first) > 0.1)

    with pytest.raises(Unavailable) as refusal:
        client.ask(Crunch(job="upper", text="late", seconds=0.9, patience=2), seconds=20)

    assert refusal.value.code == "engine.busy"
    assert before.result().text == "b"
    assert client.ask(Crunch(job="upper", text="c")).pid == first


def test_worker_answers_questions_while_its_engine_computes(rig: Rig) -> None:
    rig.crew(serve=0)
    busy = rig.meanwhile(lambda: rig.client().ask(Crunch(job="burn", text="x", seconds=2), seconds=30))
    client = rig.client()

    answers = [client.ask(Doze(text="alive"), seconds=2).text for _ in range(20)]

    assert answers == ["alive"] * 20
    assert busy.result().text == "x"


def test_jobs_wait_for_the_only_engine_and_all_get_their_own_answer(rig: Rig) -> None:
    rig.crew(serve=0)
    asked = [
        rig.meanwhile(lambda n=n: rig.client().ask(Crunch(job="upper", text=f"n{n}", seconds=0.05))) for n in range(15)
    ]

    assert [one.result().text for one in asked] == [f"N{n}" for n in range(15)]


def test_unknown_job_is_refused_without_ending_the_engine(rig: Rig) -> None:
    rig.crew(serve=0)
    client = rig.client()
    first = client.ask(Crunch(job="upper", text="a")).pid

    with pytest.raises(DomainError) as refusal:
        client.ask(Crunch(job="no-such", text="x"))

    assert refusal.value.kind is not Kind.UNAVAILABLE
    assert client.ask(Crunch(job="upper", text="b")).pid == first


def test_no_engine_outlives_its_worker(rig: Rig) -> None:
    worker = rig.crew(serve=0)[0]
    engine = rig.client().ask(Crunch(job="upper", text="a")).pid
    worker.terminate()
    eventually(lambda: not Path(f"/proc/{engine}").exists())

    killed = rig.crew(serve=0)[0]
    engine = rig.client().ask(Crunch(job="upper", text="a")).pid
    killed.kill()
    eventually(lambda: not Path(f"/proc/{engine}").exists())
