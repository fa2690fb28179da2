"""The evidence package verifies with the root alone, and every change to it is found."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate

from deploy.cli.__main__ import guohu
from services.signing.adapters.engine import offline, package
from services.signing.adapters.engine.platform_folder import add_seal, create_platform
from services.signing.domain import evidence
from tests.adapters.signing.conftest import START, Case
from tests.adapters.signing.forgeries import flipped, prefix
from tests.adapters.signing.sample import OFFICE, PEOPLE, SIGNERS

KIND = "sale_contract"
Files = dict[str, bytes]


def chain_of(case: Case) -> tuple[list[evidence.Record], evidence.Head]:
    """What the service records while a case is signed."""
    head, records = evidence.START, []

    def add(act: str, **facts: str) -> None:
        nonlocal head
        records.append(evidence.append(head, act, START + dt.timedelta(minutes=len(records)), facts))
        head = records[-1].head

    add("opened", sale_contract=case.revision_hashes[0])
    for place, name in enumerate(SIGNERS):
        add("identified", task=name, method="FACE", assurance="basic", proof=f"proof-{place}")
        add("document_opened", task=name, document=KIND, sha256=case.revision_hashes[0])
        add("signature_requested", task=name, intent="签署提交", handwriting_sha256="0" * 64)
        add(
            "signed",
            task=name,
            document=KIND,
            before=case.revision_hashes[place],
            after=case.revision_hashes[place + 1],
            certificate=case.signatures[place]["certificate_serial"],
        )
    add("all_signed")
    seal = case.signatures[-1]["certificate_serial"]
    add("sealed", filing_no="HS-2026-000123", document=KIND, after=case.revision_hashes[-1], certificate=seal)
    return records, head


def signers_of(case: Case) -> list[dict[str, Any]]:
    """Who signs, as the service tells it."""
    return [
        {
            "task": name, "person": PEOPLE[name], "name": "测试甲", "mobile": "139****0000", "side": "SELLER", "field": name,
            "state": "SIGNED", "method": "FACE", "signed_at": START.isoformat(), "opened": {}, "reason": "",
            "certificates": {KIND: case.signatures[place]["certificate_serial"]},
        }
        for place, name in enumerate(SIGNERS[: len(case.signatures)])
    ]  # fmt: skip


def told_of(case: Case) -> dict[str, Any]:
    """What the service tells the engine of a case."""
    records, head = chain_of(case)
    document = {
        "kind": KIND, "pages": 2, "fields": [*SIGNERS, "seal"], "base_sha256": case.revision_hashes[0],
        "revisions": case.revision_hashes, "expected": case.expected(),
    }  # fmt: skip
    return {
        "envelope_id": "e1", "case_no": "2026010500001", "city": "huangshi", "version": 1, "state": "SEALED",
        "verification_code": "ABCDEFGH23456789", "office_name": OFFICE, "filing_no": "HS-2026-000123",
        "documents": [document], "signers": signers_of(case), "head": {"number": head.number, "hash": head.hash},
        "chain": [
            {"number": one.number, "act": one.act, "at": one.at.isoformat(), "facts": dict(one.facts),
             "before": one.before, "hash": one.hash}
            for one in records
        ],
    }  # fmt: skip


def packed(case: Case, told: dict[str, Any] | None = None) -> bytes:
    """The package as the engine makes it."""
    args = {"documents": {KIND: case.document}, "told": told or told_of(case)}
    return bytes(case.engine.evidence(args)["package"])


@pytest.fixture(scope="module")
def genuine(finished: Case) -> bytes:
    return packed(finished)


@pytest.fixture(scope="session")
def root(pki: Path) -> bytes:
    return load_pem_x509_certificate((pki / "certificates/root.pem").read_bytes()).public_bytes(Encoding.DER)


def unpacked(content: bytes) -> Files:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def judged(finished: Case, root: bytes, files: Files | bytes) -> offline.Judged:
    content = files if isinstance(files, bytes) else package.packed(files)
    return offline.verify_file(content, root, finished.clock)


def with_record(files: Files, change: Callable[[dict[str, Any]], None]) -> Files:
    """Change the record beside the report, which cannot be changed with it."""
    record = json.loads(files[package.RECORD])
    change(record)
    return {**files, package.RECORD: json.dumps(record, ensure_ascii=False).encode()}


def test_the_package_is_accepted_with_the_root_alone(finished: Case, genuine: bytes, root: bytes) -> None:
    found = judged(finished, root, genuine)

    assert found.accepted, found.as_json()
    assert set(found.documents) == {"report", KIND}
    assert found.documents["report"]["signatures"][0]["role"] == "evidence"


def test_years_later_it_is_still_accepted(finished: Case, genuine: bytes, root: bytes) -> None:
    found = offline.verify_file(genuine, root, lambda: START + dt.timedelta(days=5000))

    assert found.accepted, found.as_json()


def test_it_holds_certificates_lists_and_time_stamps_other_tools_accept(
    finished: Case, genuine: bytes, pki: Path, tmp_path: Path
) -> None:
    files = unpacked(genuine)
    stamps = [name for name in files if name.startswith("timestamps/")]
    for name in ("certificates/root.cer", "lists/root.crl"):
        (tmp_path / Path(name).name).write_bytes(files[name])
    for place, name in enumerate(stamps):
        (tmp_path / f"{place}.tst").write_bytes(files[name])
        said = subprocess.run(
            ["openssl", "ts", "-reply", "-token_in", "-in", tmp_path / f"{place}.tst", "-token_out", "-text"],
            capture_output=True, check=False, encoding="utf-8",
        )  # fmt: skip
        assert "Hash Algorithm: sha256" in said.stdout
    said = subprocess.run(
        ["openssl", "crl", "-inform", "DER", "-in", tmp_path / "root.crl", "-CAfile", pki / "certificates/root.pem", "-noout"],
        capture_output=True, check=False, encoding="utf-8",
    )  # fmt: skip

    assert len(stamps) == len(SIGNERS) + 2  # everybody's, the seal's, the document's
    assert "verify OK" in said.stderr
    assert sum(name.startswith("certificates/") for name in files) >= len(SIGNERS) + 4


def test_the_report_is_signed_for_other_readers_too(finished: Case, genuine: bytes, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(unpacked(genuine)[package.REPORT])

    said = subprocess.run(
        ["pdfsig", "-nocert", tmp_path / "report.pdf"], capture_output=True, check=False, encoding="utf-8"
    )
    text = subprocess.run(
        ["pdftotext", tmp_path / "report.pdf", "-"], capture_output=True, check=False, encoding="utf-8"
    )

    assert "Signature is Valid" in said.stdout
    assert "电子签署证据报告" in text.stdout
    assert "测试甲" in text.stdout


ALTERED: dict[str, tuple[Callable[[Files, Case], Files | bytes], str]] = {
    "a document exchanged": (lambda f, c: {**f, f"documents/{KIND}.pdf": c.base}, "file_changed"),
    "a document cut": (lambda f, c: {**f, f"documents/{KIND}.pdf": prefix(c.document, -2)}, "file_changed"),
    "a document missing": (lambda f, c: {k: v for k, v in f.items() if k != f"documents/{KIND}.pdf"}, "file_missing"),
    "a file more": (lambda f, c: {**f, "documents/other.pdf": c.document}, "file_unexpected"),
    "a list exchanged": (lambda f, c: {**f, "certificates/root.cer": f["certificates/issuing.cer"]}, "file_changed"),
    "a stamp exchanged": (
        lambda f, c: {**f, f"timestamps/{KIND}-1.tst": f[f"timestamps/{KIND}-2.tst"]},
        "file_changed",
    ),
    "an act changed": (
        lambda f, c: with_record(f, lambda r: r["chain"][3]["facts"].update(intent="同意")),
        "chain_broken",
    ),
    "an act dropped": (lambda f, c: with_record(f, lambda r: r["chain"].pop(4)), "chain_broken"),
    "the last act dropped": (lambda f, c: with_record(f, lambda r: r["chain"].pop()), "chain_broken"),
    "acts reordered": (lambda f, c: with_record(f, lambda r: r["chain"].insert(2, r["chain"].pop(5))), "chain_broken"),
    "an act inserted": (lambda f, c: with_record(f, lambda r: r["chain"].insert(2, r["chain"][1])), "chain_broken"),
    "a name changed": (
        lambda f, c: with_record(f, lambda r: r["signers"][0].update(name="别人")),
        "record_differs_from_report",
    ),
    "another report": (lambda f, c: {**f, package.REPORT: c.document}, "package_damaged"),
    "a report changed": (
        lambda f, c: {**f, package.REPORT: f[package.REPORT].replace(b"/Type", b"/Typf", 1)},
        "report_not_accepted",
    ),
    "no record": (lambda f, c: {k: v for k, v in f.items() if k != package.RECORD}, "package_damaged"),
    "bytes behind the zip": (lambda f, c: package.packed(f) + b"more", "package_damaged"),
    "half a zip": (lambda f, c: package.packed(f)[: len(package.packed(f)) // 2], "package_damaged"),
}


@pytest.mark.parametrize("name", ALTERED)
def test_an_altered_package_is_refused_with_its_reason(name: str, finished: Case, genuine: bytes, root: bytes) -> None:
    alter, reason = ALTERED[name]

    found = judged(finished, root, alter(unpacked(genuine), finished))

    assert not found.accepted
    assert reason in found.reasons or "package_damaged" in found.reasons, found.reasons


def rechained(told: dict[str, Any], records: list[dict[str, Any]]) -> dict[str, Any]:
    """The chain hashed anew over other acts, as somebody with the database could."""
    head, chain = evidence.START, []
    for one in records:
        made = evidence.append(head, one["act"], dt.datetime.fromisoformat(one["at"]), one["facts"])
        chain.append({**one, "number": made.number, "before": made.before, "hash": made.hash})
        head = made.head
    return {**told, "chain": chain, "head": {"number": head.number, "hash": head.hash}}


def test_a_chain_hashed_anew_without_an_identity_check_is_refused(finished: Case, root: bytes) -> None:
    told = told_of(finished)
    forged = rechained(told, [one for one in told["chain"] if one["act"] != "identified"])

    assert judged(finished, root, packed(finished, forged)).reasons == ("act_missing",)


@pytest.mark.parametrize("dropped", ["signer_2", "seal"])
def test_a_chain_hashed_anew_without_a_signature_that_is_there_is_refused(
    dropped: str, finished: Case, root: bytes
) -> None:
    told = told_of(finished)
    kept = [one for one in told["chain"] if one["facts"].get("task") != dropped]
    kept = kept if dropped != "seal" else [one for one in kept if one["act"] != "sealed"]

    assert judged(finished, root, packed(finished, rechained(told, kept))).reasons == ("acts_differ_from_documents",)


def test_a_signature_of_somebody_who_never_proved_identity_is_refused(finished: Case, root: bytes) -> None:
    """The first signer's acts are told as the second's, whose own are gone: all hashes anew, every certificate there."""
    told = told_of(finished)
    told["signers"][0]["person"], told["signers"][1]["person"] = PEOPLE["signer_2"], PEOPLE["signer_1"]

    assert judged(finished, root, packed(finished, told)).reasons == ("acts_differ_from_documents",)


def test_no_changed_byte_of_a_package_goes_unnoticed(finished: Case, genuine: bytes, root: bytes) -> None:
    """A sample over the whole file, and every byte of its directory's end."""
    places = [*range(0, len(genuine), len(genuine) // 60), *range(len(genuine) - 22, len(genuine))]

    accepted = [at for at in places if judged(finished, root, flipped(genuine, at)).accepted]

    assert accepted == []


def test_acts_about_another_document_than_the_one_inside_are_refused(finished: Case, root: bytes) -> None:
    told = told_of(finished)
    forged = json.loads(json.dumps(told["chain"]).replace(finished.revision_hashes[2], "f" * 64))

    found = judged(finished, root, packed(finished, rechained(told, forged)))

    assert found.reasons == ("acts_differ_from_documents",)


def test_a_package_of_another_platform_with_the_same_name_is_refused(
    finished: Case, root: bytes, tmp_path: Path
) -> None:
    from services.signing.adapters.engine.jobs import build_engine

    create_platform(tmp_path / "pki", "测试平台", START - dt.timedelta(days=1))
    add_seal(tmp_path / "pki", OFFICE, START - dt.timedelta(days=1))
    foreign = Case(build_engine({"pki": str(tmp_path / "pki")}, finished.clock), finished.clock)
    for name in SIGNERS:
        foreign.sign(name)
    foreign.seal()

    found = judged(finished, root, packed(foreign))

    assert "report_not_accepted" in found.reasons
    assert not found.documents[KIND]["accepted"]


def test_before_the_seal_the_package_is_accepted_as_what_it_is(case: Case, root: bytes) -> None:
    for name in SIGNERS[:2]:
        case.sign(name)
    told = told_of_two(case)

    assert judged(case, root, packed(case, told)).accepted


def told_of_two(case: Case) -> dict[str, Any]:
    head, records = evidence.START, []
    for act, facts in (("opened", {}), *((act, {"task": f, "document": KIND, "after": case.revision_hashes[n + 1],
                                                "certificate": case.signatures[n]["certificate_serial"]})
                       for n, f in enumerate(SIGNERS[:2]) for act in (*offline._SIGNING_ACTS, "signed"))):  # fmt: skip
        records.append(evidence.append(head, act, START, facts))
        head = records[-1].head
    document = {"kind": KIND, "pages": 2, "fields": [], "revisions": case.revision_hashes, "expected": case.expected()}
    chain = [
        {
            "number": r.number,
            "act": r.act,
            "at": r.at.isoformat(),
            "facts": dict(r.facts),
            "before": r.before,
            "hash": r.hash,
        }
        for r in records
    ]
    return {
        "envelope_id": "e1", "case_no": "2026010500001", "version": 1, "state": "SIGNING", "verification_code": "C",
        "office_name": "", "filing_no": "", "documents": [document], "signers": signers_of(case), "chain": chain,
        "head": {"number": head.number, "hash": head.hash},
    }  # fmt: skip


# the command


@pytest.fixture
def now_root(pki: Path) -> str:
    return str(pki / "certificates/root.pem")


@pytest.mark.parametrize("kind", ["zip", "pdf"])
def test_the_command_accepts_a_genuine_file(
    kind: str, finished: Case, genuine: bytes, now_root: str, tmp_path: Path
) -> None:
    file = tmp_path / f"file.{kind}"
    file.write_bytes(genuine if kind == "zip" else finished.document)

    done = CliRunner().invoke(guohu, ["verify", str(file), "--root", now_root, "--json"])

    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["accepted"]


def test_the_command_needs_neither_network_nor_settings(
    finished: Case, genuine: bytes, now_root: str, tmp_path: Path
) -> None:
    file = tmp_path / "file.zip"
    file.write_bytes(genuine)
    barred = "import socket\ndef no(*told, **named):\n    raise OSError('no network')\n"
    barred += "socket.socket.connect = socket.socket.bind = socket.getaddrinfo = no\n"
    asked = f"from deploy.cli.__main__ import guohu\nguohu(['verify', {str(file)!r}, '--root', {now_root!r}, '--json'])"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path.cwd()), "PYTHONWARNINGS": "ignore"}

    done = subprocess.run(
        [sys.executable, "-c", barred + asked], capture_output=True, check=False, env=environment, text=True
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["accepted"]


def test_the_command_names_what_is_wrong_and_ends_with_one(genuine: bytes, now_root: str, tmp_path: Path) -> None:
    file = tmp_path / "file.zip"
    file.write_bytes(package.packed({**unpacked(genuine), "x": b"y"}))

    done = CliRunner().invoke(guohu, ["verify", str(file), "--root", now_root])

    assert done.exit_code == 1
    assert "NOT ACCEPTED" in done.output
    assert "file_unexpected" in done.output


def test_the_command_does_not_believe_the_files_own_root_without_saying_so(genuine: bytes, tmp_path: Path) -> None:
    file = tmp_path / "file.zip"
    file.write_bytes(genuine)

    done = CliRunner().invoke(guohu, ["verify", str(file)])

    assert done.exit_code == 3
    assert "compare it" in done.output


def test_the_command_cannot_judge_a_pdf_without_a_root(finished: Case, tmp_path: Path) -> None:
    file = tmp_path / "file.pdf"
    file.write_bytes(finished.document)

    assert CliRunner().invoke(guohu, ["verify", str(file)]).exit_code == 2
