"""SIGTERM while questions run, while events are worked on, while an answer streams: all end in time, nothing is lost or done twice."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from services.common.kit.errors import Unavailable
from tests.support.probe.messages import Count, Echo
from tests.support.rig import ROOT, Rig, eventually

Mark = Callable[[str, object], None]
Begun = Callable[[], list[str]]
LONGEST = 10.0
"""Seconds a process may take to end."""


def starts(log: Path) -> list[str]:
    return log.read_text().split() if log.exists() else []


def test_question_that_runs_at_sigterm_is_answered_and_not_run_again(rig: Rig, tmp_path: Path) -> None:
    (serve,) = rig.crew(serve=1, worker=0)
    log = tmp_path / "starts"
    asked = rig.meanwhile(lambda: rig.client().ask(Echo(text="long", seconds=1.5, log=str(log)), seconds=20))
    eventually(lambda: starts(log) == ["long"])

    seconds = serve.terminate()
    rig.crew(serve=1, worker=0)
    rig.client().ask(Echo(text="next", log=str(log)))

    assert asked.result().pid == serve.pid
    assert starts(log) == ["long", "next"]
    assert seconds < LONGEST
    assert serve.popen.returncode == 0


def test_command_that_runs_at_sigterm_commits_answers_and_tells_its_event(rig: Rig, name: str) -> None:
    serve, _ = rig.crew()
    asked = rig.meanwhile(lambda: rig.client().ask(Count(name=name, seconds=1.0), request_id=name, seconds=20))
    eventually(lambda: rig.sql("SELECT 1 FROM kit_requests WHERE request_key LIKE %s", f"%:{name}"))

    serve.terminate()

    assert asked.result().value == 1
    eventually(lambda: rig.sql("SELECT value FROM handled WHERE name = %s", name) == [(1,)])


def test_questions_that_arrive_while_a_process_ends_go_to_its_replica_and_run_once(rig: Rig, tmp_path: Path) -> None:
    one, two = rig.crew(serve=2, worker=0, GUOHU_RPC_WORKERS="2")
    log, enough = tmp_path / "starts", threading.Event()

    def keep_asking() -> list[int]:
        client, answered_by = rig.client(), []
        while not enough.is_set():
            answered_by.append(client.ask(Echo(text="x", seconds=0.1, log=str(log)), seconds=20).pid)
        return answered_by

    askers = [rig.meanwhile(keep_asking) for _ in range(6)]
    eventually(lambda: len(starts(log)) >= 12)
    seconds = one.terminate()
    until_then = len(starts(log))
    eventually(lambda: len(starts(log)) >= until_then + 12)
    enough.set()
    answered_by = [pid for asker in askers for pid in asker.result()]

    assert set(answered_by) == {one.pid, two.pid}
    assert len(starts(log)) == len(answered_by)
    assert seconds < LONGEST


def test_question_longer_than_the_stop_is_given_to_a_replica(rig: Rig, tmp_path: Path) -> None:
    (first,) = rig.crew(serve=1, worker=0)
    log = tmp_path / "starts"
    asked = rig.meanwhile(lambda: rig.client().ask(Echo(text="endless", seconds=12, log=str(log)), seconds=40))
    eventually(lambda: starts(log) == ["endless"])

    seconds = first.terminate()
    second = rig.start("serve")

    assert seconds < LONGEST
    assert asked.result().pid == second.pid


def test_event_worked_on_at_sigterm_is_finished_and_not_handled_again(
    rig: Rig, name: str, mark: Mark, begun: Begun
) -> None:
    _, worker = rig.crew()
    mark("slow", 1.0)
    rig.client().ask(Count(name=name), request_id=name)
    eventually(lambda: begun() == ["1"])

    seconds = worker.terminate()

    assert rig.sql("SELECT value FROM handled WHERE name = %s", name) == [(1,)]
    assert rig.sql("SELECT state, attempts FROM kit_inbox WHERE aggregate_id = %s", name) == [("done", 1)]
    assert seconds < LONGEST


def test_no_acknowledgement_is_lost_at_sigterm(rig: Rig, name: str) -> None:
    """A message whose acknowledgement was lost would be waiting again when its consumer has gone."""
    serve, worker = rig.crew()
    client = rig.client()
    for number in range(60):
        client.ask(Count(name=f"{name}-{number % 10}"), request_id=f"{name}-{number}")
    eventually(lambda: rig.sql("SELECT count(*) FROM kit_inbox WHERE aggregate_id LIKE %s", f"{name}-%") == [(60,)])

    worker.terminate()
    serve.terminate()

    assert rig.waiting("events.probe.worker") == 0
    assert rig.waiting("rpc.probe.serve") == 0


def test_sigterm_while_a_process_still_starts_ends_it_in_time(rig: Rig) -> None:
    (waiting,) = [
        rig.start(
            "serve",
            ready=False,
            GUOHU_DATABASE_URL=rig.database_url.replace("/probe", "/nowhere"),
            GUOHU_START_SECONDS="60",
        )
    ]
    eventually(lambda: "database not ready" in waiting.log.read_text())

    assert waiting.terminate() < LONGEST + 1


def test_idle_process_ends_at_once_and_says_so(rig: Rig) -> None:
    serve, worker = rig.crew()

    for one in (serve, worker):
        one.terminate()
        assert one.popen.returncode == 0
        assert '"message": "process ended"' in one.log.read_text()


def test_nobody_is_asked_of_a_process_that_has_ended(rig: Rig) -> None:
    (serve,) = rig.crew(serve=1, worker=0)
    serve.terminate()

    with pytest.raises(Unavailable):
        rig.client().ask(Echo(text="x"), seconds=0.3)


def test_answer_that_streams_at_sigterm_reaches_its_reader_whole(tmp_path: Path) -> None:
    """The same server the gateway has, stopped as the runner stops it."""
    server = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.services.webserver_process", json.dumps({})],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert server.stdout is not None
    port = int(server.stdout.readline())
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as reader,
        socket.create_connection(("127.0.0.1", port), timeout=10) as opener,
    ):
        opener.sendall(b"POST /open HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
        assert opener.recv(100).startswith(b"HTTP/1.1 100")
        reader.sendall(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
        received = reader.recv(100)
        server.send_signal(signal.SIGTERM)
        opener.sendall(b"x")  # lets the second half of the stream begin
        while piece := reader.recv(65536):
            received += piece

    assert received.endswith(b"second\r\n0\r\n\r\n")
    assert "cut 0" in server.communicate(timeout=15)[0]
