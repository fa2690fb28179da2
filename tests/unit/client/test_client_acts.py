"""What the client does for an app: files that are whole, faces step by step, signing, verification. And that it names what exists."""

from __future__ import annotations

import ast
import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import clients.python.guohu_client as package
from clients.python.guohu_client import (
    Cases,
    DamagedDownload,
    IdentityCheck,
    Sessions,
    SigningTask,
    verify_code,
    verify_file,
)
from gateway.routes import ROUTES
from services.common.kit.errors import DomainError, Kind
from services.common.messages import contract, identity, signing
from services.common.messages.contract import Download
from tests.unit.client.conftest import Phone
from tests.unit.client.test_client_requests import held
from tests.unit.gateway.fakes import FakeIncoming, FakeLinks, Keys
from tests.unit.gateway.requests_of import JPEG_BYTES, PDF_BYTES, UPLOAD, request_of
from tests.unit.gateway.samples import Samples, id_number

FOLDER = Path(__file__).resolve().parents[3] / "clients" / "python"
CALLS = {"do", "read", "_act", "_edit", "_enter", "_ended", "download", "pages"}
ROW = {"person_id": UPLOAD["person_id"], "material_id": "id_card", "any_of": ["ID_CARD"]}
HANDLE = "h" * 43


def a_file(links: FakeLinks, data: bytes) -> Download:
    """A stored file, as a service answers it."""
    sha256 = hashlib.sha256(data).hexdigest()
    links.files["link"] = (len(data), sha256, data)
    return Download(link="link", file_name="a.pdf", media_type="application/pdf", size=len(data), sha256=sha256)


# ---- files ---------------------------------------------------------------------------------------------------------
def test_a_file_goes_up_as_it_is_once_however_often_its_answer_is_lost(phone: Phone, incoming: FakeIncoming) -> None:
    phone.wire.lose = 1

    held(phone).upload(ROW, JPEG_BYTES, "image/jpeg", version=4)

    assert list(incoming.kept.values()) == [JPEG_BYTES], "both tries name the same upload"
    assert {one.message.version for one in phone.bus.asked} == {4}


@pytest.mark.parametrize(
    ("name", "media"),
    [("id.jpg", "image/jpeg"), ("proof.PDF", "application/pdf"), ("scan", "application/octet-stream")],
)
def test_a_file_is_sent_from_where_it_lies_with_the_type_its_name_says(
    name: str, media: str, phone: Phone, incoming: FakeIncoming, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(JPEG_BYTES)

    held(phone).upload_file(ROW, tmp_path / name, version=4)

    assert list(incoming.kept.values()) == [JPEG_BYTES]
    assert phone.sent[-1]["Content-Type"] == media


def test_how_the_buyers_will_own_it_goes_with_their_data(phone: Phone) -> None:
    example = request_of(next(one for one in ROUTES if one.operation == "save_parties"), Samples())["json_body"]

    held(phone).save_parties("buyer", example["parties"], holding=example["holding"])

    (asked,) = phone.bus.asked
    assert asked.message.holding is not None
    assert asked.message.holding.ownership_mode == example["holding"]["ownership_mode"]


def test_what_would_be_sent_back_is_told_in_words(phone: Phone) -> None:
    found = held(phone).findings()

    assert found
    assert all("words" in one for one in found)


def test_a_download_is_the_bytes_promised_or_nothing(phone: Phone, links: FakeLinks) -> None:
    phone.bus.answers[contract.DownloadContract] = a_file(links, PDF_BYTES)
    whole = held(phone).contract()

    phone.wire.damage = True
    with pytest.raises(DamagedDownload):
        held(phone).contract()

    assert whole == PDF_BYTES


# ---- who one is ----------------------------------------------------------------------------------------------------
def test_a_face_check_shows_one_step_after_the_other_and_ends_with_the_proof(phone: Phone) -> None:
    samples = Samples()
    first, second = (samples.of(identity.FaceStep, action=one) for one in ("turn_left", "blink"))
    running = samples.of(
        identity.FaceCheck, state="RUNNING", step=first, proof=None, reason=None, review=None, review_until=None
    )
    phone.bus.answers[identity.StartFaceCheck] = running
    check = IdentityCheck.start(phone.client, "OPEN_CASE")
    asked = check.step
    phone.bus.answers[identity.SubmitFrame] = identity.FaceCheck(**{**vars(running), "step": second})
    then = check.send_frame(JPEG_BYTES)
    done = {**vars(running), "step": None, "state": "ACCEPTED", "proof": "the proof"}
    phone.bus.answers[identity.SubmitFrame] = identity.FaceCheck(**done)
    last = check.send_frame(JPEG_BYTES)

    assert asked is not None
    assert (asked.action, asked.text_zh, asked.audio_en) == (
        "turn_left",
        first.text_zh,
        "/v1/face-prompts/turn_left/en",
    )
    assert then is not None
    assert (then.action, last, check.proof) == ("blink", None, "the proof")
    frames = [one.message.step_token for one in phone.bus.asked if isinstance(one.message, identity.SubmitFrame)]
    assert frames == [first.step_token, second.step_token]
    assert asked.token not in repr(asked), "tokens do not get into logs by accident"


def test_the_other_ways_are_offered_and_one_of_them_gives_the_proof(phone: Phone) -> None:
    offered = Samples().of(identity.FaceCheck, state="RUNNING", step=None, methods=("COUNTER", "BANK_CARD"), proof=None)
    phone.bus.answers[identity.StartFaceCheck] = offered
    check = IdentityCheck.start(phone.client, "SIGN", HANDLE)
    phone.bus.answers[identity.UseAlternative] = identity.FaceCheck(**{**vars(offered), "proof": "p1"})
    phone.bus.answers[identity.ProveByBankCard] = identity.FaceCheck(**{**vars(offered), "proof": "p2"})

    assert check.methods == ("COUNTER", "BANK_CARD")
    assert check.at_counter() == "p1"
    assert check.by_bank_card("6222021234567890123", "13800000000", code_id="c", code="123456") == "p2"


def test_signing_in_holds_the_session_and_a_ticked_text_is_named_by_version_and_hash(phone: Phone, keys: Keys) -> None:
    sessions, token = Sessions(phone.client), keys.token(sid="s-2")
    phone.bus.answers[identity.SignInWithPassword] = Samples().of(identity.Session, access_token=token)

    session = sessions.by_password("zhangsan", "correct horse")
    sessions.tick({"text_id": "notice", "version": "2026.1", "sha256": "a" * 64}, "NOTICE")

    ticked = phone.bus.last.message
    assert (ticked.text_id, ticked.text_version, ticked.text_hash) == ("notice", "2026.1", "a" * 64)
    assert phone.client.token == token
    assert phone.bus.last.call.actor.session == "s-2"
    assert session.session_id
    assert token not in repr(phone.client), "tokens do not get into logs by accident"


# ---- cases, signing, verification ----------------------------------------------------------------------------------
def test_a_buyer_finds_and_joins(phone: Phone) -> None:
    cases = Cases(phone.client, "huangshi")
    seller_id = str(id_number(8))

    found = cases.find("张三丰", seller_id, "2023081800001")
    case = cases.join("huangshi-2023081800001", "张三丰", seller_id, proof="proof", notice_version="2026.1")

    assert found["seller_name_masked"]
    assert case.at.case_no
    asked = [one.message for one in phone.bus.asked]
    assert [type(one) for one in asked] == [contract.LookUpCase, contract.JoinCase]
    assert str(asked[1].seller_id_number) == seller_id


def test_what_is_signed_is_what_was_read(phone: Phone, links: FakeLinks) -> None:
    phone.bus.answers[signing.ViewDocument] = a_file(links, PDF_BYTES)
    sha256 = hashlib.sha256(PDF_BYTES).hexdigest()
    document = signing.TaskDocument(kind="sale_contract", sha256=sha256, pages=9, opened_at=None)
    phone.bus.answers[signing.GetTask] = Samples().of(signing.TaskView, documents=(document,))
    task = SigningTask.of_link(phone.client, f"https://example.test/s/{HANDLE}")

    task.identify("proof")
    read = task.read_all()
    task.sign([[[1.0, 2.0], [3.0, 4.0]]], 600, 240)

    assert read == {"sale_contract": PDF_BYTES}
    signed = phone.bus.last.message
    assert (type(signed), signed.handle, signed.document_hashes) == (signing.Sign, HANDLE, (sha256,))


def test_a_document_other_than_the_one_named_is_not_taken_for_it(phone: Phone, links: FakeLinks) -> None:
    phone.bus.answers[signing.ViewDocument] = a_file(links, PDF_BYTES)
    document = signing.TaskDocument(kind="sale_contract", sha256="0" * 64, pages=9, opened_at=None)
    phone.bus.answers[signing.GetTask] = Samples().of(signing.TaskView, documents=(document,))

    with pytest.raises(DamagedDownload):
        SigningTask(phone.client, HANDLE).read_all()


def test_a_document_is_verified_by_code_and_by_file(phone: Phone, incoming: FakeIncoming) -> None:
    by_code = verify_code(phone.client, "ABCD-EFGH-JKLM")
    by_file = verify_file(phone.client, PDF_BYTES)

    assert by_code.signatures[0].signer
    assert by_file.accepted in {True, False}
    assert list(incoming.kept.values()) == [PDF_BYTES]


def test_a_refusal_in_the_middle_of_signing_reaches_the_app(phone: Phone) -> None:
    phone.bus.answers[signing.Refuse] = DomainError("signing.envelope_ended", Kind.CONFLICT)

    with pytest.raises(Exception, match=r"signing\.envelope_ended"):
        SigningTask(phone.client, HANDLE).refuse("价款与约定不符")


# ---- the package ---------------------------------------------------------------------------------------------------
def named_operations() -> set[str]:
    """Every operation the package calls, read from its source."""
    found = set()
    for file in (FOLDER / "guohu_client").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                place = 1 if called in {"download", "pages"} else 0
                named = node.args[place] if called in CALLS and len(node.args) > place else None
                either = (named.body, named.orelse) if isinstance(named, ast.IfExp) else (named,)
                found |= {one.value for one in either if isinstance(one, ast.Constant)}
    return found


def test_every_operation_the_package_names_is_offered(phone: Phone) -> None:
    named = named_operations()

    assert len(named) > 30
    assert sorted(named - set(phone.client.catalogue.operations)) == []


def test_every_call_of_the_readmes_screens_is_offered(phone: Phone) -> None:
    screens = (FOLDER / "README.md").read_text(encoding="utf-8").partition("## Screen by screen")[2].partition("## ")[0]
    calls = [line.split("|")[2] for line in screens.splitlines() if line.startswith("| ")]
    named = {one for cell in calls for one in re.findall(r"`([a-z_]+)`", cell)} - {"step", "pages"}

    assert len(named) > 25
    assert sorted(named - set(phone.client.catalogue.operations)) == []


def test_the_newest_version_of_the_changelog_is_the_packages() -> None:
    newest = re.search(r"^## ([0-9.]+)", (FOLDER / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert newest
    assert newest[1] == package.__version__


def test_the_readmes_lines_beside_the_sale_run(
    phone: Phone, incoming: FakeIncoming, links: FakeLinks, tmp_path: Path
) -> None:
    """Each in a function of its own; the names it uses are given, as the text above it says."""
    printed = re.findall(r"```python\n(.*?)```", (FOLDER / "README.md").read_text(encoding="utf-8"), re.DOTALL)[1:]
    sys.modules.setdefault("guohu_client", package)
    picture = tmp_path / "id.jpg"
    picture.write_bytes(JPEG_BYTES)
    shown: list[object] = []
    given = {"client": phone.client, "case": held(phone), "row": ROW, "picture": picture, "show": shown.append}
    phone.bus.answers[contract.SubmitCase] = DomainError("contract.not_all_signed", Kind.CONFLICT)
    phone.bus.answers[contract.ListCases] = contract.CaseList(cases=(Samples().of(contract.CaseRow),), next_cursor="")
    phone.bus.answers[contract.PreviewContract] = a_file(links, PDF_BYTES)

    for block in printed:
        exec(compile(block, "README.md", "exec"), dict(given))

    assert len(printed) == 4
    assert shown[0] == "尚未全部签署，全部签署后才能办理。"
    assert len(PDF_BYTES) in shown
    assert len(incoming.kept) == 1


def pins(file: Path) -> dict[str, str]:
    """Return the versions a file of pinned requirements names."""
    lines = [line.split(" ")[0] for line in file.read_text(encoding="utf-8").splitlines() if "==" in line]
    return dict(line.split("==") for line in lines if not line.startswith(("#", " ")))


def test_the_pinned_versions_are_those_of_the_repository() -> None:
    mine, ours = pins(FOLDER / "requirements.txt"), pins(FOLDER.parents[1] / "requirements" / "all.txt")

    assert "requests" in mine
    assert mine.items() <= ours.items()


def test_the_folder_is_installed_by_pip_and_stands_alone(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "installed"
    shutil.copytree(FOLDER, source)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--target", str(target), str(source)], check=True, cwd=tmp_path)

    code = (
        "import guohu_client, sys; print(guohu_client.__file__); assert not {'eventlet', 'nameko'} & set(sys.modules);"
        "from importlib.metadata import version; assert version('guohu-client') == guohu_client.__version__;"
        "from importlib.resources import files; assert files(guohu_client).joinpath('py.typed').is_file()"
    )
    environment = {"PYTHONPATH": str(target), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", code]
    said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, cwd=tmp_path).stdout

    assert said.startswith(str(target))
