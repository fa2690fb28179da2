"""Materials over HTTP: every kind taken, every wrong one refused in both languages, what waits for them, who sees them."""

from __future__ import annotations

import hashlib
import http.client
import io
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import requests
from PIL import Image

from clients.python.guohu_client import Client, Refused
from deploy.demo.materials import picture, upload_required
from deploy.demo.people import Citizen
from deploy.demo.sale import Sale
from deploy.demo.stage import Stage
from deploy.local.stack import Stack
from deploy.local.supervision import SERVICES_GROUP
from tests.support import upload_files
from tests.support.journey import Refusal, carried_to, somebody_else

pytestmark = pytest.mark.journey
FILE_BYTES = 10_485_760
TOO_LARGE = Refusal(
    413,
    "http.file_too_large",
    "文件不能大于 10 MB（10,485,760 字节）。",
    "A file has at most 10 MB (10,485,760 bytes).",
)
WRONG_TYPE = Refusal(
    422,
    "contract.file_type",
    "仅支持 JPEG、PNG、HEIC、WebP 图片和 PDF，且内容须与声明的类型一致。",
    "Only JPEG, PNG, HEIC, WebP and PDF are taken, and the content must be of the type declared.",
)
ONE_ONLY = Refusal(422, "http.one_file_only", "一次只能上传一个文件。", "Send one file at a time.")
BROKEN = Refusal(
    422, "contract.file_broken", "文件不完整或已损坏，请重新上传。", "The file is cut off or damaged; upload it again."
)


@dataclass(frozen=True)
class Sender:
    """Somebody sending files for an own material of a case."""

    sale: Sale
    who: Citizen

    @property
    def path(self) -> str:
        """Of the case's materials."""
        return f"{self.sale.path}/materials"

    def rows(self) -> list[dict[str, Any]]:
        """The list as this person sees it."""
        found: list[dict[str, Any]] = self.who.client.get(self.path)["materials"]
        return found

    def place(self, material: str = "other", **changed: str) -> dict[str, str]:
        """What stands beside a file of one's own."""
        view = self.sale.view(self.who)
        me = next(one["person_id"] for one in view["parties"] if one["is_viewer"])
        row = next(one for one in self.rows() if (one["person_id"], one["material_id"]) == (me, material))
        told = {"person_id": me, "material_id": material, "kind": row["any_of"][0], "version": str(view["version"])}
        return {**told, **changed}

    def send(
        self, data: bytes, media_type: str = "image/jpeg", *, key: str = "", place: dict[str, str] | None = None
    ) -> Any:
        """Upload; returns the reply. Raises Refused."""
        headers = {"Content-Type": media_type} | ({"Idempotency-Key": key} if key else {})
        params = place or self.place()
        return self.who.client.call("POST", self.path, params=params, data=data, headers=headers).json()

    def refused(self, data: Any, media_type: str | None, place: dict[str, str] | None = None) -> Refusal:
        """Upload twice, asking for Chinese and for English, and return how it is refused."""
        said, place = {}, place or self.place()
        for language in ("zh", "en"):
            headers = {
                "Idempotency-Key": str(uuid.uuid4()),
                "Accept-Language": language,
                "Authorization": f"Bearer {self.who.client.token}",
                **({"Content-Type": media_type} if media_type else {}),
            }
            body = {"files": data} if media_type is None else {"data": data}
            url = self.who.client.base_url + self.path
            answer = requests.post(url, params=place, headers=headers, timeout=30, **body)  # type: ignore[arg-type]
            assert answer.headers["Content-Type"] == "application/problem+json", (answer.status_code, answer.text)
            said[language] = answer.json()
        zh, en = said["zh"], said["en"]
        assert zh["code"] == en["code"]
        return Refusal(zh["status"], zh["code"], zh["detail"], en["detail"])


@pytest.fixture(scope="module")
def draft(stage: Stage) -> Sale:
    """A case just opened."""
    return carried_to(stage, "search")


@pytest.fixture(scope="module")
def seller(draft: Sale) -> Sender:
    return Sender(draft, draft.cast.seller)


def noise(size: int) -> bytes:
    """A picture of exactly so many bytes: phones append what they like behind one."""
    start = picture("GUOHU TEST")
    return start + b"\0" * (size - len(start))


# ---- refusal 24 ----------------------------------------------------------------------------------------------------
def test_exactly_ten_megabytes_are_taken(seller: Sender) -> None:
    kept = seller.send(noise(FILE_BYTES))

    seller.who.client.call("DELETE", f"{seller.path}/{kept['file_id']}")


@pytest.mark.parametrize("size", [FILE_BYTES + 1, FILE_BYTES + 200_000])
@pytest.mark.parametrize("in_form", [False, True])
def test_24_a_file_of_more_than_ten_megabytes_is_refused(size: int, in_form: bool, seller: Sender) -> None:
    data = noise(size)
    given = {"file": ("a.jpg", data, "image/jpeg")} if in_form else data

    assert seller.refused(given, None if in_form else "image/jpeg") == TOO_LARGE


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"GIF89a" + bytes(200), "image/gif"),
        (b"MZ" + bytes(200), "image/jpeg"),
        (b"<svg/>", "image/svg+xml"),
        (upload_files.picture("PNG"), "image/jpeg"),
        (upload_files.archive(), "application/octet-stream"),
    ],
)
def test_24_a_file_with_other_first_bytes_is_refused(data: bytes, media_type: str, seller: Sender) -> None:
    assert seller.refused(data, media_type) == WRONG_TYPE


def test_24_several_files_in_one_request_are_refused(seller: Sender) -> None:
    files = [("file", (f"{n}.jpg", picture(str(n)), "image/jpeg")) for n in range(2)]

    assert seller.refused(files, None) == ONE_ONLY


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (picture("x")[:3000], "contract.file_broken"),
        (upload_files.scan()[:900], "contract.file_broken"),
        (upload_files.png_promising(60_000, 60_000), "contract.file_too_complex"),
        (upload_files.stream_bomb(), "contract.file_too_complex"),
        (upload_files.acting("launch"), "contract.file_active"),
        (upload_files.acting("embedded file"), "contract.file_active"),
        (upload_files.locked("secret"), "contract.file_locked"),
        (upload_files.saved(upload_files.blank(21)), "contract.too_many_pages"),
        (picture("x") + upload_files.archive(), "contract.file_ambiguous"),
        (b"", "http.file_missing"),
    ],
)
def test_a_hostile_file_is_refused_and_nothing_of_it_is_kept(
    data: bytes, code: str, seller: Sender, stack: Stack
) -> None:
    before = seller.rows()

    found = seller.refused(data, "application/octet-stream")

    assert (found.status, found.code) == (422, code)
    assert found.zh != found.en
    assert seller.rows() == before
    assert not list((stack.layout.objects / "incoming").glob("[0-9a-f]*"))


def test_a_length_that_lies_gives_a_file_cut_off(seller: Sender) -> None:
    data = picture("x")
    url = urlsplit(seller.who.client.base_url)
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=30)
    connection.putrequest("POST", f"{seller.path}?{urlencode(seller.place())}")
    told = {"Content-Type": "image/jpeg", "Content-Length": str(len(data) // 2), "Idempotency-Key": str(uuid.uuid4())}
    for name, value in (told | {"Authorization": f"Bearer {seller.who.client.token}"}).items():
        connection.putheader(name, value)
    connection.endheaders(data)

    answer = connection.getresponse()

    assert answer.status == 422
    assert BROKEN.code in answer.read().decode()
    connection.close()


# ---- taken ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF", "PDF"])
def test_each_kind_is_taken_shown_page_by_page_and_comes_back_clean(form: str, seller: Sender) -> None:
    data = upload_files.scan() if form == "PDF" else upload_files.picture(form, exif=upload_files.telling())
    media_type = "application/pdf" if form == "PDF" else "image/heic" if form == "HEIF" else f"image/{form.lower()}"

    kept = seller.send(data, media_type)

    client, path = seller.who.client, f"{seller.path}/{kept['file_id']}"
    row = next(one for one in seller.rows() if kept["file_id"] in [file["file_id"] for file in one["files"]])
    assert (row["status"], row["label"]) == ("DONE", "上传完成")
    copy = client.bytes(path)
    assert hashlib.sha256(copy).hexdigest() == kept["sha256"]
    assert b"TELLTALE" not in copy
    shown = Image.open(io.BytesIO(client.call("GET", f"{path}/pages/1", params={"size": "small"}).content))
    assert (shown.format, max(shown.size)) == ("JPEG", 320)
    with pytest.raises(Refused) as missing:
        client.bytes(f"{path}/pages/2")
    assert (missing.value.status, missing.value.code) == (404, "contract.page_unknown")
    client.call("DELETE", path)
    with pytest.raises(Refused) as gone:
        client.bytes(path)
    assert gone.value.status == 404


def test_a_repeated_request_is_one_file_and_its_key_is_good_for_no_other(seller: Sender) -> None:
    key, place = str(uuid.uuid4()), seller.place()
    first = seller.send(picture("one"), key=key, place=place)

    again = seller.send(picture("one"), key=key, place=place)
    with pytest.raises(Refused) as refused:
        seller.send(picture("two"), key=key, place=place)

    assert first == again
    assert (refused.value.status, refused.value.code) == (422, "request.other_body")


def test_a_worker_that_is_down_keeps_nothing_and_takes_the_same_request_later(seller: Sender, stack: Stack) -> None:
    key, place, data = str(uuid.uuid4()), seller.place("title_certificate"), picture("while nobody looks")
    told = {"Content-Type": "image/jpeg", "Idempotency-Key": key, "Authorization": f"Bearer {seller.who.client.token}"}
    stack.supervisor._call("stopProcess", f"{SERVICES_GROUP}:contract.worker", True)
    try:
        url = seller.who.client.base_url + seller.path
        answer = requests.post(url, params=place, data=data, headers=told, timeout=60)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert not [one for one in seller.rows() if one["material_id"] == "title_certificate" and one["files"]]
    finally:
        stack.restart("contract.worker")

    kept = seller.send(data, key=key, place=place)

    (row,) = [one for one in seller.rows() if one["material_id"] == "title_certificate"]
    assert [one["file_id"] for one in row["files"]] == [kept["file_id"]]


# ---- what waits, who sees ------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def joined(stage: Stage) -> Sale:
    """The buyers' data are saved; none of their materials is there."""
    sale = carried_to(stage, "search")
    sale.publish()
    sale.join()
    buyer = sale.cast.buyer
    sale._put(buyer, "parties/buyer", {"parties": [buyer.party(), sale.cast.buyer_co_owner.party()]})
    return sale


def test_generating_waits_for_the_buyers_and_people_upload_at_the_same_time(joined: Sale) -> None:
    buyer, co_owner = joined.cast.buyer, joined.cast.buyer_co_owner
    match = {"If-Match": f'"{joined.view(buyer)["revision"]}"'}
    with pytest.raises(Refused) as refused:
        buyer.client.post(f"{joined.path}/documents", headers=match)
    assert (refused.value.status, refused.value.code) == (409, "contract.materials_missing")
    assert "身份证" in refused.value.problem["detail"]
    missing = refused.value.problem["context"]["missing"]
    assert {"BUYER_MAIN:id_card", "BUYER_CO_OWNER:id_card"} <= set(missing)
    assert not [one for one in missing if one.startswith("SELLER")]

    with ThreadPoolExecutor(2) as crew:
        list(crew.map(lambda one: _own_materials(Sender(joined, one)), (co_owner, buyer)))
    upload_required(buyer.client, joined.path)

    assert joined.view(buyer)["revision"] == int(match["If-Match"].strip('"'))
    joined.case = buyer.client.post(f"{joined.path}/documents", headers=match)
    rows = [one for one in joined.view(buyer)["materials"] if one["required"]]
    assert {one["label"] for one in rows} == {"上传完成"}


def _own_materials(sender: Sender) -> None:
    sender.send(picture("own"), place=sender.place("id_card"))


def test_a_file_beside_an_older_text_is_refused(joined: Sale) -> None:
    sender = Sender(joined, joined.cast.buyer)

    found = sender.refused(picture("late"), "image/jpeg", sender.place(version="0"))

    assert (found.status, found.code) == (412, "contract.stale_version")


def test_files_are_seen_by_their_side_and_from_the_submission_on_by_the_office(stage: Stage) -> None:
    sale = carried_to(stage, "sign")
    seller = Sender(sale, sale.cast.seller)
    file_id = seller.send(picture("signed long ago"))["file_id"]
    path = f"{seller.path}/{file_id}"
    reviewer, stranger = sale.cast.reviewer.client, somebody_else(stage).seller.client
    for client in (sale.cast.buyer.client, reviewer, stranger):
        assert _status(client, path) == (404, "contract.not_found")
    assert sale.cast.seller_co_owner.client.bytes(path)

    sale.submit()

    assert reviewer.bytes(path)
    assert reviewer.bytes(f"{path}/pages/1")
    assert _status(seller.who.client, path, "DELETE") == (409, "contract.withdraw_submission_first")
    seller.send(picture("asked for by the office"))
    sale.claim()
    sale.wait_state("REVIEWING")
    assert _status(seller.who.client, path, "DELETE") == (409, "contract.materials_with_reviewer")
    found = seller.refused(picture("too late"), "image/jpeg")
    assert (found.status, found.code) == (409, "contract.materials_with_reviewer")


def _status(client: Client, path: str, method: str = "GET") -> tuple[int, str]:
    with pytest.raises(Refused) as refused:
        client.call(method, path)
    return refused.value.status, refused.value.code
