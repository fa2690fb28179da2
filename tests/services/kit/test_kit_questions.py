"""Asking a neighbour: deadlines, a neighbour that is down, who asks, and what never leaves a process."""

from __future__ import annotations

import time
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from services.common.kit import wire
from services.common.kit.calls import Actor, ActorKind
from services.common.kit.errors import DomainError, Kind, Unavailable
from services.common.messages.shapes import RPC_OF
from tests.support.probe.messages import Count, Echo, Explode, GetCount, PassOn, WhoAsks
from tests.support.rig import Rig, eventually

SECRET = "11010519491231002X"


def starts(log: Path) -> list[str]:
    return log.read_text().split() if log.exists() else []


def test_neighbour_that_is_down_is_unavailable_within_the_deadline(rig: Rig) -> None:
    rig.crew(serve=0, worker=0)
    client, begun = rig.client(), time.monotonic()

    with pytest.raises(Unavailable) as refusal:
        client.ask(Echo(text="anybody"), seconds=0.5)

    assert refusal.value.kind is Kind.UNAVAILABLE
    assert time.monotonic() - begun < 3


def test_question_that_expired_while_its_neighbour_was_down_never_starts(rig: Rig, tmp_path: Path) -> None:
    rig.crew(serve=0, worker=0)
    log, client = tmp_path / "starts", rig.client()
    with pytest.raises(Unavailable):
        client.ask(Echo(text="late", log=str(log)), seconds=0.2)
    assert eventually(lambda: rig.waiting("rpc.probe.serve") == 0)  # the broker has dropped it

    rig.crew(serve=1, worker=0)
    client.ask(Echo(text="later", log=str(log)))

    assert starts(log) == ["later"]


def test_service_whose_neighbour_is_down_answers_unavailable_within_its_own_deadline(rig: Rig, tmp_path: Path) -> None:
    rig.crew(serve=1, worker=0)
    log, client = tmp_path / "starts", rig.client()

    with pytest.raises(Unavailable) as refusal:
        client.ask(PassOn(text="passed", log=str(log), patience=0.5), seconds=10)
    assert eventually(lambda: rig.waiting("rpc.probe.worker") == 0)  # the broker has dropped it
    rig.crew(serve=1, worker=1)
    client.ask(PassOn(text="passed-later", log=str(log)))

    assert refusal.value.code == "bus.no_answer"
    assert starts(log) == ["passed-later"]


def test_question_waiting_for_a_worker_is_dropped_when_its_asker_has_gone(rig: Rig, tmp_path: Path) -> None:
    rig.crew(serve=1, worker=0, GUOHU_RPC_WORKERS="1")
    log, hurried = tmp_path / "starts", rig.client()
    rig.meanwhile(lambda: rig.client().ask(Echo(text="long", seconds=1.0, log=str(log)), seconds=20))
    eventually(lambda: starts(log) == ["long"])
    with pytest.raises(Unavailable):
        hurried.ask(Echo(text="hurried", log=str(log)), seconds=0.3)
    hurried.ask(Echo(text="patient", log=str(log)), seconds=20)

    assert starts(log) == ["long", "patient"]


def test_question_the_broker_still_delivers_after_its_deadline_never_starts(rig: Rig, tmp_path: Path) -> None:
    rig.crew(serve=1, worker=0)
    log, client, rpc = tmp_path / "starts", rig.client(), RPC_OF[Echo]
    overdue = client.headers(Actor(ActorKind.SERVICE, "driver"), -0.1)

    with pytest.raises(Unavailable):
        client.exchange(rpc.queue, rpc.name, wire.dumps({"text": "overdue", "log": str(log)}), overdue, 0.5)
    client.ask(Echo(text="next", log=str(log)))

    assert starts(log) == ["next"]


def test_deadline_of_the_first_asker_bounds_the_questions_asked_for_it(rig: Rig, tmp_path: Path) -> None:
    rig.crew(serve=1, worker=0)
    log, client = tmp_path / "starts", rig.client()
    with pytest.raises(Unavailable):
        client.ask(PassOn(text="outlived", log=str(log), patience=60), seconds=0.5)

    rig.crew(serve=1, worker=1)
    client.ask(PassOn(text="next", log=str(log)))

    assert starts(log) == ["next"]


@pytest.mark.parametrize("deadline", [None, "soon", "nan"])
def test_question_without_a_readable_deadline_is_refused(rig: Rig, deadline: str | None) -> None:
    rig.crew(serve=1, worker=0)
    client, rpc = rig.client(), RPC_OF[Echo]
    headers = {} if deadline is None else {"deadline": deadline}

    answer = client.exchange(rpc.queue, rpc.name, wire.dumps({"text": "x"}), headers, 5)

    assert wire.loads(answer.body)["code"] == "bus.deadline_invalid"


def test_unknown_method_is_refused_and_the_next_question_answered(rig: Rig) -> None:
    rig.crew(serve=1, worker=0)
    client = rig.client()

    answer = client.exchange(RPC_OF[Echo].queue, "probe.no_such.v9", b"{}", {"deadline": repr(time.time() + 5)}, 5)

    assert wire.loads(answer.body)["code"] == "bus.unknown_method"
    assert client.ask(Echo(text="on")).text == "on"


@pytest.mark.parametrize("body", [b"not json", b"[]", b"{}", b'{"text": 5}', b'"\xff"', b"[" * 100_000])
def test_unreadable_question_is_refused_without_echoing_it(rig: Rig, body: bytes) -> None:
    rig.crew(serve=1, worker=0)
    client, rpc = rig.client(), RPC_OF[Echo]
    signed = client.headers(Actor(ActorKind.SERVICE, "driver"), 5)

    answer = wire.loads(client.exchange(rpc.queue, rpc.name, body, signed, 5).body)

    assert answer["kind"] == "invalid"
    assert answer["code"].startswith("message.")


def assertion_code(rig: Rig, token: str | None) -> str:
    """What the probe answers to a question with this assertion."""
    client, rpc = rig.client(), RPC_OF[WhoAsks]
    headers = {"deadline": repr(time.time() + 5)} | ({"actor": token} if token is not None else {})
    return str(wire.loads(client.exchange(rpc.queue, rpc.name, b"{}", headers, 5).body)["code"])


def assertion(rig: Rig, issuer: str, key: str, **claims: object) -> str:
    pem = (rig.var / "actors" / f"{key}.key").read_bytes()
    plain = {
        "iss": issuer,
        "exp": time.time() + 60,
        "kind": "SERVICE",
        "sub": issuer,
        "roles": [],
        "office": "",
        "sid": "",
        "obo": "",
    }
    return jwt.encode({**plain, **claims}, load_pem_private_key(pem, None), algorithm="EdDSA")


def test_question_without_assertion_is_refused(rig: Rig) -> None:
    rig.crew(serve=1, worker=0)

    assert assertion_code(rig, None) == "actor.assertion_missing"


def test_expired_assertion_is_refused(rig: Rig) -> None:
    rig.crew(serve=1, worker=0)

    assert assertion_code(rig, assertion(rig, "driver", "driver", exp=time.time() - 1)) == "actor.assertion_expired"


def test_assertion_accepted_once_is_refused_after_it_expired(rig: Rig) -> None:
    rig.crew(serve=1, worker=0)
    client, rpc = rig.client(), RPC_OF[WhoAsks]
    token = assertion(rig, "driver", "driver", exp=int(time.time()) + 2)

    first = client.exchange(rpc.queue, rpc.name, b"{}", {"deadline": repr(time.time() + 5), "actor": token}, 5)

    assert wire.loads(first.body)["text"] == "SERVICE:driver:"
    assert eventually(lambda: (code := assertion_code_or_none(rig, token)) and code) == "actor.assertion_expired"


def assertion_code_or_none(rig: Rig, token: str) -> str | None:
    client, rpc = rig.client(), RPC_OF[WhoAsks]
    answer = client.exchange(rpc.queue, rpc.name, b"{}", {"deadline": repr(time.time() + 5), "actor": token}, 5)
    client.close()
    return wire.loads(answer.body).get("code")


@pytest.mark.parametrize(
    ("issuer", "key", "claims"),
    [
        ("driver", "stranger", {}),  # somebody else's key
        ("stranger", "stranger", {}),  # an issuer nobody knows
        ("driver", "driver", {"kind": "PERSON", "sub": "p-" + "a" * 26}),  # only the gateway speaks for people
        ("driver", "driver", {"sub": "contract"}),  # a service speaks for itself alone
        ("driver", "driver", {"kind": "EMPEROR"}),
        ("driver", "driver", {"roles": None}),
    ],
)
def test_forged_assertion_is_refused(rig: Rig, issuer: str, key: str, claims: dict[str, object]) -> None:
    rig.crew(serve=1, worker=0)

    assert assertion_code(rig, assertion(rig, issuer, key, **claims)) == "actor.assertion_invalid"


def test_assertion_without_signature_is_refused(rig: Rig) -> None:
    rig.crew(serve=1, worker=0)
    claims = {
        "iss": "gateway",
        "exp": time.time() + 60,
        "kind": "PERSON",
        "sub": "x",
        "roles": [],
        "office": "",
        "sid": "",
        "obo": "",
    }

    assert assertion_code(rig, jwt.encode(claims, None, algorithm="none")) == "actor.assertion_invalid"
    assert assertion_code(rig, "no token at all") == "actor.assertion_invalid"


def test_gateway_speaks_for_people_and_a_service_says_on_whose_behalf_it_asks(rig: Rig) -> None:
    rig.crew()
    person = Actor(ActorKind.PERSON, "p-" + "b" * 26)

    seen = rig.client("gateway").ask(WhoAsks(), actor=person)

    assert seen.text == f"PERSON:{person.id}:"


def test_command_without_request_id_is_refused(rig: Rig, name: str) -> None:
    rig.crew(serve=1, worker=0)
    client, rpc = rig.client(), RPC_OF[Count]
    headers = client.headers(Actor(ActorKind.SERVICE, "driver"), 5)

    answer = client.exchange(rpc.queue, rpc.name, wire.dumps({"name": name}), headers, 5)

    assert wire.loads(answer.body)["code"] == "request.id_missing"
    assert client.ask(GetCount(name=name)).value == 0


def test_exception_reaches_neither_the_asker_nor_the_log_with_its_text(rig: Rig) -> None:
    serve = rig.crew(serve=1, worker=0)[0]

    with pytest.raises(DomainError) as refusal:
        rig.client().ask(Explode(secret=SECRET))

    log = eventually(lambda: (text := serve.log.read_text()) and "question failed" in text and text)
    assert (refusal.value.code, refusal.value.kind, refusal.value.context) == ("common.internal", Kind.INTERNAL, {})
    assert "probe.careless" in log
    assert "ValueError" in log
    assert SECRET not in log


def test_every_question_is_counted_by_method_and_outcome(rig: Rig) -> None:
    serve = rig.crew(serve=1, worker=0)[0]
    rig.client().ask(Echo(text="counted"))

    assert 'guohu_rpc_answered_seconds_count{method="probe.echo.v1",outcome="done"}' in serve.metrics()
