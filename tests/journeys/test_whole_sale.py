"""The straight way from sign-up to the filing pushed to the register, as the demo carries it, with a face."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from clients.python.guohu_client import Client, Refused, wait_for
from deploy.demo.__main__ import WITH_SEAL, root_certificate
from deploy.demo.checking import check
from deploy.demo.people import Citizen
from deploy.demo.sale import Sale
from deploy.demo.stage import Stage
from deploy.local import postgres
from deploy.local.stack import Stack
from tests.faults.audit import audit
from tests.faults.ledger import Ledger
from tests.support.journey import Refusal, quiet, refused, somebody_else

pytestmark = pytest.mark.journey
NOT_FOUND = Refusal(
    404, "contract.not_found", "未找到该业务，或您无权查看。", "There is no such case, or it is not yours to see."
)


@pytest.fixture(scope="module")
def sale(stage: Stage) -> Sale:
    """Carried to the end; the seller opens the case with a look into the camera."""
    one = Sale(stage.cast(every_way=True), quiet)
    assert one.cast.seller.face is not None, "the face engine's environment is missing: deploy/local/face_env.sh"
    one.run()
    return one


@pytest.fixture(scope="module")
def contract(sale: Sale, stack: Stack) -> Path:
    """The contract as the main seller downloads it."""
    file = stack.layout.var / "contract.pdf"
    file.write_bytes(_downloaded(sale, sale.cast.seller))
    return file


@pytest.fixture(scope="module")
def ledger(sale: Sale, stack: Stack) -> Ledger:
    """The databases, when everything has come to rest."""
    found = Ledger(stack)
    wait_for(lambda: not found.unsettled(), "everything told and handled")
    return found


@pytest.fixture(scope="module")
def stranger(stage: Stage) -> Citizen:
    """Somebody signed in who has nothing to do with the sale."""
    return somebody_else(stage).seller


def _downloaded(sale: Sale, one: Citizen) -> bytes:
    return one.client.bytes(f"{sale.path}/documents/contract")


def test_every_party_sees_the_case_pushed_with_its_filing_number(sale: Sale) -> None:
    views = [sale.view(one) for one in sale.cast.citizens]

    assert {one["state"] for one in views} == {"PUSHED"}
    assert len({one["filing_no"] for one in views}) == 1
    assert views[0]["filing_no"]
    assert [one["act"] for one in views[0]["history"]][-3:] == ["approved", "sealed", "pushed"]
    assert {one["status"] for one in views[0]["steps"]} == {"DONE"}


def test_two_readers_that_are_not_ours_find_five_good_signatures_and_a_time_stamp(contract: Path, stack: Stack) -> None:
    found = check(contract, root_certificate(stack))

    assert found.is_good(WITH_SEAL), found


def test_everybody_downloads_the_same_bytes(sale: Sale, contract: Path) -> None:
    copies = {_downloaded(sale, one) for one in sale.cast.citizens}

    assert copies == {contract.read_bytes()}


def test_anybody_verifies_the_contract_by_the_code_printed_on_it(sale: Sale, contract: Path) -> None:
    printed = subprocess.run(["pdftotext", str(contract), "-"], capture_output=True, text=True, check=True).stdout
    code = printed.split("查验码：")[1].split()[0]

    found = Client(sale.cast.anyone.base_url).get(f"/v1/verifications/{code}")

    assert found["accepted"], found["reasons"]
    assert found["filing_no"] == sale.view(sale.cast.seller)["filing_no"]
    assert len(found["signatures"]) == WITH_SEAL
    assert all(one["intact"] and one["trusted"] for one in found["signatures"])
    names = [one.name for one in sale.cast.citizens]
    assert not any(name in str(found) for name in names), "names are masked in public"


def test_anybody_verifies_the_file_itself_and_a_changed_one_is_not_accepted(sale: Sale, contract: Path) -> None:
    public, content = Client(sale.cast.anyone.base_url), contract.read_bytes()
    pdf = {"headers": {"Content-Type": "application/pdf"}}

    found = public.call("POST", "/v1/verifications", data=content, **pdf).json()
    changed = public.call("POST", "/v1/verifications", data=content + b"%", **pdf).json()
    page = public.call("POST", "/v", files={"file": ("contract.pdf", content, "application/pdf")})

    assert (found["accepted"], found["state"], found["reasons"]) == (True, "SEALED", [])
    assert not changed["accepted"]
    assert "文件真实有效" in page.text


def test_a_party_downloads_evidence_that_verifies_without_the_platform(
    sale: Sale, stranger: Citizen, stack: Stack, tmp_path: Path
) -> None:
    package = tmp_path / "evidence.zip"
    package.write_bytes(sale.cast.seller.client.bytes(f"{sale.path}/evidence"))
    root = root_certificate(stack)

    said = subprocess.run(
        [sys.executable, "-m", "deploy.cli", "verify", str(package), "--root", str(root), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert sale.case["number"] in said.stdout
    with pytest.raises(Refused, match="404"):
        stranger.client.bytes(f"{sale.path}/evidence")


def test_evidence_holds_how_signers_were_reached_what_they_agreed_to_and_the_picture_handed_in(
    sale: Sale, tmp_path: Path
) -> None:
    package = tmp_path / "evidence.zip"
    package.write_bytes(sale.cast.buyer.client.bytes(f"{sale.path}/evidence"))

    with zipfile.ZipFile(package) as files:
        chain = json.loads(files.read("evidence.json"))["chain"]

    tasks = {one["facts"]["task"] for one in chain if one["act"] == "signed"}
    assert {one["facts"]["task"] for one in chain if one["act"] == "link_sent"} == tasks
    identified = [one["facts"] for one in chain if one["act"] == "identified"]
    agreed = sorted(sorted(name for name in facts if name.startswith("consent:")) for facts in identified)
    assert agreed == [
        [],
        [],
        ["consent:FACE", "consent:NOTICE"],
        ["consent:NOTICE"],
    ]  # both main parties, one with a face
    assert sum("picture_sha256" in one["facts"] for one in chain) == 1


def test_each_party_finds_the_case_among_their_own_under_their_own_role(sale: Sale) -> None:
    roles = {}
    for one in sale.cast.citizens:
        rows = one.client.get("/v1/cases", params={"state": "PUSHED"})["cases"]
        assert [row["case_no"] for row in rows] == [sale.case["case_no"]]
        roles[one.name] = rows[0]["role"]

    sellers, buyers = sale.cast.citizens[:2], sale.cast.citizens[2:]
    assert all(roles[one.name].startswith("SELLER") for one in sellers)
    assert all(roles[one.name].startswith("BUYER") for one in buyers)
    assert sale.cast.buyer.client.get("/v1/cases", params={"role": "SELLER"})["cases"] == []


@pytest.mark.parametrize("part", ["", "/history", "/documents/contract", "/documents/preview", "/signing"])
def test_for_a_stranger_the_case_does_not_exist(sale: Sale, stranger: Citizen, part: str) -> None:
    assert refused(stranger.client, "GET", sale.path + part) == NOT_FOUND
    assert stranger.client.get("/v1/cases")["cases"] == []


def test_everything_happened_once(sale: Sale, ledger: Ledger) -> None:
    assert audit(ledger, sale) == []


DOUBLES = {
    "a second session": (
        "identity",
        """INSERT INTO sessions SELECT 'planted', kind, subject_id, roles, office, generation, started_at, renewed_at, ended_at,
        end_reason FROM sessions WHERE subject_id = %(person)s""",
        "DELETE FROM sessions WHERE session_id = 'planted'",
        "sessions",
    ),
    "an act twice in the history": (
        "contract",
        """INSERT INTO case_history SELECT case_no, 99, at, act, "by", state FROM case_history
        WHERE case_no = %(case)s AND act = 'pushed'""",
        'DELETE FROM case_history WHERE "position" = 99',
        "history",
    ),
    "an event told twice": (
        "review",
        """INSERT INTO kit_outbox (event_id, routing_key, envelope, published_at) SELECT 'planted', routing_key, envelope, now()
        FROM kit_outbox WHERE envelope->>'name' = 'review.approved' AND envelope->>'case_no' = %(case)s""",
        "DELETE FROM kit_outbox WHERE event_id = 'planted'",
        "events",
    ),
    "a message sent twice": (
        "notice",
        """INSERT INTO messages SELECT 'planted', 'another', recipient, mobile_index, mobile_sealed, template, text_sealed,
        created_at, useless_after, state, attempts, next_attempt_at, sent_at, reference FROM messages
        WHERE mobile_index = %(phone)s AND template = 'case_filed'""",
        "DELETE FROM messages WHERE message_id = 'planted'",
        "case_filed was sent 2 times",
    ),
    "a dead event": (
        "signing",
        """INSERT INTO kit_inbox (event_id, handler_id, aggregate_id, envelope, state, error_code)
        VALUES ('planted', 'signing.seal_envelope', 'x', '{}', 'dead', 'engine.died')""",
        "DELETE FROM kit_inbox WHERE event_id = 'planted'",
        "dead event: signing.seal_envelope engine.died",
    ),
}


@pytest.mark.parametrize("planted", DOUBLES)
def test_the_audit_of_the_fault_tests_notices(planted: str, sale: Sale, ledger: Ledger, stack: Stack) -> None:
    service, plant, remove, expected = DOUBLES[planted]
    buyer = sale.cast.buyer
    values = {"person": ledger.person(buyer), "phone": ledger.phone(buyer), "case": sale.case["case_no"]}

    with _planted(stack, service, plant, values, remove):
        found = audit(ledger, sale)

    assert any(expected in one for one in found), found


@contextmanager
def _planted(stack: Stack, service: str, plant: str, values: dict[str, str], remove: str) -> Iterator[None]:
    with closing(postgres.connect(stack.secrets, stack.ports["postgres"], service)) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute(plant, values)
            assert cursor.rowcount == 1
            try:
                yield
            finally:
                cursor.execute(remove)
