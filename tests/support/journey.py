"""What journeys and their refusals need besides the demo's people: sales carried to a phase, and refusals in both languages."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import requests

from clients.python.guohu_client import Client, wait_for
from deploy.demo.people import CITY
from deploy.demo.sale import PHASES, Cast, Sale
from deploy.demo.stage import Stage

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
