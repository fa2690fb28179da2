"""Attacks on a signed document: each is refused with its reason, also when the records were adapted to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from services.signing.adapters.engine.jobs import build_engine
from services.signing.adapters.engine.platform_folder import Passphrases, add_seal, create_platform, renew_root_list
from services.signing.adapters.engine.revisions import revisions
from tests.adapters.signing.conftest import START, Case, SteppingClock
from tests.adapters.signing.sample import OFFICE, PEOPLE, SIGNERS


def complicit(case: Case, document: bytes) -> dict[str, Any]:
    """Return a record that lists the attacked file's own revisions: only the signatures can tell now."""
    return case.expected() | {"revision_hashes": [one.sha256 for one in revisions(document)]}


def reasons(facts: dict[str, Any]) -> set[str]:
    """Return every reason in a report."""
    parts = [facts, *facts["signatures"], *facts["document_timestamps"]]
    return {reason for part in parts for reason in part["reasons"]}


def updated(document: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Return the document with one revision appended."""
    writer = IncrementalPdfFileWriter(BytesIO(document))
    change(writer)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def add_text(writer: IncrementalPdfFileWriter) -> None:
    """Write another price on the first page."""
    text = generic.StreamObject(stream_data=b"BT /F1 12 Tf 72 700 Td (The price is 1.00 yuan.) Tj ET")
    writer.add_stream_to_page(0, writer.add_object(text))


def cover_with_annotation(writer: IncrementalPdfFileWriter) -> None:
    """Lay a white box over the first page's text."""
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    box = {"/Type": pdf_name("/Annot"), "/Subtype": pdf_name("/Square")}
    annotation = generic.DictionaryObject({pdf_name(key): value for key, value in box.items()})
    annotation[pdf_name("/Rect")] = generic.ArrayObject(generic.NumberObject(side) for side in (60, 760, 500, 790))
    annotation[pdf_name("/IC")] = generic.ArrayObject(generic.NumberObject(1) for _ in range(3))
    page[pdf_name("/Annots")] = generic.ArrayObject([writer.add_object(annotation)])
    writer.update_container(page)


def exchange_appearance(writer: IncrementalPdfFileWriter) -> None:
    """Empty the first signature's picture."""
    field = writer.root["/AcroForm"]["/Fields"][0].get_object()
    drawn = generic.StreamObject(
        {
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 9, 9))),
        },
        stream_data=b"",
    )
    field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(drawn)})
    writer.update_container(field)


def test_flipped_byte_breaks_every_signature(finished: Case) -> None:
    at = finished.document.index(b"endstream") - 3
    document = finished.document[:at] + bytes([finished.document[at] ^ 1]) + finished.document[at + 1 :]

    facts = finished.verify(document)

    assert not facts["accepted"]
    assert "revision_changed" in reasons(facts)
    whole = finished.verify(document, expected=complicit(finished, document))
    assert not whole["accepted"]
    assert not any(one["intact"] for one in whole["signatures"])


@pytest.mark.parametrize("attack", [add_text, cover_with_annotation, exchange_appearance])
@pytest.mark.parametrize("state", ["signed", "sealed"])
def test_appended_change_is_refused_by_record_and_by_difference_analysis(
    finished: Case, attack: Callable[[IncrementalPdfFileWriter], None], state: str
) -> None:
    victim = finished if state == "sealed" else _cut(finished, len(SIGNERS) + 1)
    document = updated(victim.document, attack)

    by_record = victim.verify(document)
    by_analysis = victim.verify(document, expected=complicit(victim, document))

    assert "revision_unknown" in reasons(by_record)
    assert not by_analysis["accepted"]
    assert {"modified_afterwards", "not_covered_to_end"} <= reasons(by_analysis)
    assert all("modified_afterwards" in one["reasons"] for one in by_analysis["signatures"])
    assert all(one["intact"] for one in by_analysis["signatures"])  # hashes alone would have accepted it


def test_cut_last_signature_is_noticed_only_by_the_record(finished: Case) -> None:
    signed = _cut(finished, len(SIGNERS) + 1)
    cut = _cut(finished, len(SIGNERS))

    facts = signed.verify(cut.document)

    assert not facts["accepted"]
    assert reasons(facts) == {"signature_missing", "revision_missing"}
    assert cut.verify()["accepted"]  # as the file of an earlier moment it is in order


def test_cut_seal_and_proof_are_noticed(finished: Case) -> None:
    facts = finished.verify(_cut(finished, len(SIGNERS) + 1).document)

    assert reasons(facts) == {"signature_missing", "revision_missing", "document_timestamp_missing"}


def test_bytes_after_the_end_are_refused(finished: Case) -> None:
    facts = finished.verify(finished.document + b"\n% one line more\n")

    assert {"revision_unknown", "not_covered_to_end"} <= reasons(facts)


def test_truncated_file_is_refused(finished: Case) -> None:
    facts = finished.verify(finished.document[:-700])

    assert not facts["accepted"]


@pytest.mark.parametrize("document", [b"", b"%PDF-1.7", b"\x00" * 1000, b"%PDF-1.7\nstartxref\n9\n%%EOF\n"])
def test_garbage_is_reported_as_damaged_and_raises_nothing(finished: Case, document: bytes) -> None:
    facts = finished.verify(document)

    assert facts["reasons"] == ["document_damaged"]
    assert not facts["accepted"]


def test_foreign_authority_with_the_same_names_is_untrusted(finished: Case, tmp_path: Path) -> None:
    create_platform(tmp_path / "pki", "测试平台", START - timedelta(days=1), publication_url="http://crl.example.test/")
    add_seal(tmp_path / "pki", OFFICE, START - timedelta(days=1))
    clock = SteppingClock()
    forged = Case(build_engine({"pki": str(tmp_path / "pki")}, clock), clock)
    for name in SIGNERS:
        forged.sign(name)
    forged.seal()

    facts = finished.verify(forged.document, expected=forged.expected())

    assert forged.verify()["accepted"]
    assert not facts["accepted"]
    assert all("certificate_untrusted" in one["reasons"] for one in facts["signatures"])
    assert all("timestamp_untrusted" in one["reasons"] for one in (*facts["signatures"], *facts["document_timestamps"]))


def test_certificate_of_our_own_authority_for_somebody_else_is_refused(case: Case) -> None:
    case.sign("signer_1", signer={"person_id": "p-somebody-else", "name": "测试甲", "case_no": "2026010500001"})

    facts = case.verify()

    assert facts["signatures"][0]["valid"]
    assert facts["signatures"][0]["trusted"]
    assert facts["signatures"][0]["reasons"] == ["signer_unexpected"]


def test_another_certificate_of_the_same_person_is_refused(case: Case) -> None:
    case.sign("signer_1")
    case.signatures[0]["certificate_serial"] = "1f"

    assert case.verify()["signatures"][0]["reasons"] == ["certificate_unexpected"]


def test_signature_in_an_unrecorded_field_is_refused(case: Case) -> None:
    case.sign("signer_1")
    case.sign("signer_2")
    case.signatures.pop()

    assert case.verify()["signatures"][1]["reasons"] == ["field_unexpected"]


def test_document_without_record_is_never_accepted(finished: Case) -> None:
    facts = finished.verify(expected=None)

    assert not facts["accepted"]
    assert facts["reasons"] == ["not_recorded"]
    assert all(one["accepted"] for one in facts["signatures"])


def test_unsigned_document_is_never_accepted(case: Case) -> None:
    assert not case.verify()["accepted"]


def test_revocation_counts_from_its_date_only(finished: Case) -> None:
    serial = finished.signatures[0]["certificate_serial"]
    before, after = START.isoformat(), (START + timedelta(days=3)).isoformat()

    revoked = finished.verify(revoked=[{"serial": serial, "revoked_at": before, "reason": "keyCompromise"}])
    later = finished.verify(revoked=[{"serial": serial, "revoked_at": after, "reason": "keyCompromise"}])

    assert revoked["signatures"][0]["reasons"] == ["certificate_revoked"]
    assert later["accepted"], later


def test_document_stays_valid_after_certificates_and_lists_have_expired(
    finished: Case, pki: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "pki"
    shutil.copytree(pki, folder)
    shutil.copytree(pki.parent / "root-key-offline", folder / "root")
    for years in (1, 4, 9):  # beyond certificates of a day, lists of a week and of 400 days, the seal's five years
        then = START + timedelta(days=365 * years)
        renew_root_list(folder, then, passphrases=Passphrases("daily", "offline"))
        late = build_engine({"pki": str(folder), "key_passphrase": "daily"}, SteppingClock(then))

        facts = late.verify({"document": finished.document, "expected": finished.expected()})

        assert facts["accepted"], (years, facts)


def test_document_that_waits_for_its_seal_stays_valid(case: Case) -> None:
    case.sign("signer_1")
    case.clock.now += timedelta(days=60)

    facts = case.verify()

    assert facts["accepted"], facts


def test_overdue_root_list_confirms_nothing_and_says_why(
    finished: Case, engine_at: Callable[[SteppingClock], Any]
) -> None:
    late = engine_at(SteppingClock(START + timedelta(days=500)))

    facts = late.verify({"document": finished.document, "expected": finished.expected()})

    assert not facts["accepted"]
    assert facts["reasons"] == ["revocation_unknown"]


def test_signatures_of_people_are_those_recorded(finished: Case) -> None:
    assert {one["field"]: one["signer"] for one in finished.verify()["signatures"]} == PEOPLE | {"seal": OFFICE}


def _cut(case: Case, parts: int) -> Case:
    """Return the case as it was after its first `parts` revisions."""
    end = revisions(case.document)[parts - 1].end
    earlier = Case(case.engine, case.clock, case.document[:end])
    earlier.revision_hashes = case.revision_hashes[:parts]
    earlier.signatures = case.signatures[: parts - 1]
    return earlier
