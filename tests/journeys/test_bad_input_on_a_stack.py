"""A sample of bad input against real services: nothing fails inside, every refusal says why, and nothing is half written.

All values on all routes are tried against the gateway alone (tests/unit/gateway/test_gateway_bad_input); here each route meets a few,
so that what the gateway lets through meets the service that owns it.
"""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from clients.python.guohu_client import Client
from deploy.demo.agreed import agreed_terms
from deploy.demo.sale import Sale
from deploy.demo.stage import Stage
from gateway.examples import example_bodies
from gateway.routes import ROUTES
from gateway.routing import Route
from tests.support.bad_input import RAW, VALUES, paths_in, replaced
from tests.support.journey import carried_to
from tests.unit.gateway.requests_of import PARTS

pytestmark = pytest.mark.journey
WITH_BODY = [one for one in ROUTES if one.body is not None]
PLACES, EACH = 4, 4
ELSEWHERE = "198.51.100.13"
"""Wrong codes and passwords are counted against where they come from: not where everybody else of these journeys is."""
KINDS = itertools.cycle(VALUES)


@pytest.fixture(scope="module")
def sale(stage: Stage) -> Sale:
    """The seller has entered everything; no buyer yet."""
    found = carried_to(stage, "search")
    found.publish()
    return found


def sent(sale: Sale, route: Route, data: bytes, revision: str = "99999") -> requests.Response:
    """Send bytes as JSON to a route, as somebody it is for. An outdated revision, lest something odd be saved."""
    who: dict[str, Client] = {"person": sale.cast.seller.client, "staff": sale.cast.reviewer.client}
    client = who.get(route.actor)
    path = route.path
    for part in route.parts:
        path = path.replace(f"{{{part}}}", {**PARTS, "case": sale.case["case_no"], "side": "seller"}[part])
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid.uuid4()),
        "If-Match": f'"{revision}"',
        "X-Forwarded-For": ELSEWHERE,
        **({"Authorization": f"Bearer {client.token}"} if client else {}),
    }
    return requests.request(
        route.method, sale.cast.seller.client.base_url + path, headers=headers, data=data, timeout=20
    )


def samples(body: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """A few wrong bodies: the values take turns over all routes."""
    for path in itertools.islice(paths_in(body), PLACES):
        for kind in itertools.islice(KINDS, EACH):
            yield f"{path} {kind}", json.dumps(replaced(body, path, VALUES[kind])).encode()


def refused_well(answer: requests.Response) -> bool:
    if answer.status_code < 400:
        return True
    problem = answer.json()
    return answer.status_code < 500 and {"code", "title", "detail", "correlation_id"} <= set(problem)


@pytest.mark.parametrize("route", WITH_BODY, ids=lambda one: one.operation)
def test_wrong_values_fail_nothing_inside(route: Route, sale: Sale) -> None:
    right = next(iter(example_bodies(route.body).values()))
    for kind, data in samples(right):
        answer = sent(sale, route, data)
        assert refused_well(answer), (kind, answer.status_code, answer.text[:300])


@pytest.mark.parametrize("kind", RAW)
def test_wrong_bytes_are_refused_by_code(kind: str, sale: Sale) -> None:
    route = next(one for one in WITH_BODY if one.operation == "save_terms")

    answer = sent(sale, route, RAW[kind])

    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json"), answer.text[:300]


def test_megabyte_is_refused_before_it_is_read(sale: Sale) -> None:
    route = next(one for one in WITH_BODY if one.operation == "save_terms")

    answer = sent(sale, route, b'{"a":"' + b"x" * 2**20 + b'"}')

    assert (answer.status_code, answer.json()["code"]) == (413, "http.body_too_large")


@pytest.mark.parametrize(
    ("part", "place", "value"),
    [
        ("parties/seller", ("parties", 1, "name"), "张\u202e三"),
        ("parties/seller", ("parties", 1, "id_number"), "1" * 18),
        ("parties/seller", ("parties", 1, "address"), "a\x00b"),
        ("terms", ("total_price",), "9" * 28),
        ("terms", ("total_price",), "-1.00"),
        ("terms", ("total_price",), "1e6"),
        ("terms", ("instalments", 1, "amount"), "NaN"),
        ("terms", ("instalments", 1, "due"), "2026-02-30"),
    ],
)
def test_save_with_one_wrong_member_names_it_and_saves_nothing_of_the_rest(
    part: str, place: tuple[str | int, ...], value: str, sale: Sale
) -> None:
    cast = sale.cast
    right = (
        {"parties": [cast.seller.party(), cast.seller_co_owner.party()]}
        if "parties" in part
        else agreed_terms(cast.seller)
    )
    body = replaced(right, place, value)
    if "parties" in part:
        body["parties"][0]["address"] = "湖北省黄石市下陆区另一路1号"  # right, and must not be saved either
    else:
        body["deposit"] = "12345.00"
    before = sale.view(cast.seller)
    operation = "save_parties" if "parties" in part else "save_terms"
    route = next(one for one in WITH_BODY if one.operation == operation)

    answer = sent(sale, route, json.dumps(body).encode(), revision=str(before["revision"]))

    named = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in place).removeprefix(".")
    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, [named]), answer.text
    assert sale.view(cast.seller) == before
