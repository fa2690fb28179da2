"""The authority on names and numbers against a server that speaks the signed protocol."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from services.common.kit.outside import Outside, Partner, request_signature
from services.common.values import PersonName
from services.identity.adapters.authority import EmbeddedAuthority, HttpAuthority
from services.identity.application.ports import NameVerdict
from tests.support.outside_server import OutsideServer, Received, outside_server, signed
from tests.unit.identity.world import id_number

KEY = b"shared key of the test, 32 bytes"
NAME = PersonName("测试甲")
NOW = 1_795_000_000.0


@pytest.fixture
def server() -> Iterator[OutsideServer]:
    with outside_server() as one:
        yield one


def ask(server: OutsideServer, seconds: float = 2.0) -> NameVerdict:
    partner = Partner(Outside(server.url, "identity.authority_unavailable", seconds), "guohu", KEY, lambda: NOW)
    return HttpAuthority(partner).check_name("request-1", NAME, id_number())


@pytest.mark.parametrize(
    ("word", "verdict"),
    [
        ("MATCH", NameVerdict.MATCH),
        ("MISMATCH", NameVerdict.MISMATCH),
        ("NO_RECORD", NameVerdict.UNKNOWN),
        ("SOMETHING", NameVerdict.UNKNOWN),
        (None, NameVerdict.UNKNOWN),
    ],
)
def test_its_word_is_taken_and_anything_unclear_is_not_knowing(
    word: str | None, verdict: NameVerdict, server: OutsideServer
) -> None:
    server.answer = signed(KEY, {"result": word})

    assert ask(server) is verdict


def test_the_question_is_signed_and_says_what_is_needed(server: OutsideServer) -> None:
    server.answer = signed(KEY, {"result": "MATCH"})
    ask(server)

    one = server.received[0]
    told = {name.lower(): value for name, value in one.headers.items()}
    assert json.loads(one.body) == {"request_id": "request-1", "name": "测试甲", "id_number": str(id_number())}
    assert (one.path, told["x-key-id"], told["x-timestamp"]) == ("/name-checks", "guohu", "1795000000")
    good = request_signature(KEY, "POST", "/name-checks", "1795000000", told["x-nonce"], one.body)
    assert told["x-signature"] == good


def test_an_answer_somebody_else_signed_or_changed_is_no_answer(server: OutsideServer) -> None:
    server.answer = signed(b"another key", {"result": "MATCH"})
    assert ask(server) is NameVerdict.UNKNOWN

    def changed(received: Received) -> tuple[Any, ...]:
        reply = signed(KEY, {"result": "MISMATCH"})(received)
        return reply[0], reply[1].replace(b"MISMATCH", b"MATCH"), reply[2]

    server.answer = changed
    assert ask(server) is NameVerdict.UNKNOWN


def test_an_answer_to_an_earlier_question_is_no_answer(server: OutsideServer) -> None:
    kept: list[Any] = []

    def replay(received: Received) -> Any:
        if not kept:
            kept.append(signed(KEY, {"result": "MATCH"})(received))
        return kept[0]

    server.answer = replay
    assert ask(server) is NameVerdict.MATCH
    assert ask(server) is NameVerdict.UNKNOWN


def test_no_answer_is_asked_once_more_as_the_same_question(server: OutsideServer) -> None:
    good = signed(KEY, {"result": "MATCH"})
    server.answer = lambda received: good(received) if len(server.received) > 1 else (503, {})

    assert ask(server) is NameVerdict.MATCH
    assert len({json.loads(one.body)["request_id"] for one in server.received}) == 1


def test_silence_is_not_knowing(server: OutsideServer) -> None:
    server.answer = server.hang

    assert ask(server, 0.2) is NameVerdict.UNKNOWN
    assert len(server.received) == 2


def test_the_embedded_one_says_yes_to_what_is_well_formed() -> None:
    assert EmbeddedAuthority().check_name("request-1", NAME, id_number()) is NameVerdict.MATCH
