"""No forgery is accepted: not against the platform's record, not by a record that was forged with it, not by the file alone."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from services.signing.adapters.engine.authority import Authority
from services.signing.adapters.engine.facts import as_json
from services.signing.adapters.engine.jobs import Engine, build_engine
from services.signing.adapters.engine.platform_folder import add_seal, create_platform
from services.signing.adapters.engine.revisions import revisions
from services.signing.adapters.engine.timestamping import PlatformTimeStamper
from services.signing.adapters.engine.trust import Trust
from services.signing.adapters.engine.verification import Verifier
from tests.adapters.signing import forgeries as made
from tests.adapters.signing.conftest import START, Case, SteppingClock
from tests.adapters.signing.forgeries import Forgery, flipped, prefix, ranges, updated
from tests.adapters.signing.sample import OFFICE, PEOPLE, SIGNERS, contract

APPENDED = frozenset({"revision_unknown", "not_covered_to_end"})
UNCOVERED = frozenset({"not_covered_to_end"})
CHANGED = frozenset({"revision_changed"})


def appended(change: Callable[..., None]) -> Forgery:
    """A revision nobody signed: too many on record, and no change that a signer allowed."""
    return Forgery(change.__name__, partial(updated, change=change), APPENDED, UNCOVERED)


def changed(name: str, make: made.Make, *complicit: str) -> Forgery:
    """Bytes of a recorded revision are others."""
    return Forgery(name, make, CHANGED, frozenset(complicit))


APPENDED_REVISIONS = (
    made.add_text, made.cover_with_box, made.cover_with_free_text, made.cover_with_stamp, made.redact,
    made.exchange_appearance, made.overwrite_appearance_stream, made.move_widget, made.hide_widget, made.empty_signature,
    made.remove_field, made.swap_signatures, made.rename_field, made.add_signature_field, made.add_text_field,
    made.need_appearances, made.replace_content, made.replace_font, made.add_page, made.remove_page, made.rotate_page,
    made.crop_page, made.open_with_script, made.add_named_script, made.launch_on_page, made.embed_file,
    made.change_metadata, made.add_layers, made.second_store, made.remove_store,
)  # fmt: skip
FORGERIES = (
    *map(appended, APPENDED_REVISIONS),
    Forgery("free_object", made.free_object, APPENDED, UNCOVERED),
    Forgery("redirect_object", made.redirect_object, frozenset({"revision_unknown"}), UNCOVERED),
    Forgery("wrap_signature", made.wrap_signature, APPENDED, UNCOVERED),
    changed("flip_in_content", lambda data: flipped(data, data.index(b"endstream") - 3)),
    changed("flip_in_last_revision", lambda data: flipped(data, data.rindex(b"endstream") - 3)),
    changed("flip_in_signature", made.flip_in_signature),
    changed("zero_signature", made.zero_signature),
    changed("replay_signature", made.replay_signature),
    changed("bytes_in_padding", made.bytes_in_padding, "coverage_unclear"),
    changed("widen_gap", made.widen_gap),
    changed("start_later", made.start_later),
    changed("stated_price", lambda data: data.replace(b"%PDF-1", b"%PDF-2", 1)),
    changed("cover_page_before", made.cover_page_before),
    changed("rewritten", made.rewritten),
    changed("end_of_line_changed", made.end_of_line_changed),
    Forgery("zip_behind", made.zip_behind, APPENDED, UNCOVERED),
    Forgery("line_behind", lambda data: data + b"\n", APPENDED, UNCOVERED),
    Forgery("twice", lambda data: data + data, APPENDED, UNCOVERED),
    Forgery("last_bytes_missing", lambda data: data[:-7], frozenset({"revision_missing"})),
    Forgery("cut_proof", partial(prefix, parts=-1), frozenset({"revision_missing", "document_timestamp_missing"})),
    Forgery("cut_seal", partial(prefix, parts=-2), frozenset({"revision_missing", "signature_missing"})),
    Forgery("cut_to_two_signers", partial(prefix, parts=3), frozenset({"revision_missing", "signature_missing"})),
    Forgery("cut_to_the_text", partial(prefix, parts=1), frozenset({"revision_missing", "signature_missing"})),
    Forgery("pdf_in_pdf", made.pdf_in_pdf, CHANGED),
)
CUT = {"cut_proof", "cut_seal", "cut_to_two_signers", "cut_to_the_text"}


def reasons(facts: dict[str, Any]) -> set[str]:
    """Return every reason in a report."""
    parts = [facts, *facts["signatures"], *facts["document_timestamps"]]
    return {reason for part in parts for reason in part["reasons"]}


def complicit(case: Case, document: bytes) -> dict[str, Any]:
    """Return a record that lists the forged file's own revisions: only the signatures can tell now."""
    return case.expected() | {"revision_hashes": [one.sha256 for one in revisions(document)]}


def alone(case: Case, pki: Path, document: bytes) -> dict[str, Any]:
    """Return what the file alone tells, with the root and nothing else of the platform."""
    trust = Trust(Authority(pki, "daily").root_der)
    return as_json(Verifier(case.clock).verify_alone(document, trust))


def test_there_are_fifty_forgeries_and_each_differs_from_the_genuine_file(finished: Case) -> None:
    assert len({one.name for one in FORGERIES}) == len(FORGERIES) >= 50
    assert all(one.make(finished.document) != finished.document for one in FORGERIES)


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda one: one.name)
def test_no_forgery_is_accepted_against_the_record(forgery: Forgery, finished: Case) -> None:
    facts = finished.verify(forgery.make(finished.document))

    assert not facts["accepted"]
    assert forgery.recorded <= reasons(facts) or "document_damaged" in reasons(facts)


@pytest.mark.parametrize("forgery", [one for one in FORGERIES if one.name not in CUT], ids=lambda one: one.name)
def test_no_forgery_is_accepted_by_a_record_that_was_forged_with_it(forgery: Forgery, finished: Case) -> None:
    document = forgery.make(finished.document)

    facts = finished.verify(document, expected=complicit(finished, document))

    assert not facts["accepted"]
    assert forgery.complicit <= reasons(facts) or "document_damaged" in reasons(facts)


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda one: one.name)
def test_no_forgery_is_accepted_by_the_file_alone(forgery: Forgery, finished: Case, pki: Path) -> None:
    facts = alone(finished, pki, forgery.make(finished.document))

    assert not facts["accepted"]
    assert reasons(facts)


@pytest.mark.parametrize("forgery", FORGERIES[: len(APPENDED_REVISIONS)], ids=lambda one: one.name)
def test_nothing_is_appended_to_what_people_signed_before_the_seal(forgery: Forgery, finished: Case) -> None:
    """An insider writes it before the seal, adapts the record, and even has the authority seal it."""
    if forgery.name in {"second_store", "remove_store"}:
        pytest.skip("there is no store before the seal")
    victim = Case(finished.engine, finished.clock, prefix(finished.document, len(SIGNERS) + 1))
    victim.signatures = finished.signatures[: len(SIGNERS)]
    victim.document = forgery.make(victim.document)
    try:
        victim.seal()
    except Exception:  # the engine may refuse to touch it, which is as good
        return

    facts = victim.verify(expected=complicit(victim, victim.document))

    if forgery.name == "change_metadata":  # shows nothing, and any reader writes it
        return
    assert not facts["accepted"]
    assert {"modified_afterwards", "signature_missing", "field_unexpected"} & reasons(facts), reasons(facts)


# forgeries that need keys


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A platform of the attacker's own with the very names of ours."""
    folder = tmp_path / "pki"
    create_platform(folder, "测试平台", START - timedelta(days=1), publication_url="http://crl.example.test/")
    add_seal(folder, OFFICE, START - timedelta(days=1))
    return folder


def whole(engine: Engine, clock: SteppingClock, **changed: Any) -> Case:
    """A case all have signed, sealed."""
    case = Case(engine, clock, **changed)
    for name in SIGNERS:
        case.sign(name)
    case.seal()
    return case


def test_a_whole_forged_platform_with_the_same_names_is_untrusted(finished: Case, foreign: Path, pki: Path) -> None:
    clock = SteppingClock()
    forged = whole(build_engine({"pki": str(foreign)}, clock), clock)

    facts = finished.verify(forged.document, expected=forged.expected())

    assert forged.verify()["accepted"]
    assert not facts["accepted"]
    assert all({"certificate_untrusted", "timestamp_untrusted"} <= set(one["reasons"]) for one in facts["signatures"])
    assert "certificate_untrusted" in reasons(alone(finished, pki, forged.document))


def test_one_signature_by_a_foreign_certificate_with_the_signers_name_is_untrusted(case: Case, foreign: Path) -> None:
    case.sign("signer_1")
    attacker = Case(build_engine({"pki": str(foreign)}, case.clock), case.clock, case.document)
    attacker.sign("signer_2")
    case.document = attacker.document
    case.signatures.append({"field": "signer_2", "signer": PEOPLE["signer_2"]})

    facts = case.verify(expected=complicit(case, case.document))

    assert not facts["accepted"]
    assert [one["reasons"] for one in facts["signatures"]] == [[], ["certificate_untrusted", "timestamp_untrusted"]]


def test_a_time_stamp_by_another_authority_is_untrusted(case: Case, foreign: Path, pki: Path, appearances: Any) -> None:
    stamper = PlatformTimeStamper(Authority(foreign).tsa_credential, case.clock)
    case.engine = Engine(Authority(pki, "daily"), appearances, stamper, case.clock)
    case.sign("signer_1")

    facts = case.verify()

    assert not facts["accepted"]
    assert facts["signatures"][0]["reasons"] == ["timestamp_untrusted"]
    assert facts["signatures"][0]["signed_at"] is None


def test_a_time_stamp_from_before_the_certificates_is_refused(case: Case, pki: Path, appearances: Any) -> None:
    authority = Authority(pki, "daily")
    stale, held = SteppingClock(START - timedelta(days=400)), authority.tsa_credential(START)
    case.engine = Engine(authority, appearances, PlatformTimeStamper(lambda _: held, stale), case.clock)
    case.sign("signer_1")

    facts = case.verify()

    assert not facts["accepted"]
    assert {"certificate_untrusted", "timestamp_untrusted"} & reasons(facts)


def test_a_signature_without_time_stamp_is_not_accepted(case: Case, pki: Path, appearances: Any) -> None:
    class Silent:
        def stamp(self, digest: bytes) -> bytes:
            from services.common.kit.errors import Kind
            from services.signing.adapters.engine.errors import EngineError

            raise EngineError("signing.timestamp_unavailable", Kind.UNAVAILABLE)

    case.engine = Engine(Authority(pki, "daily"), appearances, Silent(), case.clock)
    case.sign("signer_1")

    assert "timestamp_missing" in reasons(case.verify())


def test_documents_of_two_envelopes_cannot_be_swapped(
    finished: Case, engine_at: Callable[[SteppingClock], Engine]
) -> None:
    clock = SteppingClock()
    other = whole(engine_at(clock), clock, document=contract(price="9.00"))

    facts = finished.verify(other.document)

    assert other.verify()["accepted"]
    assert not facts["accepted"]
    assert {"revision_changed", "certificate_unexpected"} <= reasons(facts)


def test_a_signature_of_another_document_does_not_fit_here(
    finished: Case, engine_at: Callable[[SteppingClock], Engine]
) -> None:
    clock = SteppingClock()
    other = whole(engine_at(clock), clock, document=contract(price="9.00"))
    (_, gap, rest, _), (_, start, end, _) = ranges(finished.document)[0], ranges(other.document)[0]
    assert rest - gap == end - start
    document = made.replaced(finished.document, gap, other.document[start:end])

    facts = finished.verify(document, expected=complicit(finished, document))

    assert "digest_mismatch" in reasons(facts)
    assert "revision_changed" in reasons(finished.verify(document))


def test_a_later_signature_by_an_insider_that_is_not_on_record_is_refused(case: Case) -> None:
    for name in SIGNERS[:2]:
        case.sign(name)
    record = case.expected()
    case.sign("signer_3")

    facts = case.verify(expected=record)

    assert {"field_unexpected", "revision_unknown"} <= reasons(facts)
    assert all(one["valid"] and one["trusted"] for one in facts["signatures"])


def test_the_right_person_with_another_certificate_than_recorded_is_refused(case: Case) -> None:
    base = Case(case.engine, case.clock, case.document)
    base.sign("signer_1")
    case.sign("signer_1")

    facts = case.verify(base.document, expected=case.expected() | {"revision_hashes": base.revision_hashes})

    assert reasons(facts) == {"certificate_unexpected"}


def test_nobody_elses_seal_stands_for_the_office(case: Case, pki: Path) -> None:
    for name in SIGNERS:
        case.sign(name)
    case.signatures.append({"field": "seal", "signer": OFFICE})
    person = {"person_id": "p-insider", "name": OFFICE, "case_no": "2026010500001"}
    PEOPLE["seal"] = "p-insider"
    try:
        result = case.engine.sign(
            {
                "document": case.document,
                "expected_sha256": case.revision_hashes[-1],
                "field": "seal",
                "signer": person,
                "ink": made_ink(),
                "signing_time": case.clock.now.isoformat(),
            }
        )
    finally:
        del PEOPLE["seal"]

    facts = case.verify(result["document"], expected=complicit(case, result["document"]))

    assert "signer_unexpected" in reasons(facts)


def made_ink() -> dict[str, object]:
    from tests.adapters.signing.sample import ink

    return ink()


# what is genuine is accepted, by us and by others


def test_the_genuine_file_is_accepted_by_itself_with_the_root_alone(finished: Case, pki: Path) -> None:
    facts = alone(finished, pki, finished.document)

    assert facts["accepted"], facts


@pytest.mark.parametrize("parts", range(2, len(SIGNERS) + 2))
def test_every_earlier_moment_is_accepted_as_what_it_was(finished: Case, parts: int) -> None:
    earlier = Case(finished.engine, finished.clock, prefix(finished.document, parts))
    earlier.revision_hashes = finished.revision_hashes[:parts]
    earlier.signatures = finished.signatures[: parts - 1]

    assert earlier.verify()["accepted"]


def test_a_document_without_seal_is_accepted_once_it_is_archived(case: Case, pki: Path) -> None:
    case = Case(case.engine, case.clock, contract(signers=SIGNERS, seal_box=None))
    for name in SIGNERS:
        case.sign(name)
    assert case.verify()["accepted"]
    result = case.engine.archive({"document": case.document, "expected_sha256": case.revision_hashes[-1]})
    case.document, case.revision_hashes, case.archived = result["document"], result["revision_hashes"], True

    assert case.verify()["accepted"]
    assert alone(case, pki, case.document)["accepted"]


def test_other_readers_are_deceived_by_what_is_refused_here(finished: Case, tmp_path: Path) -> None:
    """Why hashes are not enough: pdfsig calls every signature valid although a box covers the price."""
    file = tmp_path / "forged.pdf"
    file.write_bytes(updated(finished.document, made.cover_with_box))

    said = subprocess.run(["pdfsig", "-nocert", file], capture_output=True, check=False, encoding="utf-8").stdout

    assert said.count("Signature is Valid") == 5
    assert not finished.verify(file.read_bytes())["accepted"]
