"""Questions and events have pools of their own: neither waits for the other, however much of it there is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.support.probe.messages import Count, Doze
from tests.support.rig import Rig, eventually

Mark = Callable[[str, object], None]
Begun = Callable[[], list[str]]
FEW = {"GUOHU_EVENT_WORKERS": "2", "GUOHU_RPC_WORKERS": "2"}


def starts(log: Path) -> list[str]:
    return log.read_text().split() if log.exists() else []


def handled(rig: Rig, name: str) -> int:
    return int(rig.sql("SELECT count(*) FROM handled WHERE name LIKE %s", f"{name}%")[0][0])


def test_question_is_answered_while_every_event_worker_is_busy(rig: Rig, name: str) -> None:
    rig.crew(**FEW)
    client = rig.client()
    for number in range(10):
        (rig.var / "marks" / f"slow-{name}-{number}").write_text("3")
        client.ask(Count(name=f"{name}-{number}"), request_id=f"{name}-{number}")
    eventually(lambda: len(list((rig.var / "marks").glob(f"begun-{name}-*"))) == 2)

    answer = client.ask(Doze(text="meanwhile"), seconds=2)

    assert answer.text == "meanwhile"
    assert handled(rig, name) < 10
    for number in range(10):
        (rig.var / "marks" / f"slow-{name}-{number}").write_text("0")


def test_event_is_handled_while_every_question_worker_is_busy(rig: Rig, name: str, tmp_path: Path) -> None:
    rig.crew(**FEW)
    log = tmp_path / "starts"
    busy = [
        rig.meanwhile(lambda: rig.client().ask(Doze(text="busy", seconds=4, log=str(log)), seconds=20))
        for _ in range(2)
    ]
    eventually(lambda: len(starts(log)) == 2)

    rig.client().ask(Count(name=name), request_id=name)
    eventually(lambda: handled(rig, name) == 1)

    assert not any(one.done() for one in busy)


def test_flood_of_events_delays_no_question_beyond_its_deadline(rig: Rig, name: str) -> None:
    rig.crew()
    client = rig.client()
    for number in range(10):
        client.ask(Count(name=f"{name}-{number}"), request_id=f"{name}-{number}")
    rig.sql(
        "INSERT INTO kit_outbox (event_id, routing_key, envelope)"
        " SELECT %s || n, 'probe.counted.v1', jsonb_set(jsonb_set(jsonb_set(envelope, '{event_id}', to_jsonb(%s || n)), '{order}',"
        " jsonb_build_object('probe.follow', n)), '{aggregate_id}', to_jsonb(%s || (n %% 10)))"
        " FROM generate_series(2, 800) n, (SELECT envelope FROM kit_outbox WHERE envelope->>'aggregate_id' = %s) one",
        f"{name}-event-",
        f"{name}-event-",
        f"{name}-flood-",
        f"{name}-0",
    )
    client.ask(Count(name=name), request_id=name)  # wakes the outbox
    eventually(
        lambda: rig.sql("SELECT count(*) > 0 FROM kit_inbox WHERE event_id LIKE %s", f"{name}-event-%") == [(True,)]
    )

    answers = [client.ask(Doze(text="through"), seconds=2).text for _ in range(50)]

    assert answers == ["through"] * 50
    eventually(lambda: rig.sql("SELECT count(*) FROM kit_inbox WHERE event_id LIKE %s", f"{name}-event-%") == [(799,)])
    rig.sql("DELETE FROM kit_inbox WHERE event_id LIKE %s", f"{name}-event-%")
