"""The embedded tables and an authority's desk keep the same promises; whatever is no good answer is no answer."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from services.common.kit.errors import Unavailable
from services.common.kit.fields import FieldCipher
from services.common.kit.outside import TRIES, Outside, Partner
from services.property.adapters.repository import register_works
from services.property.adapters.rows import TitleRows
from services.property.adapters.screening import (
    AskedRestrictions,
    AskedStandings,
    TabledRestrictions,
    TabledStandings,
)
from services.property.application.ports import NamedOwner
from services.property.domain.standing import Eligibility, Standing
from services.property.domain.title import Encumbrance
from tests.adapters.property.test_property_register import CALL, TABLES
from tests.adapters.stored import emptied
from tests.support.outside_server import OutsideServer, Received, outside_server
from tests.unit.property.builders import CERTIFICATE, KEY, person, title

SHARED = b"s" * 32
PARTY = NamedOwner(person(0).name, person(0).id_number)
OTHER = NamedOwner(person(1).name, person(1).id_number)


def sign(*parts: str, key: bytes = SHARED) -> str:
    return hmac.new(key, "\n".join(parts).encode(), hashlib.sha256).hexdigest()


@dataclass
class Authority:
    """An authority as its protocol describes it: checks who asks, signs what it answers."""

    answer: Callable[[dict[str, Any]], Any]
    key: bytes = SHARED
    status: int = 200

    def __call__(self, asked: Received) -> tuple[Any, ...]:
        told = {name.lower(): value for name, value in asked.headers.items()}
        nonce, digest = told["x-nonce"], hashlib.sha256(asked.body).hexdigest()
        if told["x-signature"] != sign(asked.method, asked.path, told["x-timestamp"], nonce, digest):
            return 401, b"{}"
        raw = json.dumps(self.answer(json.loads(asked.body))).encode()
        signature = sign(nonce, str(self.status), hashlib.sha256(raw).hexdigest(), key=self.key)
        return self.status, raw, {"X-Signature": signature}


def desk(server: OutsideServer, *, seconds: float = 5.0, key: bytes = SHARED) -> Partner:
    return Partner(Outside(f"{server.url}/desk", "property.screening_unavailable", seconds), "guohu", key)


@pytest.fixture
def server() -> Iterator[OutsideServer]:
    with outside_server() as one:
        yield one


@dataclass
class Sources:
    """Both ports, and the way to tell them what to say."""

    standings: Any
    restrictions: Any
    note_party: Callable[[Standing], None]
    note_house: Callable[[Encumbrance], None]


def tabled(_: OutsideServer) -> Sources:
    database = emptied("property", *TABLES, "standings")
    rows = TitleRows(FieldCipher(b"f" * 32), KEY)
    works = register_works(database, rows)

    def note_party(standing: Standing) -> None:
        for _ in range(2):  # the last one counts
            with works(CALL) as work:
                work.standings.note("huangshi", person(0).id_number, standing)
                work.commit()

    def note_house(note: Encumbrance) -> None:
        with works(CALL) as work:
            work.titles.add_missing([title(note)])
            work.commit()

    return Sources(TabledStandings(database, rows), TabledRestrictions(database), note_party, note_house)


def asked(server: OutsideServer) -> Sources:
    known: dict[str, Standing] = {}
    noted: dict[str, list[str]] = {}

    def answer(question: dict[str, Any]) -> dict[str, Any]:
        if "number" in question:
            one = known.get(question["city"] + question["number"], Standing())
            found = {"defaulter": one.defaulter, "eligibility": one.eligibility.value}
            return {"number": question["number"], "further": "ignored"} | found
        certificate = question["certificate_no"]
        return {"certificate_no": certificate, "restrictions": noted.get(question["city"] + certificate, [])}

    server.answer = Authority(answer)

    def note_party(standing: Standing) -> None:
        known["huangshi" + str(PARTY.number)] = standing

    def note_house(note: Encumbrance) -> None:
        noted["huangshi" + str(CERTIFICATE)] = [note.value]

    return Sources(AskedStandings(desk(server)), AskedRestrictions(desk(server)), note_party, note_house)


@pytest.fixture(params=[tabled, asked], ids=["embedded table", "authority over HTTP"])
def sources(request: pytest.FixtureRequest, server: OutsideServer) -> Sources:
    found: Sources = request.param(server)
    return found


@pytest.mark.parametrize("standing", [Standing(True, Eligibility.PASS), Standing(False, Eligibility.FAIL)])
def test_a_partys_standing_is_told_for_him_and_his_city_alone(sources: Sources, standing: Standing) -> None:
    sources.note_party(standing)

    assert sources.standings.standing("huangshi", PARTY) == standing
    assert sources.standings.standing("huangshi", OTHER) == Standing()
    assert sources.standings.standing("yangquan", PARTY) == Standing()


def test_what_is_noted_on_a_house_is_told_for_it_alone(sources: Sources) -> None:
    sources.note_house(Encumbrance.SEAL)

    assert sources.restrictions.noted("huangshi", CERTIFICATE) == {Encumbrance.SEAL}
    assert sources.restrictions.noted("yangquan", CERTIFICATE) == frozenset()


GOOD = {"number": str(PARTY.number), "defaulter": False, "eligibility": "PASS"}


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        [],
        GOOD | {"number": str(OTHER.number)},
        GOOD | {"defaulter": "no"},
        GOOD | {"defaulter": 0},
        GOOD | {"defaulter": None},
        GOOD | {"eligibility": "PERHAPS"},
        GOOD | {"eligibility": ["PASS"]},
        GOOD | {"padding": "x" * 1_100_000},
    ],
)
def test_an_answer_that_does_not_say_yes_or_no_about_this_party_is_none(server: OutsideServer, wrong: Any) -> None:
    server.answer = Authority(lambda _: wrong)

    with pytest.raises(Unavailable, match=r"property\.screening_unavailable"):
        AskedStandings(desk(server)).standing("huangshi", PARTY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"certificate_no": str(CERTIFICATE)},
        {"certificate_no": "0000001", "restrictions": []},
        {"certificate_no": str(CERTIFICATE), "restrictions": "SEAL"},
        {"certificate_no": str(CERTIFICATE), "restrictions": ["SEAL", "NEW_KIND"]},
        {"certificate_no": str(CERTIFICATE), "restrictions": [None]},
    ],
)
def test_a_restriction_we_do_not_know_could_be_one_that_bars(server: OutsideServer, wrong: Any) -> None:
    server.answer = Authority(lambda _: wrong)

    with pytest.raises(Unavailable):
        AskedRestrictions(desk(server)).noted("huangshi", CERTIFICATE)


@pytest.mark.parametrize("status", [204, 301, 400, 404, 429, 500, 503])
def test_another_status_is_no_answer_even_with_a_good_body(server: OutsideServer, status: int) -> None:
    server.answer = Authority(lambda _: GOOD, status=status)

    with pytest.raises(Unavailable):
        AskedStandings(desk(server)).standing("huangshi", PARTY)


def test_an_answer_signed_with_another_key_is_none(server: OutsideServer) -> None:
    server.answer = Authority(lambda _: GOOD, key=b"x" * 32)

    with pytest.raises(Unavailable):
        AskedStandings(desk(server)).standing("huangshi", PARTY)


def test_an_authority_that_does_not_know_our_key_gives_none(server: OutsideServer) -> None:
    server.answer = Authority(lambda _: GOOD)

    with pytest.raises(Unavailable):
        AskedStandings(desk(server, key=b"x" * 32)).standing("huangshi", PARTY)


@pytest.mark.parametrize("raw", [b"", b"<html>", b"\xff\xfe", b"[" * 200_000])
def test_what_is_no_json_is_none(server: OutsideServer, raw: bytes) -> None:
    def answer(received: Received) -> tuple[Any, ...]:
        nonce = next(value for name, value in received.headers.items() if name.lower() == "x-nonce")
        return 200, raw, {"X-Signature": sign(nonce, "200", hashlib.sha256(raw).hexdigest())}

    server.answer = answer

    with pytest.raises(Unavailable):
        AskedStandings(desk(server)).standing("huangshi", PARTY)


def test_a_failed_try_is_repeated_once_with_a_fresh_nonce(server: OutsideServer) -> None:
    good = Authority(lambda _: GOOD)
    server.answer = lambda received: good(received) if len(server.received) > 1 else (503, b"")

    assert AskedStandings(desk(server)).standing("huangshi", PARTY) == Standing(False, Eligibility.PASS)
    assert len({one.headers["X-Nonce"] for one in server.received}) == TRIES


def test_silence_ends_after_the_deadline_and_a_closed_port_at_once(server: OutsideServer) -> None:
    server.answer = server.hang
    with pytest.raises(Unavailable):
        AskedStandings(desk(server, seconds=0.2)).standing("huangshi", PARTY)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{unused.getsockname()[1]}"
    with pytest.raises(Unavailable):
        AskedStandings(Partner(Outside(closed, "property.screening_unavailable"), "guohu", SHARED)).standing(
            "huangshi", PARTY
        )

    assert len(server.received) == TRIES


def test_no_number_stands_in_an_address(server: OutsideServer) -> None:
    server.answer = Authority(lambda _: GOOD)
    AskedStandings(desk(server)).standing("huangshi", PARTY)

    assert [one.path for one in server.received] == ["/desk/v1/party-standings"]
