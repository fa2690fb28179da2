"""A file brought for verification: as it is or as a form, counted before it is kept, answered as JSON or as a page."""

from __future__ import annotations

import io
from typing import Any

import pytest

from services.common.kit.errors import DomainError, Kind
from services.common.messages import signing
from tests.unit.gateway.fakes import Browser, FakeBus, FakeIncoming
from tests.unit.gateway.requests_of import PDF_BYTES


@pytest.fixture(autouse=True)
def place(bus: FakeBus) -> None:
    bus.answers[signing.AdmitUpload] = signing.UploadTicket(ticket="t" * 48, key="incoming/" + "t" * 48)


def form(*files: bytes, name: str = "file") -> dict[str, Any]:
    data = {f"{name}{number or ''}": (io.BytesIO(one), "contract.pdf") for number, one in enumerate(files)}
    return {"data": data, "content_type": "multipart/form-data"}


RAW = {"data": PDF_BYTES, "content_type": "application/pdf"}


@pytest.mark.parametrize("sent", [RAW, form(PDF_BYTES)], ids=["raw", "form"])
def test_the_file_is_counted_put_where_signing_says_and_verified(
    sent: dict[str, Any], browser: Browser, bus: FakeBus, incoming: FakeIncoming
) -> None:
    response = browser.send("POST", "/v1/verifications", who="nobody", bare=True, **sent)

    assert response.status_code == 200
    assert [type(one.message) for one in bus.asked] == [signing.AdmitUpload, signing.VerifyUpload]
    assert incoming.kept == {"t" * 48: PDF_BYTES}
    assert bus.last.message.ticket == "t" * 48
    assert len(bus.asked[0].message.source) == 32


def test_a_repeated_key_does_not_bring_the_former_ticket_back(browser: Browser, bus: FakeBus) -> None:
    for _ in range(2):
        browser.send("POST", "/v1/verifications", who="nobody", **RAW)

    first, second = (one.request_id for one in bus.asked if isinstance(one.message, signing.AdmitUpload))
    assert first != second


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"data": b"", "content_type": "application/pdf"}, 422, "http.file_missing"),
        (form(PDF_BYTES, PDF_BYTES), 422, "http.one_file_only"),
        ({"data": b"--b--\r\n", "content_type": "multipart/form-data; boundary=b"}, 422, "http.file_missing"),
        ({"data": b"x", "content_type": "multipart/form-data"}, 422, "http.form_unreadable"),
        ({"data": b"--b\r\nx", "content_type": "multipart/form-data; boundary=b"}, 422, "http.form_unreadable"),
        ({"data": PDF_BYTES, "content_type": "image/png"}, 415, "http.media_type"),
    ],
    ids=["empty", "two files", "no file", "no boundary", "damaged", "another type"],
)
def test_what_is_not_one_file_is_refused_before_anybody_is_asked(
    sent: dict[str, Any], status: int, code: str, browser: Browser, bus: FakeBus, incoming: FakeIncoming
) -> None:
    response = browser.send("POST", "/v1/verifications", who="nobody", bare=True, **sent)

    assert (response.status_code, response.get_json()["code"]) == (status, code)
    assert (bus.asked, incoming.kept) == ([], {})


def test_a_full_queue_is_503_with_a_time_to_come_again(browser: Browser, bus: FakeBus) -> None:
    bus.answers[signing.VerifyUpload] = DomainError("engine.busy", Kind.UNAVAILABLE)

    response = browser.send("POST", "/v1/verifications", who="nobody", **RAW)

    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0


def test_too_many_files_are_429_and_nothing_is_kept(browser: Browser, bus: FakeBus, incoming: FakeIncoming) -> None:
    refused = DomainError("signing.too_many_verifications", Kind.LIMITED, retry_after=1200, limit=60)
    bus.answers[signing.AdmitUpload] = refused

    response = browser.send("POST", "/v1/verifications", who="nobody", **RAW)

    assert (response.status_code, response.headers["Retry-After"]) == (429, "1200")
    assert incoming.kept == {}


def test_the_form_needs_no_script_and_leads_to_a_page_of_the_result(browser: Browser, bus: FakeBus) -> None:
    page = browser.send("GET", "/v", who="nobody")
    shown = browser.send("POST", "/v", who="nobody", bare=True, **form(PDF_BYTES))

    words = page.get_data(as_text=True)
    assert 'action="/v" enctype="multipart/form-data"' in words
    assert "<script" not in words
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert shown.status_code == 200
    assert "SHA-256" in shown.get_data(as_text=True)
    assert "签名" in shown.get_data(as_text=True)
