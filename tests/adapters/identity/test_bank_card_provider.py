"""The bank card provider against a server that speaks the signed protocol, with every result."""

import json
from collections.abc import Iterator

import pytest

from services.common.kit.outside import Outside, Partner
from services.common.messages.identity import Assurance
from services.common.values import Mobile, PersonName
from services.identity.adapters.bank_cards import UNAVAILABLE, HttpBankCards
from services.identity.domain.bank_card import BankAnswer, BankWord, CardNumber
from tests.support.outside_server import OutsideServer, outside_server, signed
from tests.unit.identity.world import id_number, refused

KEY = b"shared key of the test, 32 bytes"
CARD = CardNumber("6222020200000000014")


@pytest.fixture
def server() -> Iterator[OutsideServer]:
    with outside_server() as one:
        yield one


def ask(server: OutsideServer, seconds: float = 2.0) -> BankAnswer:
    bank = HttpBankCards(Partner(Outside(server.url, UNAVAILABLE, seconds), "guohu", KEY))
    return bank.match("request-1", PersonName("测试甲"), id_number(), CARD, Mobile("13900000005"))


@pytest.mark.parametrize(
    ("result", "word"),
    [
        ("MATCH", BankWord.MATCH),
        ("MISMATCH", BankWord.MISMATCH),
        ("CARD_UNSUPPORTED", BankWord.UNSUPPORTED),
        ("CARD_UNUSABLE", BankWord.UNUSABLE),
        ("TOO_MANY", BankWord.TOO_MANY),
    ],
)
def test_every_result_is_the_banks_word_with_authority(result: str, word: BankWord, server: OutsideServer) -> None:
    server.answer = signed(KEY, {"result": result})

    assert ask(server) == BankAnswer(word, Assurance.AUTHORITATIVE)
    assert json.loads(server.received[0].body) == {
        "request_id": "request-1", "name": "测试甲", "id_number": str(id_number()),
        "card_number": CARD.value, "mobile": "13900000005",
    }  # fmt: skip


@pytest.mark.parametrize("result", ["NO_ANSWER", "", "match", None, 1])
def test_a_result_not_agreed_on_is_no_answer(result: object, server: OutsideServer) -> None:
    server.answer = signed(KEY, {"result": result})

    with refused("identity.bank_card_unavailable"):
        ask(server)


def test_a_yes_signed_by_somebody_else_is_no_answer(server: OutsideServer) -> None:
    server.answer = signed(b"another key", {"result": "MATCH"})

    with refused("identity.bank_card_unavailable"):
        ask(server)


def test_an_outage_and_silence_are_no_answer(server: OutsideServer) -> None:
    server.answer = signed(KEY, {"result": "MATCH"}, status=503)
    with refused("identity.bank_card_unavailable"):
        ask(server)

    server.answer = server.hang
    with refused("identity.bank_card_unavailable"):
        ask(server, 0.2)
