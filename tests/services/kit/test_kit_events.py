"""Events fail, die, are replayed, arrive twice, late, out of order, unreadable, and before anybody listens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from services.common.kit.calls import new_id
from services.common.kit.errors import DomainError
from services.common.messages.operations import (
    DeadEvents,
    EventsReplayed,
    ListDeadEvents,
    ReplayEvents,
    RotateFieldKey,
    operation,
)
from tests.support.probe.messages import Count
from tests.support.rig import Rig, eventually

Mark = Callable[[str, object], None]
Begun = Callable[[], list[str]]
FEW = {"GUOHU_EVENT_ATTEMPTS": "2"}


def handled(rig: Rig, name: str) -> list[int]:
    """What the handler committed, in the order of its commits."""
    return [row[0] for row in rig.sql("SELECT value FROM handled WHERE name = %s ORDER BY id", name)]


def state(rig: Rig, event_id: str) -> str:
    found = rig.sql("SELECT state FROM kit_inbox WHERE event_id = %s", event_id)
    return str(found[0][0]) if found else ""


def envelope(name: str, value: int, sequence: int | None = None, **more: Any) -> dict[str, Any]:
    """An event as a producer's outbox writes it."""
    return {
        "event_id": new_id(),
        "name": "probe.counted",
        "version": 1,
        "occurred_at": dt.datetime.now(dt.UTC).isoformat(),
        "aggregate_id": name,
        "order": {"probe.follow": sequence if sequence is not None else value},
        "case_no": "",
        "actor": {"kind": "SERVICE", "id": "driver"},
        "correlation_id": new_id(),
        "traceparent": "",
        "data": {"name": name, "value": value},
        **more,
    }


def dead(rig: Rig) -> DeadEvents:
    found: DeadEvents = rig.client("cli").ask_as(operation("probe", ListDeadEvents), ListDeadEvents())
    return found


def replay(rig: Rig, event_id: str) -> EventsReplayed:
    put_back: EventsReplayed = rig.client("cli").ask_as(
        operation("probe", ReplayEvents), ReplayEvents(event_id=event_id)
    )
    return put_back


def test_events_are_handled_once_each_in_the_order_of_their_commits(rig: Rig, name: str) -> None:
    rig.crew()
    client = rig.client()
    for number in range(20):
        client.ask(Count(name=name), request_id=f"{name}-{number}")

    eventually(lambda: len(handled(rig, name)) >= 20)

    assert handled(rig, name) == list(range(1, 21))


def test_handler_that_fails_three_times_succeeds_at_the_fourth_attempt(
    rig: Rig, name: str, mark: Mark, begun: Begun
) -> None:
    rig.crew()
    mark("fail", 3)

    rig.client().ask(Count(name=name), request_id=name)
    eventually(lambda: handled(rig, name))

    assert begun() == ["1"] * 4
    assert handled(rig, name) == [1]


def test_event_waits_for_its_failing_predecessor_while_other_aggregates_go_on(
    rig: Rig, name: str, mark: Mark, begun: Begun
) -> None:
    rig.crew()
    mark("fail", 2)
    client = rig.client()
    client.ask(Count(name=name), request_id=f"{name}-1")
    client.ask(Count(name=name), request_id=f"{name}-2")
    client.ask(Count(name=f"{name}-other"), request_id=f"{name}-3")

    eventually(lambda: handled(rig, f"{name}-other"))
    assert "2" not in begun()
    eventually(lambda: len(handled(rig, name)) == 2)

    assert begun() == ["1", "1", "1", "2"]
    assert handled(rig, name) == [1, 2]


def test_event_that_always_fails_is_dead_listed_counted_and_handled_when_replayed(
    rig: Rig, name: str, mark: Mark, begun: Begun
) -> None:
    worker = rig.crew(**FEW)[1]
    mark("fail", 1000)
    client = rig.client()
    client.ask(Count(name=name), request_id=f"{name}-1")
    client.ask(Count(name=name), request_id=f"{name}-2")
    found = eventually(lambda: [one for one in dead(rig).events if one.handler_id == "probe.follow"])
    assert len(found) == 1
    assert (found[0].name, found[0].attempts, found[0].error_code) == ("probe.counted", 2, "RuntimeError")
    eventually(lambda: 'guohu_inbox_dead{handler="probe.follow"} 1.0' in worker.metrics())
    assert begun() == ["1", "1"]  # its successor waits behind it

    mark("fail", 0)
    put_back = replay(rig, found[0].event_id)
    eventually(lambda: len(handled(rig, name)) == 2)

    assert put_back.count == 1
    assert handled(rig, name) == [1, 2]
    assert dead(rig).events == ()


def test_event_that_finds_its_neighbour_away_uses_up_no_attempt(rig: Rig, name: str, mark: Mark, begun: Begun) -> None:
    rig.crew(**FEW)
    mark("away", 4)

    rig.client().ask(Count(name=name), request_id=name)
    eventually(lambda: handled(rig, name))

    assert begun() == ["1"] * 5
    assert dead(rig).events == ()


def test_event_whose_neighbour_stays_away_is_dead_in_the_end_and_gets_the_whole_patience_anew_when_replayed(
    rig: Rig, name: str, mark: Mark
) -> None:
    rig.crew(GUOHU_EVENT_PATIENCE_SECONDS="2")
    mark("away", 1000)
    rig.client().ask(Count(name=name), request_id=name)
    found = eventually(lambda: [one for one in dead(rig).events if one.handler_id == "probe.follow"])
    assert found[0].error_code == "bus.no_answer"

    mark("away", 2)
    replay(rig, found[0].event_id)
    eventually(lambda: handled(rig, name))

    assert dead(rig).events == ()


def test_only_the_operators_command_may_list_replay_and_rotate(rig: Rig) -> None:
    rig.crew(serve=1, worker=0)

    for shape in (ListDeadEvents(), ReplayEvents(event_id=""), RotateFieldKey()):
        with pytest.raises(DomainError) as refusal:
            rig.client("driver").ask_as(operation("probe", type(shape)), shape)
        assert refusal.value.code == "actor.operators_only"


def test_event_that_arrives_twice_is_handled_once(rig: Rig, name: str) -> None:
    rig.crew()
    first, second = envelope(name, 1), envelope(name, 2)

    for one in (first, first, second, first, second):
        rig.tell(one)
    eventually(lambda: len(handled(rig, name)) == 2)
    rig.tell(first)
    third = envelope(name, 3)
    rig.tell(third)  # behind the echo in the same queue: when it is done, the echo has been seen
    eventually(lambda: state(rig, third["event_id"]) == "done")

    assert handled(rig, name) == [1, 2, 3]


def test_events_out_of_order_are_handled_in_the_producers_order(rig: Rig, name: str, begun: Begun) -> None:
    rig.crew()
    one, two, three = (envelope(name, number) for number in (1, 2, 3))

    rig.tell(three)
    rig.tell(two)
    eventually(lambda: state(rig, two["event_id"]) == state(rig, three["event_id"]) == "pending")
    assert begun() == []
    rig.tell(one)
    eventually(lambda: len(handled(rig, name)) == 3)

    assert handled(rig, name) == [1, 2, 3]


def test_event_older_than_what_was_handled_is_ignored(rig: Rig, name: str) -> None:
    rig.crew()
    rig.tell(envelope(name, 1))
    eventually(lambda: handled(rig, name) == [1])

    echo = envelope(name, 99, sequence=1)
    rig.tell(echo)
    eventually(lambda: state(rig, echo["event_id"]) == "ignored")

    assert handled(rig, name) == [1]


def test_queue_exists_before_its_first_consumer(rig: Rig, name: str) -> None:
    rig.crew(serve=1, worker=0)
    client = rig.client()
    for number in range(3):
        client.ask(Count(name=name), request_id=f"{name}-{number}")
    eventually(lambda: rig.waiting("events.probe.worker") >= 3)

    rig.crew(serve=1, worker=1)

    eventually(lambda: handled(rig, name) == [1, 2, 3])


def test_event_nobody_hears_is_published_once_and_does_not_hold_up_others(rig: Rig, name: str) -> None:
    serve, _ = rig.crew()
    rig.client().ask(Count(name=name, whisper=True), request_id=name)

    eventually(lambda: handled(rig, name) == [1])
    eventually(lambda: rig.sql("SELECT count(*) FROM kit_outbox WHERE published_at IS NULL") == [(0,)])

    assert "event has no queue" not in serve.log.read_text()


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[1, 2]",
        b'{"name": "probe.counted", "version": 1}',
        b'{"name": "probe.counted", "version": 1, "event_id": "x", "aggregate_id": "x", "order": null}',
        b'{"name": "probe.counted", "version": 1, "event_id": "n\\u0000", "aggregate_id": "n\\u0000", "order": {"probe.follow": 1}}',
        b'{"name": "probe.counted", "version": 1, "event_id": ["x"], "aggregate_id": {}, "order": {"probe.follow": "one"}}',
    ],
)
def test_unreadable_event_is_dropped_and_its_neighbours_are_handled(rig: Rig, name: str, body: bytes) -> None:
    worker = rig.crew()[1]
    rig.tell(envelope(name, 1))
    rig.tell(body)
    rig.tell(envelope(name, 2))

    eventually(lambda: handled(rig, name) == [1, 2])
    assert worker.alive


def test_event_whose_content_does_not_fit_is_dead_and_not_lost(rig: Rig, name: str) -> None:
    rig.crew(**FEW)
    wrong = envelope(name, 1, data={"name": 7})

    rig.tell(wrong)
    eventually(lambda: state(rig, wrong["event_id"]) == "dead")

    assert [one.error_code for one in dead(rig).events if one.event_id == wrong["event_id"]] == ["message.invalid"]
    rig.sql("DELETE FROM kit_inbox WHERE event_id = %s", wrong["event_id"])


def test_handler_that_takes_too_long_is_ended_and_tried_again(rig: Rig, name: str, mark: Mark, begun: Begun) -> None:
    rig.crew(PROBE_EVENT_SECONDS="0.5")
    mark("slow", 60)
    rig.client().ask(Count(name=name), request_id=name)
    eventually(lambda: len(begun()) >= 2)

    mark("slow", 0)
    eventually(lambda: handled(rig, name))

    assert handled(rig, name) == [1]


def test_stuck_handlers_leave_room_for_others_when_their_time_is_over(rig: Rig, name: str, mark: Mark) -> None:
    rig.crew(PROBE_EVENT_SECONDS="0.5", GUOHU_EVENT_WORKERS="1")
    mark("slow", 60)
    client = rig.client()
    client.ask(Count(name=name), request_id=f"{name}-1")
    client.ask(Count(name=f"{name}-other"), request_id=f"{name}-2")

    eventually(lambda: handled(rig, f"{name}-other"))

    assert handled(rig, name) == []
    mark("slow", 0)
    eventually(lambda: handled(rig, name) == [1])
