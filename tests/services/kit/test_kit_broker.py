"""The broker goes away and comes back: events wait, questions are refused in time, processes end and reconnect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.common.kit.errors import Unavailable
from tests.support.probe.messages import Count, Echo, PassOn
from tests.support.rig import Rig, eventually

Mark = Callable[[str, object], None]
LONGEST = 10.0


@pytest.fixture
def broken(rig: Rig) -> Iterator[Rig]:
    """A rig whose broker runs again afterwards, whatever happens."""
    yield rig
    rig.start_broker()


def handled(rig: Rig, name: str) -> list[int]:
    return [row[0] for row in rig.sql("SELECT value FROM handled WHERE name = %s ORDER BY id", name)]


def starts(log: Path) -> list[str]:
    return log.read_text().split() if log.exists() else []


def test_events_waiting_in_the_broker_survive_its_restart(broken: Rig, name: str) -> None:
    rig = broken
    rig.crew(serve=1, worker=0)
    client = rig.client()
    for number in range(5):
        client.ask(Count(name=name), request_id=f"{name}-{number}")
    eventually(lambda: rig.waiting("events.probe.worker") >= 5)

    rig.stop_broker()
    rig.start_broker()
    rig.crew(serve=1, worker=1)

    eventually(lambda: handled(rig, name) == [1, 2, 3, 4, 5])


def test_command_at_work_when_the_broker_goes_is_told_after_it_is_back_and_acts_once(broken: Rig, name: str) -> None:
    rig = broken
    serve, worker = rig.crew()
    lost = rig.meanwhile(lambda: rig.client().ask(Count(name=name, seconds=2.0), request_id=name, seconds=10))
    eventually(lambda: rig.sql("SELECT 1 FROM kit_requests WHERE request_key LIKE %s", f"%:{name}"))

    rig.stop_broker()
    eventually(lambda: rig.sql("SELECT value FROM counters WHERE name = %s", name) == [(1,)])
    assert rig.sql(
        "SELECT count(*) FROM kit_outbox WHERE published_at IS NULL AND envelope->>'aggregate_id' = %s", name
    ) == [(1,)]
    rig.start_broker()
    eventually(lambda: handled(rig, name) == [1])

    assert isinstance(lost.exception(), Unavailable)
    assert rig.client().ask(Count(name=name, seconds=2.0), request_id=name, seconds=10).value == 1
    assert rig.sql("SELECT value FROM counters WHERE name = %s", name) == [(1,)]
    assert serve.alive
    assert worker.alive


def test_metric_of_waiting_events_follows_the_broker_within_seconds(broken: Rig, name: str) -> None:
    rig = broken
    (serve,) = rig.crew(worker=0)
    rig.meanwhile(lambda: rig.client().ask(Count(name=name, seconds=2.0), request_id=name, seconds=10))
    eventually(lambda: rig.sql("SELECT 1 FROM kit_requests WHERE request_key LIKE %s", f"%:{name}"))

    rig.stop_broker()
    eventually(lambda: "guohu_outbox_waiting 1.0" in serve.metrics())
    rig.start_broker()

    eventually(lambda: "guohu_outbox_waiting 0.0" in serve.metrics())


def test_processes_with_the_broker_down_say_so_end_in_time_and_lose_nothing(
    broken: Rig, name: str, mark: Mark, tmp_path: Path
) -> None:
    rig = broken
    serve, worker = rig.crew()
    mark("slow", 2.0)
    log = tmp_path / "starts"
    rig.client().ask(Count(name=name), request_id=name)
    rig.meanwhile(lambda: rig.client().ask(Echo(text="cut", seconds=2.0, log=str(log)), seconds=3))
    eventually(lambda: starts(log) == ["cut"])
    eventually(lambda: rig.sql("SELECT 1 FROM kit_inbox WHERE aggregate_id = %s AND attempts = 1", name))

    rig.stop_broker()
    eventually(lambda: not serve.is_ready() and not worker.is_ready())
    seconds = [serve.terminate(), worker.terminate()]
    rig.start_broker()
    rig.crew()
    rig.client().ask(Echo(text="next", log=str(log)))

    assert max(seconds) < LONGEST
    eventually(lambda: handled(rig, name) == [1])
    assert rig.sql("SELECT attempts FROM kit_inbox WHERE aggregate_id = %s", name) == [(1,)]
    assert starts(log) == ["cut", "next"]


def test_process_started_before_the_broker_serves_when_it_is_there(broken: Rig) -> None:
    rig = broken
    rig.crew(serve=0, worker=0)
    rig.stop_broker()
    serve, worker = rig.start("serve", ready=False), rig.start("worker", ready=False)
    eventually(
        lambda: "broker connection lost" in serve.log.read_text() and "broker connection lost" in worker.log.read_text()
    )

    rig.start_broker()
    eventually(lambda: serve.is_ready() and worker.is_ready())

    assert rig.client().ask(PassOn(text="through both")).text == "through both"
