"""Commands arrive twice, at once, with another body, at another replica, and while their process is killed."""

from __future__ import annotations

import base64

import pytest

from services.common.kit.calls import Actor, ActorKind
from services.common.kit.errors import DomainError, Kind, Unavailable
from tests.support.probe.messages import Count, Counted, GetCount
from tests.support.rig import Rig, eventually


def running(rig: Rig, request_id: str) -> bool:
    """Whether a process is at work on this request."""
    return rig.sql("SELECT state FROM kit_requests WHERE request_key LIKE %s", f"%:{request_id}") == [("running",)]


def value(rig: Rig, name: str) -> int:
    found = rig.sql("SELECT value FROM counters WHERE name = %s", name)
    return int(found[0][0]) if found else 0


def test_repeated_request_gives_the_first_answer_and_acts_once(rig: Rig, name: str) -> None:
    rig.crew(serve=1, worker=0)
    client = rig.client()
    first = client.ask(Count(name=name), request_id=name)
    client.ask(Count(name=name), request_id=f"{name}-other")

    again = client.ask(Count(name=name), request_id=name)

    assert (first, again) == (Counted(name=name, value=1), Counted(name=name, value=1))
    assert value(rig, name) == 2


def test_request_repeated_at_a_second_replica_acts_once(rig: Rig, name: str) -> None:
    one, two = rig.crew(serve=2, worker=0)
    client = rig.client()
    first = client.ask(Count(name=name), request_id=name)
    one.terminate()
    at_two = client.ask(Count(name=name), request_id=name)
    one = rig.start("serve")
    two.terminate()

    at_one = client.ask(Count(name=name), request_id=name)

    assert [first.value, at_two.value, at_one.value, value(rig, name)] == [1, 1, 1, 1]


def test_request_still_in_flight_is_refused_and_later_answered(rig: Rig, name: str) -> None:
    rig.crew(serve=2, worker=0)
    first = rig.meanwhile(lambda: rig.client().ask(Count(name=name, seconds=1.5), request_id=name))
    eventually(lambda: running(rig, name))

    with pytest.raises(DomainError) as refusal:
        rig.client().ask(Count(name=name, seconds=1.5), request_id=name)

    assert (refusal.value.code, refusal.value.kind) == ("request.in_flight", Kind.CONFLICT)
    assert first.result().value == 1
    assert rig.client().ask(Count(name=name, seconds=1.5), request_id=name).value == 1
    assert value(rig, name) == 1


def test_twenty_at_once_with_one_request_id_act_once(rig: Rig, name: str) -> None:
    rig.crew(serve=2, worker=0)

    def outcome() -> str:
        client = rig.client()
        try:
            return str(client.ask(Count(name=name, seconds=0.2), request_id=name, seconds=20).value)
        except DomainError as refused:
            return refused.code
        finally:
            client.close()

    outcomes = [one.result() for one in [rig.meanwhile(outcome) for _ in range(20)]]

    assert set(outcomes) <= {"1", "request.in_flight"}
    assert "1" in outcomes
    assert value(rig, name) == 1


def test_request_id_with_another_body_is_a_mismatch(rig: Rig, name: str) -> None:
    rig.crew(serve=1, worker=0)
    client = rig.client()
    client.ask(Count(name=name), request_id=name)

    with pytest.raises(DomainError) as refusal:
        client.ask(Count(name=name, add=2), request_id=name)

    assert (refusal.value.code, refusal.value.kind) == ("request.other_body", Kind.MISMATCH)
    assert value(rig, name) == 1


def test_a_request_repeated_after_the_field_key_was_changed_gets_its_first_answer(rig: Rig, name: str) -> None:
    rig.crew(serve=1, worker=0)
    first = rig.client().ask(Count(name=name), request_id=name)
    old, new = rig.environment()["GUOHU_FIELD_KEY"], base64.b64encode(b"n" * 32).decode()

    rig.crew(serve=1, worker=0, GUOHU_FIELD_KEY=new, GUOHU_FIELD_KEY_FORMER=old, GUOHU_INDEX_KEY=old)

    assert rig.client().ask(Count(name=name), request_id=name) == first
    assert value(rig, name) == 1


def test_request_id_in_flight_with_another_body_is_a_mismatch(rig: Rig, name: str) -> None:
    rig.crew(serve=1, worker=0)
    first = rig.meanwhile(lambda: rig.client().ask(Count(name=name, seconds=1.0), request_id=name))
    eventually(lambda: running(rig, name))

    with pytest.raises(DomainError) as refusal:
        rig.client().ask(Count(name=name, add=2), request_id=name)

    assert refusal.value.kind is Kind.MISMATCH
    assert first.result().value == 1


def test_two_people_may_use_the_same_request_id(rig: Rig, name: str) -> None:
    rig.crew(serve=1, worker=0)
    gateway = rig.client("gateway")

    for letter in "ab":
        gateway.ask(Count(name=name), actor=Actor(ActorKind.PERSON, "p-" + letter * 26), request_id=name)

    assert value(rig, name) == 2


def test_refused_request_may_be_tried_again_and_leaves_nothing_behind(rig: Rig, name: str) -> None:
    rig.crew(serve=1, worker=0)
    client = rig.client()

    for _ in range(2):
        with pytest.raises(DomainError) as refusal:
            client.ask(Count(name=name, fail=True), request_id=name)
        assert refusal.value.code == "probe.refused"

    assert value(rig, name) == 0
    assert rig.sql("SELECT count(*) FROM kit_requests WHERE request_key LIKE %s", f"%:{name}") == [(0,)]


def test_request_whose_process_is_killed_before_the_commit_acts_once_when_repeated(rig: Rig, name: str) -> None:
    rig.crew(serve=1, worker=0, GUOHU_SLOT="probe.only")
    message = Count(name=name, kill_at="before_commit")
    asked = rig.meanwhile(lambda: rig.client().ask(message, request_id=name, seconds=20))
    eventually(lambda: not [one for one in rig.running if one.alive])
    assert value(rig, name) == 0

    rig.crew(serve=1, worker=0, GUOHU_SLOT="probe.only")

    assert asked.result().value == 1  # the broker gave the question to the next process: its asker still waited
    assert rig.client().ask(message, request_id=name).value == 1
    assert value(rig, name) == 1


def test_request_whose_process_is_killed_after_the_commit_gets_its_answer_from_a_second_replica(
    rig: Rig, name: str
) -> None:
    rig.crew(serve=2, worker=0)
    message = Count(name=name, kill_at="after_commit")

    answer = rig.client().ask(message, request_id=name, seconds=20)

    assert answer.value == 1
    assert len([one for one in rig.running if one.alive]) == 1
    assert value(rig, name) == 1


def test_request_of_a_process_killed_for_good_can_be_repeated_when_its_lease_has_run_out(rig: Rig, name: str) -> None:
    rig.crew(serve=2, worker=0)
    message = Count(name=name, kill_at="before_commit")
    client = rig.client()
    with pytest.raises(DomainError) as refusal:
        client.ask(message, request_id=name, seconds=1)
    assert refusal.value.kind in {Kind.CONFLICT, Kind.UNAVAILABLE}

    def repeated() -> int:
        try:
            return int(client.ask(message, request_id=name).value)
        except DomainError as refused:
            assert refused.code == "request.in_flight"
            return 0

    assert eventually(repeated) == 1
    assert value(rig, name) == 1


def test_command_that_failed_in_the_database_acts_once_when_repeated(rig: Rig, name: str) -> None:
    rig.crew(serve=1, worker=0)
    client = rig.client()
    client.ask(Count(name=name), request_id=f"{name}-0")
    rig.sql("ALTER TABLE counters RENAME TO counters_away")
    try:
        with pytest.raises(DomainError):
            client.ask(Count(name=name), request_id=name)
    finally:
        rig.sql("ALTER TABLE counters_away RENAME TO counters")

    assert client.ask(Count(name=name), request_id=name).value == 2
    assert client.ask(Count(name=name), request_id=name).value == 2
    assert client.ask(GetCount(name=name)).value == 2


def test_connections_lost_with_the_database_are_replaced(rig: Rig, name: str) -> None:
    rig.crew(serve=1, worker=0)
    client = rig.client()
    client.ask(Count(name=name), request_id=f"{name}-0")
    rig.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'probe' AND pid <> pg_backend_pid()"
    )

    def repeated() -> int:
        try:
            return int(client.ask(Count(name=name), request_id=name).value)
        except Unavailable as refused:
            assert refused.code == "database.unavailable"
            return 0

    assert eventually(repeated) == 2
