"""kill -9 between commit and publish, between work and mark; a second replica takes over; every effect happens once."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.probe.messages import Count
from tests.support.rig import Rig, Running, eventually

Mark = Callable[[str, object], None]
Begun = Callable[[], list[str]]


def handled(rig: Rig, name: str) -> list[int]:
    return [row[0] for row in rig.sql("SELECT value FROM handled WHERE name = %s ORDER BY id", name)]


def ended(*processes: Running) -> bool:
    return all(not one.alive for one in processes)


def test_event_of_a_process_killed_between_commit_and_publish_is_told_by_the_next_one(rig: Rig, name: str) -> None:
    (serve,) = rig.crew(worker=0, GUOHU_SLOT="probe.only")  # a worker's relay would tell it
    rig.meanwhile(lambda: rig.client().ask(Count(name=name, kill_at="after_commit"), request_id=name))
    eventually(lambda: ended(serve))
    assert rig.sql(
        "SELECT count(*) FROM kit_outbox WHERE published_at IS NULL AND envelope->>'aggregate_id' = %s", name
    ) == [(1,)]
    assert handled(rig, name) == []

    rig.crew(GUOHU_SLOT="probe.only")

    eventually(lambda: handled(rig, name) == [1])


def test_event_of_a_process_killed_between_commit_and_publish_is_told_by_its_replica(rig: Rig, name: str) -> None:
    rig.crew(serve=2, worker=1)

    answer = rig.client().ask(Count(name=name, kill_at="after_commit"), request_id=name, seconds=20)

    assert answer.value == 1
    eventually(lambda: handled(rig, name) == [1])


def test_event_published_again_because_the_mark_was_lost_is_handled_once(rig: Rig, name: str) -> None:
    rig.crew()
    client = rig.client()
    client.ask(Count(name=name), request_id=f"{name}-1")
    eventually(lambda: handled(rig, name) == [1])
    rig.sql("UPDATE kit_outbox SET published_at = NULL, lease_until = NULL WHERE envelope->>'aggregate_id' = %s", name)
    client.ask(Count(name=name), request_id=f"{name}-2")

    eventually(lambda: handled(rig, name) == [1, 2])
    eventually(lambda: rig.sql("SELECT count(*) FROM kit_outbox WHERE published_at IS NULL") == [(0,)])

    assert handled(rig, name) == [1, 2]


def test_handler_killed_between_work_and_mark_has_one_effect_after_its_restart(
    rig: Rig, name: str, begun: Begun
) -> None:
    _, worker = rig.crew(GUOHU_SLOT="probe.only")
    rig.client().ask(Count(name=name, kill_at="before_mark"), request_id=name)
    eventually(lambda: ended(worker))
    assert handled(rig, name) == []

    rig.crew(GUOHU_SLOT="probe.only")
    eventually(lambda: handled(rig, name))

    assert begun() == ["1", "1"]
    assert handled(rig, name) == [1]


def test_lease_of_a_killed_worker_runs_out_and_its_replica_takes_over(rig: Rig, name: str) -> None:
    rig.crew(serve=1, worker=2)
    rig.client().ask(Count(name=name, kill_at="before_mark"), request_id=name)
    eventually(lambda: len([one for one in rig.running if one.alive and one.kind == "worker"]) == 1)
    leased = rig.sql(
        "UPDATE kit_inbox SET lease_until = now() WHERE aggregate_id = %s AND state = 'pending' RETURNING lease_owner",
        name,
    )

    eventually(lambda: handled(rig, name) == [1])

    assert len(leased) == 1  # until then the replica had left it alone


def test_handler_whose_lease_was_taken_over_cannot_commit(rig: Rig, name: str, mark: Mark, begun: Begun) -> None:
    rig.crew(serve=1, worker=2)
    mark("slow", 1.0)
    rig.client().ask(Count(name=name), request_id=name)
    eventually(lambda: begun() == ["1"])
    rig.sql("UPDATE kit_inbox SET lease_until = now() WHERE aggregate_id = %s", name)
    eventually(lambda: begun() == ["1", "1"])

    eventually(lambda: handled(rig, name))
    first, second = [one for one in rig.running if one.alive and one.kind == "worker"]
    eventually(lambda: "event.lease_lost" in first.log.read_text() + second.log.read_text())

    assert handled(rig, name) == [1]


def test_event_that_kills_every_process_it_meets_is_dead_in_the_end(rig: Rig, name: str) -> None:
    few = {"GUOHU_EVENT_ATTEMPTS": "2", "GUOHU_SLOT": "probe.only"}
    worker = rig.crew(**few)[1]
    rig.client().ask(Count(name=name, kill_at="before_mark"), request_id=name)
    eventually(lambda: ended(worker))
    (rig.var / "marks" / name).unlink()  # it will kill again
    second = rig.start("worker", ready=False, **few)
    eventually(lambda: ended(second))

    rig.crew(**few)

    found = eventually(
        lambda: rig.sql("SELECT state, error_code FROM kit_inbox WHERE aggregate_id = %s AND state <> 'pending'", name)
    )
    assert found == [("dead", "event.process_died")]
    rig.sql("DELETE FROM kit_inbox WHERE aggregate_id = %s", name)


def test_two_workers_share_the_events_and_handle_each_once_in_order(rig: Rig, name: str, mark: Mark) -> None:
    rig.crew(serve=1, worker=2)
    client = rig.client()
    for number in range(30):
        client.ask(Count(name=f"{name}-{number % 3}"), request_id=f"{name}-{number}")

    for letter in range(3):
        eventually(lambda: len(handled(rig, f"{name}-{letter}")) >= 10)  # noqa: B023 - looked at before the loop goes on

    assert [handled(rig, f"{name}-{letter}") for letter in range(3)] == [list(range(1, 11))] * 3
