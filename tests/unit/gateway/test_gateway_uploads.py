"""One file a request, as it is or in a form: what is taken, what is refused, and what reaches the store and the bus."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from werkzeug.datastructures import Headers

from gateway.problems import HttpError
from gateway.uploads import BODY_BYTES, FILE_BYTES, SentFile, read_file
from services.common.kit.errors import DomainError, NotFound, Unavailable
from services.common.messages import contract
from tests.unit.gateway.fakes import Browser, FakeBus, FakeIncoming
from tests.unit.gateway.requests_of import JPEG_BYTES, PARTS, UPLOAD

PATH = f"/v1/cases/{PARTS['case']}/materials"
EDGE = b"edge-of-a-form-0123456789"


def part(name: str, data: bytes, media_type: str = "image/jpeg", file_name: str | None = "a.jpg") -> bytes:
    named = f'; filename="{file_name}"' if file_name is not None else ""
    head = f'Content-Disposition: form-data; name="{name}"{named}\r\n' + (
        f"Content-Type: {media_type}\r\n" if media_type else ""
    )
    return b"--" + EDGE + b"\r\n" + head.encode() + b"\r\n" + data + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--" + EDGE + b"--\r\n"


def read(body: bytes, content_type: str = f"multipart/form-data; boundary={EDGE.decode()}") -> SentFile:
    return read_file(Headers({"Content-Type": content_type}), body)


def refusal(body: bytes, content_type: str = f"multipart/form-data; boundary={EDGE.decode()}") -> str:
    with pytest.raises((HttpError, DomainError)) as refused:
        read(body, content_type)
    return str(refused.value.code)  # type: ignore[attr-defined]


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/heic", "image/gif", "application/pdf"])
def test_a_file_is_taken_as_it_is(media_type: str) -> None:
    assert read(b"anything", media_type) == SentFile(b"anything", media_type)


def test_a_file_whose_type_nobody_says_is_taken() -> None:
    assert read(b"anything", "application/octet-stream") == SentFile(b"anything", "")
    assert read(form(part("file", b"anything", "application/octet-stream"))) == SentFile(b"anything", "")
    assert read(form(part("file", b"anything", ""))).media_type in {"", "text/plain"}


@pytest.mark.parametrize(
    "data", [JPEG_BYTES, b"\r\n--" * 1000, b"\r\n--" + EDGE[:-1] + b"x\r\n", bytes(range(256)) * 900]
)
def test_a_file_is_taken_out_of_a_form_byte_for_byte(data: bytes) -> None:
    assert read(form(part("file", data))) == SentFile(data, "image/jpeg")


def test_exactly_ten_megabytes_are_taken_and_one_byte_more_is_not() -> None:
    whole = b"x" * FILE_BYTES

    assert FILE_BYTES == 10_485_760
    for given, content_type in ((whole, "image/png"), (form(part("f", whole)), None)):
        sent = read(given, content_type) if content_type else read(given)
        assert len(sent.data) == FILE_BYTES
    assert len(form(part("f", whole))) < BODY_BYTES
    assert refusal(whole + b"x", "image/png") == "http.file_too_large"
    assert refusal(form(part("f", whole + b"x"))) == "http.file_too_large"


@pytest.mark.parametrize("count", [2, 3])
def test_several_files_are_refused(count: int) -> None:
    assert refusal(form(*[part(f"file{n}", JPEG_BYTES) for n in range(count)])) == "http.one_file_only"
    assert refusal(form(*[part("file", JPEG_BYTES)] * count)) == "http.one_file_only"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "http.form_unreadable"),
        (form(), "http.file_missing"),
        (form(part("file", b"")), "http.file_missing"),
        (form(part("words", b"not a file", file_name=None)), "http.form_unreadable"),
        (form(part("file", JPEG_BYTES), part("words", b"beside it", file_name=None)), "http.form_unreadable"),
        (part("file", JPEG_BYTES), "http.form_unreadable"),
        (form(part("file", JPEG_BYTES))[:-20], "http.form_unreadable"),
        (b"no form at all", "http.form_unreadable"),
        (b"--" + EDGE + b"\r\n" + b"X-Long: " + b"y" * 200_000 + b"\r\n\r\nz", "http.form_unreadable"),
    ],
)
def test_a_form_without_one_whole_file_is_refused(body: bytes, code: str) -> None:
    assert refusal(body) == code


@pytest.mark.parametrize("boundary", ["", "; boundary=", "; boundary=" + "x" * 71])
def test_a_form_without_an_edge_is_refused(boundary: str) -> None:
    assert refusal(form(part("file", JPEG_BYTES)), "multipart/form-data" + boundary) == "http.form_unreadable"


@pytest.mark.parametrize("content_type", ["", "application/json", "text/plain", "application/x-www-form-urlencoded"])
def test_other_content_is_refused(content_type: str) -> None:
    assert refusal(JPEG_BYTES, content_type) == "http.media_type"


def test_no_bytes_are_no_file() -> None:
    assert refusal(b"", "image/jpeg") == "http.file_missing"


# ---- on their way --------------------------------------------------------------------------------------------------
def send(browser: Browser, data: bytes = JPEG_BYTES, **changed: Any) -> Any:
    told = {"data": data, "content_type": "image/jpeg", "query_string": UPLOAD, **changed}
    return browser.send("POST", PATH, **told)


def test_the_file_is_put_in_before_its_owner_is_told(browser: Browser, bus: FakeBus, incoming: FakeIncoming) -> None:
    response = send(browser)

    message = bus.last.message
    assert incoming.kept == {message.upload_id: JPEG_BYTES}
    assert (message.sha256, message.media_type) == (hashlib.sha256(JPEG_BYTES).hexdigest(), "image/jpeg")
    assert (str(message.person_id), message.material_id, message.version) == (UPLOAD["person_id"], "id_card", 4)
    kept = bus.answered[-1]
    assert response.headers["Location"] == f"/v1/cases/{kept.case_no}/materials/{kept.file_id}"


def test_a_repeat_is_the_same_message_and_other_bytes_are_another(
    browser: Browser, bus: FakeBus, incoming: FakeIncoming
) -> None:
    for data in (JPEG_BYTES, JPEG_BYTES, JPEG_BYTES + b"x"):
        send(browser, data)

    first, again, other = (one.message for one in bus.asked)
    assert first == again
    assert other.upload_id != first.upload_id
    assert len(incoming.kept) == 2


def test_the_same_bytes_of_two_requests_never_share_a_place(browser: Browser, bus: FakeBus) -> None:
    send(browser)
    send(browser, headers={"Idempotency-Key": "another-key-0123456789"})

    assert bus.asked[0].message.upload_id != bus.asked[1].message.upload_id


@pytest.mark.parametrize("name", ["person_id", "material_id", "kind", "version"])
def test_what_stands_beside_the_file_is_required(
    name: str, browser: Browser, bus: FakeBus, incoming: FakeIncoming
) -> None:
    query = {key: value for key, value in UPLOAD.items() if key != name}

    response = send(browser, query_string=query)

    assert (response.status_code, response.get_json()["errors"][0]["field"]) == (422, name)
    assert not bus.asked
    assert not incoming.kept


def test_a_store_that_is_down_is_503_and_nobody_is_told(browser: Browser, bus: FakeBus, incoming: FakeIncoming) -> None:
    incoming.down = True

    response = send(browser)

    assert (response.status_code, response.get_json()["code"]) == (503, "object.store_unavailable")
    assert not bus.asked


def test_a_worker_that_is_down_is_503_to_be_repeated(browser: Browser, bus: FakeBus) -> None:
    bus.answers[contract.AcceptUpload] = Unavailable("bus.no_answer")

    response = send(browser)

    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0


REFUSED = (
    "file_type",
    "file_broken",
    "file_ambiguous",
    "file_active",
    "file_locked",
    "file_too_complex",
    "file_empty",
    "too_many_pages",
    "material_not_asked",
    "kind_not_accepted",
)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", REFUSED)
def test_every_refusal_is_told_in_both_languages(code: str, language: str, browser: Browser, bus: FakeBus) -> None:
    bus.answers[contract.AcceptUpload] = DomainError(f"contract.{code}")

    problem = send(browser, headers={"Accept-Language": language}).get_json()

    assert problem["code"] == f"contract.{code}"
    assert any("一" <= sign <= "鿿" for sign in problem["detail"]) is (language == "zh")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("large", [FILE_BYTES + 1])
def test_a_file_too_large_is_told_in_both_languages(large: int, language: str, browser: Browser) -> None:
    response = send(browser, b"x" * large, headers={"Accept-Language": language})

    assert (response.status_code, response.get_json()["code"]) == (413, "http.file_too_large")
    assert "10,485,760" in response.get_json()["detail"]


def test_the_server_refuses_a_larger_body_with_the_same_code(shared: Any) -> None:
    table = shared[0].table

    assert table.body_limit("POST", PATH) == BODY_BYTES
    assert table.too_large_code("POST", PATH) == "http.file_too_large"
    assert table.too_large_code("POST", "/v1/cases") == "http.body_too_large"
    assert table.too_large_code("POST", "/nowhere") == "http.body_too_large"


@pytest.mark.parametrize("path", [f"{PATH}/{'0' * 31}", f"{PATH}/{'g' * 32}", f"{PATH}/{'0' * 32}/pages/0"])
def test_a_file_that_cannot_be_one_is_not_found(path: str, browser: Browser, bus: FakeBus) -> None:
    assert browser.send("GET", path).status_code == 404
    assert not bus.asked


def test_a_page_is_asked_for_by_a_few_sizes(browser: Browser, bus: FakeBus) -> None:
    bus.answers[contract.GetMaterialPage] = NotFound("contract.page_unknown")
    path = f"{PATH}/{'0f' * 16}/pages/3"

    for query in ("", "?size=large", "?size=4096"):
        browser.send("GET", path + query)

    assert [(one.message.page, one.message.longest) for one in bus.asked] == [(3, 1080), (3, 2160)]


def test_openapi_tells_how_files_are_sent(browser: Browser) -> None:
    document = browser.send("GET", "/openapi.json", who="nobody").get_json()

    sent = document["paths"]["/v1/cases/{case}/materials"]["post"]["requestBody"]["content"]
    assert {"multipart/form-data", "image/jpeg", "image/heic", "application/pdf"} <= set(sent)
    assert sent["image/jpeg"]["schema"]["maxLength"] == FILE_BYTES
