"""What journeys and their refusals need besides the demo's people: sales carried to a phase, and refusals in both languages."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp
import pytest
import requests

from clients.python.guohu_client import Client, wait_for
from deploy.demo.__main__ import stage_on
from deploy.demo.people import CITY, Staff
from deploy.demo.sale import PHASES, Cast, Sale
from deploy.demo.stage import Stage
from deploy.local import environment
from deploy.local.stack import Stack
from services.common.messages.identity import AddStaff
from services.common.values import IdNumber

CITIES = Path(__file__).resolve().parents[2] / "deploy" / "cities"
JSON_PROBLEM = "application/problem+json"


def quiet(phase: str, event: str) -> None:
    """Tell nobody."""


def carried_to(stage: Stage, phase: str) -> Sale:
    """Return a sale of new people in which everything up to and with that phase has happened."""
    return go_on(Sale(stage.cast(with_face=False), quiet), to=phase)


def go_on(sale: Sale, *, to: str, after: str = "") -> Sale:
    """Carry a sale through the phases behind `after`, up to and with `to`."""
    acts = (sale.sign_up, sale.search, sale.edit, sale.confirm, sale.sign, sale.review, sale.seal, sale.push)
    first = PHASES.index(after) + 1 if after else 0
    for act in acts[first : PHASES.index(to) + 1]:
        act()
    return sale


def sold_anew(sale: Sale) -> Sale:
    """Return a new sale of the same house between the same people, from the search on; waits until the house is free."""
    fresh = Sale(sale.cast, quiet, office=sale.office, notices=sale.notices)
    seller = sale.cast.seller
    body = {
        "city": CITY,
        "certificate_no": sale.cast.certificate_no,
        "owner_name": seller.name,
        "owner_id_number": seller.id_number,
    }

    def is_free() -> bool:
        found = seller.client.post("/v1/title-searches", body)["titles"]
        return any(one["title_id"] == sale.title_id and one["saleable"] for one in found)

    wait_for(is_free, "the house to be free")
    return fresh


def everybody_sees(sale: Sale, state: str) -> bool:
    """Whether all four see the case in that state."""
    return all(sale.view(one)["state"] == state for one in sale.cast.citizens)


def somebody_else(stage: Stage) -> Cast:
    """People who have nothing to do with any other sale; the seller has signed in."""
    cast = stage.cast(with_face=False)
    cast.seller.arrive()
    return cast


@contextmanager
def stage_where(says: Mapping[str, str], *, folder: Path) -> Iterator[Stage]:
    """A stack of its own whose cities say other things: in the lines of their profiles, what is usual -> what stands instead."""
    cities = folder / "cities"
    cities.mkdir()
    for file in CITIES.glob("*.yaml"):
        text = file.read_text()
        for usual, instead in says.items():
            text = text.replace(usual, instead)
        (cities / file.name).write_text(text)
    told = "".join(file.read_text() for file in cities.iterdir())
    assert all(one in told for one in says.values())
    common = environment.Environments._common
    stack = Stack(folder / "stack")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            environment.Environments,
            "_common",
            lambda self, service: common(self, service) | {"GUOHU_CITIES": str(cities)},
        )
        try:
            stack.up()
            stage = stage_on(stack)
            stage.seed()
            yield stage
        finally:
            stack.down()


def reviewer(stage: Stage, id_number: str) -> Staff:
    """A reviewer of the office who is that person, signed in; each call makes another account."""
    login, password, totp = f"reviewer-{secrets.token_hex(4)}", secrets.token_urlsafe(18), pyotp.random_base32()
    added = AddStaff(
        login=login,
        password=password,
        totp_secret=totp,
        roles=("REVIEWER",),
        office=stage.office,
        id_number=IdNumber(id_number),
    )
    stage.ask(added)
    made = Staff(stage.client(), login, password, totp)
    made.sign_in()
    return made


@dataclass(frozen=True)
class Refusal:
    """How a request is refused: status, stable code, and the words in both languages."""

    status: int
    code: str
    zh: str
    en: str


def refused(
    client: Client, method: str, path: str, body: Any = None, *, token: str | None = None, **headers: str | None
) -> Refusal:
    """Send it twice, asking for Chinese and for English, and return how it is refused. A header set to None is left out.

    `token` stands in for the client's own. Header names are written with underscores. Fails where anything is accepted.
    """
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    said = {}
    for language in ("zh", "en"):
        bearer = client.token if token is None else token
        every = {
            "Idempotency-Key": str(uuid.uuid4()),
            "Accept-Language": language,
            "X-Forwarded-For": client.address or None,
            "Authorization": f"Bearer {bearer}" if bearer else None,
            **given,
        }
        sent = {name: value for name, value in every.items() if value is not None}
        answer = requests.request(method, client.base_url + path, json=body, headers=sent, timeout=15)
        assert answer.headers["Content-Type"] == JSON_PROBLEM, (answer.status_code, answer.text)
        said[language] = answer.json()
        assert said[language]["status"] == answer.status_code
        assert said[language]["correlation_id"] == answer.headers["X-Correlation-Id"]
    zh, en = said["zh"], said["en"]
    assert (zh["status"], zh["code"]) == (en["status"], en["code"])
    return Refusal(zh["status"], zh["code"], zh["detail"], en["detail"])
