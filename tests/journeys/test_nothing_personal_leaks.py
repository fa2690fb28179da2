"""After a whole sale nothing of its people stands in logs, events, headers, metrics, addresses, temporary files or plain columns.

Looked for: names, ID numbers, mobiles, addresses, bank cards, passwords, tokens, codes, signing links, faces; in every form
of `tests.support.leaks`. Every place is proved to be looked into by a leak planted there.
"""

from __future__ import annotations

import base64
import importlib
import os
import re
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

from clients.python.guohu_client import wait_for
from deploy.cli.field_key import SEALING
from deploy.demo.people import Citizen, Staff
from deploy.demo.sale import Sale
from deploy.demo.stage import Stage
from deploy.local import postgres
from deploy.local.processes import DATABASES, PROCESSES
from deploy.local.stack import Stack
from gateway.routes import ROUTES
from services.common.kit.database import Database
from tests.faults.ledger import Ledger
from tests.support.broker_tap import BrokerTap
from tests.support.journey import quiet
from tests.support.leaks import Scanner
from tests.support.sealed import named, places

pytestmark = pytest.mark.journey

LARGEST = 16 << 20
"""Bytes of a file that are looked into."""
TEMPORARY = Path(tempfile.gettempdir())
ENOUGH = 20_000
"""Bytes: a place with less was not looked into at all."""
DOCUMENT = b"%PDF-"
"""The documents of the sale name its people, in the object store alone: that is what they are for."""
UPLOADED = ("contract/materials", "contract/pages")
LEFT_OUT = ("secrets", "run", "log", "pgdata")
"""The stack's own keys, where no service writes; logs and tables are looked into as such."""


@dataclass
class Sold:
    """A whole sale, everything the broker carried meanwhile, and what must not be found."""

    sale: Sale
    tap: BrokerTap
    since: float
    there_before: set[Path]
    """What lay in the folder for temporary files before."""
    texts: list[str] = field(default_factory=list)
    """The SMS sent to its people."""
    scanner: Scanner = field(default_factory=Scanner)
    people: Scanner = field(default_factory=Scanner)
    """Who they are: what may not even stand in an SMS, where codes and links must."""


@pytest.fixture(scope="module")
def sold(stack: Stack, stage: Stage) -> Iterator[Sold]:
    """Carried to the end in every way the demo knows, while the broker is listened to."""
    since, there_before = time.time(), set(TEMPORARY.iterdir())
    with BrokerTap(stack) as tap:
        sale = Sale(stage.cast(every_way=True), quiet)
        sale.run()
        ledger = Ledger(stack)
        wait_for(lambda: not ledger.unsettled(), "everything told and handled")
    found = Sold(sale, tap, since, there_before)
    for one in sale.cast.citizens:
        sent = sale.cast.operator.client.post("/v1/staff/messages/lookup", {"mobile": one.mobile, "limit": 50})
        found.texts += [message["text"] for message in sent["messages"]]
    _look_for(found)
    return found


def _look_for(sold: Sold) -> None:
    cast = sold.sale.cast
    for part, one in zip(("seller", "seller's co-owner", "buyer", "buyer's co-owner"), cast.citizens, strict=True):
        _person(sold, part, one)
    for role, member in (("operator", cast.operator), ("clerk", cast.clerk), ("reviewer", cast.reviewer)):
        _member(sold.scanner, role, member)
    text = "\n".join(sold.texts)
    codes = set(re.findall(r"验证码(\d{6})", text))
    links = set(re.findall(r"/s/([A-Za-z0-9_-]{40,50})", text))
    assert len(codes) >= 2 * len(cast.citizens)
    assert len(links) == len(cast.citizens)
    for code in codes:
        sold.scanner.code("an SMS code", code)
    for link in links:
        sold.scanner.text("a signing link's token", link)
    for face in _pictures(cast.seller):
        sold.scanner.picture(f"the seller's picture {face.name}", face.read_bytes())
    sold.scanner.any_jpeg()
    sold.scanner.needles += sold.people.needles


def _person(sold: Sold, part: str, one: Citizen) -> None:
    for what, value in (
        ("name", one.name),
        ("ID number", one.id_number),
        ("mobile", one.mobile),
        ("address", one.address),
    ):
        sold.people.text(f"the {part}'s {what}", value)
    if one.card_number:
        sold.people.text(f"the {part}'s bank card", one.card_number)
    if one.password:
        sold.scanner.text(f"the {part}'s password", one.password)
    _tokens(sold.scanner, part, one.client.token, one.client.refresh_token)


def _member(scanner: Scanner, role: str, one: Staff) -> None:
    scanner.text(f"the {role}'s password", one.password).text(f"the {role}'s TOTP secret", one.totp_secret)
    _tokens(scanner, role, one.client.token, one.client.refresh_token)


def _tokens(scanner: Scanner, whose: str, access: str, refresh: str) -> None:
    assert access
    assert refresh
    scanner.text(f"the {whose}'s access token", access.rpartition(".")[2])
    scanner.text(f"the {whose}'s refresh token", refresh.rpartition(".")[2])


def _pictures(one: Citizen) -> list[Path]:
    assert one.face is not None, "the face engine's environment is missing: deploy/local/face_env.sh"
    return [file for file in one.face.card.parent.rglob("*.jp*g") if file.is_file()]


# ---- the places ---------------------------------------------------------------------------------------------------------------
def in_logs(stack: Stack, sold: Sold) -> Iterator[tuple[str, bytes]]:
    """Yield all that every process wrote, broker, database and supervisor among them."""
    for file in sorted(stack.layout.log.rglob("*")):
        if file.is_file():
            yield f"log {file.name}", file.read_bytes()


def in_tables(stack: Stack, sold: Sold) -> Iterator[tuple[str, bytes]]:
    """Yield every row of every table of every database as text: events, outbox and inbox, and sealed columns too."""
    for service in DATABASES:
        with closing(postgres.connect(stack.secrets, stack.ports["postgres"], service)) as link:
            link.set_session(readonly=True, autocommit=True)
            with link.cursor() as cursor:
                cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
                for (table,) in cursor.fetchall():
                    cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 - the catalogue's own names
                    yield f"table {service}.{table}", "\n".join(row for (row,) in cursor.fetchall()).encode()


def in_messages(stack: Stack, sold: Sold) -> Iterator[tuple[str, bytes]]:
    """Yield address and headers of everything the broker carried, and what events said."""
    heard: dict[str, list[bytes]] = {}
    for address, kept in sold.tap.heard:
        heard.setdefault(address, [address.encode()]).append(kept)
    for address, all_kept in heard.items():
        yield f"message {address}", b"\n".join(all_kept)


def in_metrics(stack: Stack, sold: Sold) -> Iterator[tuple[str, bytes]]:
    """Yield every metric of every process."""
    for one in PROCESSES:
        with urllib.request.urlopen(f"http://127.0.0.1:{stack.ports[one.name]}/metrics", timeout=10) as answer:
            yield f"metrics of {one.name}", answer.read()


def in_files(stack: Stack, sold: Sold) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the stack but documents, what people uploaded (and its pages drawn), and its own keys; and every younger temporary file.

    Open and deleted ones too.
    """
    kept = {stack.layout.root / name for name in LEFT_OUT} | {stack.layout.objects / name for name in UPLOADED}
    for file in _files(stack.layout.root, sold.since, kept):
        content = _read(file)
        if not (content.startswith(DOCUMENT) and stack.layout.objects in file.parents):
            yield f"file {file.relative_to(stack.layout.root)}", content
    for fresh in set(TEMPORARY.iterdir()) - sold.there_before - {stack.layout.supervisor_socket.parent}:
        for file in _files(fresh, sold.since, set()) if fresh.is_dir() else [fresh]:
            yield f"temporary file {file.name}", _read(file)
    for pid in stack.pids():
        yield from _deleted(pid)


def _deleted(pid: int) -> Iterator[tuple[str, bytes]]:
    """Yield the files a process has deleted and still holds open."""
    try:
        handles = list(Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return  # it has ended meanwhile, as engine processes do
    for handle in handles:
        try:
            gone = "(deleted)" in str(handle.readlink())
        except OSError:
            continue
        if gone:
            yield f"deleted file of {pid}", _read(handle)


def _files(folder: Path, since: float, but: set[Path]) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [one for one in folders if Path(place) / one not in but]
        for name in names:
            file = Path(place) / name
            try:
                stat = file.stat()
            except OSError:
                continue  # gone meanwhile
            if file.is_file() and not file.is_symlink() and stat.st_mtime >= since - 1 and stat.st_size <= LARGEST:
                yield file


def _read(file: Path) -> bytes:
    try:
        if not file.is_file():
            return b""  # a socket, a pipe
        with file.open("rb") as stream:
            return stream.read(LARGEST)
    except OSError:
        return b""


PLACES = {"logs": in_logs, "tables": in_tables, "messages": in_messages, "metrics": in_metrics, "files": in_files}


def _leaks(place: str, stack: Stack, sold: Sold) -> list[str]:
    looked, found = 0, set()
    for where, content in PLACES[place](stack, sold):
        looked += len(content)
        found.update(sold.scanner.find(where, content))
    assert looked > ENOUGH, f"{place}: next to nothing was looked into"
    return sorted(found)


@pytest.mark.parametrize("place", PLACES)
def test_nothing_of_the_people_of_a_sale_is_there(place: str, stack: Stack, sold: Sold) -> None:
    assert _leaks(place, stack, sold) == []


def test_no_sms_says_who_somebody_is(sold: Sold) -> None:
    assert len(sold.texts) > len(sold.sale.cast.citizens)
    assert [found for text in sold.texts for found in sold.people.find("SMS", text.encode())] == []


def test_the_access_log_holds_templates_of_routes_and_nothing_else(stack: Stack, sold: Sold) -> None:
    lines = stack.layout.log_file("gateway.serve").read_text().splitlines()
    paths = {match[1] for line in lines if '"request"' in line and (match := re.search(r'"path": "([^"]*)"', line))}

    assert "/v1/signing-tasks/{handle}/signature" in paths
    assert paths <= {one.path for one in ROUTES} | {"-", "/openapi.json", "/docs"}


@pytest.mark.parametrize("service", SEALING)
def test_whatever_a_service_sealed_stands_where_it_says_and_so_can_be_rewritten(
    service: str, stack: Stack, sold: Sold
) -> None:
    key = base64.b64decode(stack.secrets.field_keys(service).newest)
    told = stack.environments.process(service, "serve")
    found = set(places(Database(told["GUOHU_DATABASE_URL"], "tests", size=1), key))

    tables = importlib.import_module(f"services.{service}.adapters.tables")
    assert found
    assert found <= named(tables.METADATA)


# ---- planted ------------------------------------------------------------------------------------------------------------------
def test_a_leak_planted_in_a_log_is_found(stack: Stack, sold: Sold) -> None:
    file = stack.layout.log / "planted.log"
    file.write_text(f'{{"message": "{quote(sold.sale.cast.buyer.name)}"}}\n')
    try:
        assert _leaks("logs", stack, sold) == ["log planted.log: the buyer's name"]
    finally:
        file.unlink()


def test_a_leak_planted_in_an_event_is_found(stack: Stack, sold: Sold) -> None:
    plant = """INSERT INTO kit_outbox (event_id, routing_key, envelope, published_at)
        VALUES ('planted', 'review.claimed', jsonb_build_object('data', %s::text), now())"""
    with closing(postgres.connect(stack.secrets, stack.ports["postgres"], "review")) as link, link.cursor() as cursor:
        link.autocommit = True
        cursor.execute(plant, [sold.sale.cast.seller.id_number])
        try:
            assert _leaks("tables", stack, sold) == ["table review.kit_outbox: the seller's ID number"]
        finally:
            cursor.execute("DELETE FROM kit_outbox WHERE event_id = 'planted'")


def test_a_leak_planted_in_a_header_is_found(stack: Stack, sold: Sold) -> None:
    planted = ("publish.guohu.events", f'{{"x": "{sold.sale.cast.buyer_co_owner.mobile}"}}'.encode())
    sold.tap.heard.append(planted)
    try:
        assert _leaks("messages", stack, sold) == ["message publish.guohu.events: the buyer's co-owner's mobile"]
    finally:
        sold.tap.heard.remove(planted)


def test_a_face_left_in_a_temporary_file_is_found(stack: Stack, sold: Sold) -> None:
    face = _pictures(sold.sale.cast.seller)[0]
    file = stack.layout.objects / "left-behind.tmp"
    file.write_bytes(face.read_bytes())
    try:
        found = _leaks("files", stack, sold)
    finally:
        file.unlink()

    assert "file objects/left-behind.tmp: a picture" in found
    assert f"file objects/left-behind.tmp: the seller's picture {face.name}" in found
