"""The engine as a process sees it: jobs by name, settings checked at the start, outages, errors that travel."""

from __future__ import annotations

import logging
import pickle
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, core

from services.common.kit import engine_child
from services.common.kit.errors import Kind
from services.signing.adapters.engine import asn1_patch
from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.jobs import build
from services.signing.adapters.engine.revisions import embedded_messages, signature_tokens
from tests.adapters.signing.conftest import Case
from tests.adapters.signing.sample import SIGNERS, contract


class Outage:
    """A time stamper nobody answers for."""

    def stamp(self, digest: bytes) -> bytes:
        """Fail as an outside authority does."""
        raise EngineError("signing.timestamp_unavailable", Kind.UNAVAILABLE)


def test_jobs_have_their_names(pki: Path) -> None:
    jobs = build({"pki": str(pki), "key_passphrase": "daily"})

    assert set(jobs) == {
        "sign",
        "seal",
        "archive",
        "verify",
        "inspect",
        "page_image",
        "crl",
        "trust",
        "evidence",
        "expiries",
    }
    assert jobs["inspect"]({"document": contract()})["page_count"] == 2
    assert jobs["inspect"](document=contract())["page_count"] == 2  # as the process's loop calls it


def test_refusals_are_refusals_for_the_process_loop() -> None:
    assert issubclass(EngineError, engine_child.EngineError)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({}, "signing.pki_missing"),
        ({"pki": "nowhere"}, "signing.pki_missing"),
        ({"key_passphrase": "wrong"}, "signing.key_unreadable"),
        ({"key_passphrase": None}, "signing.key_unreadable"),
        ({"text_font": "nowhere.ttf"}, "signing.font_missing"),
    ],
)
def test_engine_with_wrong_settings_does_not_start(pki: Path, settings: dict[str, Any], code: str) -> None:
    base = {"pki": str(pki), "key_passphrase": "daily"} if settings else {}

    with pytest.raises(EngineError) as refused:
        build(base | settings)

    assert refused.value.code == code


def test_libraries_that_log_names_are_silent_in_the_engine(
    finished: Case, pki: Path, caplog: pytest.LogCaptureFixture
) -> None:
    build({"pki": str(pki), "key_passphrase": "daily"})

    with caplog.at_level(logging.DEBUG):
        finished.verify(
            revoked=[
                {"serial": finished.signatures[0]["certificate_serial"], "revoked_at": "2026-01-01T00:00:00+00:00"}
            ]
        )

    assert "测试甲" not in caplog.text


def test_error_travels_through_a_pipe_with_code_kind_and_context() -> None:
    error = pickle.loads(pickle.dumps(EngineError("signing.field_missing", Kind.CONFLICT, field="seal")))  # noqa: S301

    assert (error.code, error.kind, error.context) == ("signing.field_missing", Kind.CONFLICT, {"field": "seal"})


def test_outage_of_the_time_stamper_costs_a_level_never_the_signature(case: Case) -> None:
    working = case.engine._signing._stamper
    case.engine._signing._stamper = Outage()
    for name in SIGNERS:
        assert case.sign(name)["level"] == "B-B"
    assert case.seal()["level"] == "B-B"
    before = case.verify()
    case.engine._signing._stamper = working
    digest = sha256(case.document).hexdigest()
    repaired = case.engine.archive({"document": case.document, "expected_sha256": digest})
    case.document, case.revision_hashes, case.archived = repaired["document"], repaired["revision_hashes"], True

    after = case.verify()

    assert not before["accepted"]
    assert {tuple(one["reasons"]) for one in before["signatures"]} == {("timestamp_missing",)}
    assert after["accepted"], after
    assert [one["field"] for one in after["signatures"]] == [*SIGNERS, "seal"]


def test_a_stamp_that_repairs_an_outage_halfway_lets_the_others_sign_and_all_is_accepted(case: Case) -> None:
    working = case.engine._signing._stamper
    case.engine._signing._stamper = Outage()
    assert case.sign("signer_1")["level"] == "B-B"
    case.engine._signing._stamper = working
    case.sign("signer_2")
    case.clock.now += timedelta(minutes=1)
    digest = sha256(case.document).hexdigest()
    repaired = case.engine.archive({"document": case.document, "expected_sha256": digest})
    case.document, case.revision_hashes = repaired["document"], repaired["revision_hashes"]
    stamped = case.clock.now
    halfway = case.verify()
    case.engine._signing._stamper = Outage()
    late = case.sign("signer_3")
    unproven = case.verify()
    case.engine._signing._stamper = working
    case.sign("signer_4")
    case.seal()

    whole = case.verify()

    assert halfway["accepted"], halfway
    assert late["level"] == "B-B"
    assert [one["reasons"] for one in unproven["signatures"]] == [[], [], ["timestamp_missing"]]
    assert whole["accepted"], whole
    proven = [datetime.fromisoformat(one["signed_at"]) for one in whole["signatures"]]
    assert proven[0] == stamped.replace(microsecond=0)
    assert proven[2] > stamped  # by the seal's long-term proof, not by the stamp before it


def test_revoked_seal_seals_nothing(case: Case) -> None:
    sealed = Case(case.engine, case.clock, contract(signers=()))
    serial = Case(case.engine, case.clock, contract(signers=())).seal()["certificate_serial"]

    with pytest.raises(EngineError, match=r"signing\.seal_revoked"):
        sealed.seal(revoked=[{"serial": serial, "revoked_at": case.clock.now.isoformat()}])


def test_definite_length_ending_in_0x80_is_not_taken_for_indefinite(
    finished: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = cms.ContentInfo(
        {"content_type": "signed_data", "content": signature_tokens(embedded_messages(finished.document)[0])[0]}
    )
    inner = token.dump()
    padded = _with_size_ending_in_0x80(inner)
    forced: list[bool] = []
    for cls in (core.Sequence, core.SequenceOf):
        original = cls._set_contents
        monkeypatch.setattr(cls, "_set_contents", _counting(original, forced))

    outer = _Pair.load(padded)
    _ = outer["token"]["content"]["signer_infos"][0]["signed_attrs"].native
    again = outer.dump()

    assert outer._header[-1:] == b"\x80"
    assert again == padded
    assert not any(forced)
    core.Sequence.dump.__wrapped__(outer)
    assert any(forced)  # the library as it is would have encoded the whole tree anew


@pytest.mark.parametrize(
    ("header", "indefinite"),
    [
        (b"\x30\x80", True),
        (b"\xa0\x80", True),
        (b"\xa0\x82\x05\x84\x30\x80", True),
        (b"\xa0\x80\x30\x80", True),
        (b"\x7f\x81\x01\x80", True),
        (b"\x30\x82\x05\x80", False),
        (b"\x30\x81\x80", False),
        (b"\xa0\x82\x05\x84\x30\x82\x05\x80", False),
        (b"\x7f\x81\x01\x82\x05\x80", False),
        (b"\x30\x05", False),
        (b"", False),
    ],
)
def test_indefinite_lengths_are_told_from_definite_ones(header: bytes, indefinite: bool) -> None:
    assert asn1_patch.is_indefinite(header) is indefinite


class _Pair(core.Sequence):
    _fields = [("token", cms.ContentInfo), ("rest", core.OctetString)]


def _with_size_ending_in_0x80(token: bytes) -> bytes:
    for size in range(300):
        encoded = _Pair({"token": cms.ContentInfo.load(token), "rest": core.OctetString(bytes(size))}).dump()
        if encoded[:4][-1] == 0x80:
            return encoded
    raise AssertionError


def _counting(original: Any, forced: list[bool]) -> Any:
    def counted(self: Any, force: bool = False) -> None:
        forced.append(force)
        original(self, force=force)

    return counted
