"""Pages of other origins: none, unless named exactly; and what an address offers."""

from __future__ import annotations

import dataclasses

import pytest

from gateway.assembly import build_app
from gateway.config import GatewaySettings
from gateway.cors import Cors
from tests.unit.gateway.fakes import ORIGIN, Browser, FakeBus, FakeLinks, Keys

ASK = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}


def test_named_origin_may_read_answers_and_refusals(browser: Browser) -> None:
    for path in ("/v1/cities", "/v1/none"):
        headers = browser.send("GET", path, headers={"Origin": ORIGIN}).headers

        assert headers["Access-Control-Allow-Origin"] == ORIGIN
        assert {"ETag", "Retry-After", "X-Correlation-Id"} <= set(headers["Access-Control-Expose-Headers"].split(", "))
        assert "Origin" in headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in headers


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", f"{ORIGIN}.evil.example", ORIGIN.upper()])
def test_other_origin_may_read_nothing(origin: str, browser: Browser) -> None:
    for method in ("GET", "OPTIONS"):
        answer = browser.send(method, "/v1/cases", headers={**ASK, "Origin": origin})

        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


def test_preflight_names_what_may_be_sent_and_asks_no_service(browser: Browser, bus: FakeBus) -> None:
    answer = browser.send("OPTIONS", "/v1/cases", who="nobody", headers=ASK)

    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, POST, OPTIONS"
    assert {"Authorization", "Idempotency-Key", "If-Match"} <= set(
        answer.headers["Access-Control-Allow-Headers"].split(", ")
    )
    assert not bus.asked


def test_address_tells_its_methods(browser: Browser) -> None:
    answer = browser.send("OPTIONS", "/v1/cases/huangshi-2023081800001/submission", who="nobody")

    assert (answer.status_code, answer.headers["Allow"]) == (204, "POST, DELETE, OPTIONS")
    assert answer.get_data() == b""


def test_document_that_counts_as_opened_offers_no_head(browser: Browser) -> None:
    answer = browser.send("OPTIONS", f"/v1/signing-tasks/{'h' * 43}/documents/sale_contract", who="nobody")

    assert answer.headers["Allow"] == "GET, OPTIONS"


def test_by_default_no_origin_is_named(settings: GatewaySettings, keys: Keys) -> None:
    app = build_app(dataclasses.replace(settings, cors=Cors.read("")), FakeBus(), FakeLinks())

    headers = Browser(app, keys).send("GET", "/v1/cities", headers={"Origin": ORIGIN}).headers

    assert "Access-Control-Allow-Origin" not in headers
    assert "Origin" not in headers["Vary"]


@pytest.mark.parametrize("text", ["*", "https://*.example", "https://a.example/", "city.example", "https://A.example"])
def test_origin_that_is_no_exact_origin_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no exact origins"):
        Cors.read(text)
