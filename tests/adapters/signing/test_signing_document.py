"""A document on its way: four people, the seal, long-term proof; and a second opinion on every step."""

from __future__ import annotations

import asyncio
import re
import subprocess
from binascii import unhexlify
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import cms, crl, x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate, load_pem_x509_certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer

from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.revisions import embedded_messages, revisions, signature_tokens
from tests.adapters.signing.conftest import Case
from tests.adapters.signing.sample import OFFICE, PEOPLE, SIGNERS


def run(*command: str | Path) -> str:
    """Return what a tool says; a failure of the tool fails the test."""
    done = subprocess.run([str(part) for part in command], capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def at_the_time(case: Case) -> str:
    """Return the option that makes openssl judge at the case's own time."""
    return str(int(case.clock.now.timestamp()))


def test_four_signatures_seal_and_document_time_stamp_are_all_accepted(finished: Case) -> None:
    facts = finished.verify()

    assert facts["accepted"], facts
    assert [one["field"] for one in facts["signatures"]] == [*SIGNERS, "seal"]
    assert [one["signer"] for one in facts["signatures"]] == [*PEOPLE.values(), OFFICE]
    assert [one["covers_whole_file"] for one in facts["document_timestamps"]] == [True]
    assert facts["signatures"][4]["modifications"] == "lta_updates"


def test_the_etsi_algorithm_accepts_all_signatures_at_the_time(finished: Case, pki: Path) -> None:
    results = etsi_results(finished, pki, finished.clock.now)

    assert results == [AdESPassed.OK] * 5


def test_the_etsi_algorithm_accepts_people_after_their_certificates_expired(finished: Case, pki: Path) -> None:
    later = finished.clock.now + timedelta(days=300)

    results = etsi_results(finished, pki, later)

    assert results[: len(SIGNERS)] == [AdESPassed.OK] * len(SIGNERS)


def etsi_results(case: Case, pki: Path, moment: datetime) -> list[AdESPassed]:
    """Return what ETSI EN 319 102-1 5.6.3 makes of the signatures, from the file and the root's current list alone."""
    root = load_pem_x509_certificate((pki / "certificates/root.pem").read_bytes())
    anchor = x509.Certificate.load(root.public_bytes(Encoding.DER))
    policy = CertValidationPolicySpec(SimpleTrustManager.build([anchor]), CertRevTrustPolicy(REQUIRE_REVINFO))
    offline = RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY)
    published = crl.CertificateList.load((pki / "crl/root.crl").read_bytes())
    knowledge = LocalKnowledge(known_crls=[CRLContainer(published)])
    rules = PdfSignatureValidationSpec(SignatureValidationSpec(policy, offline, local_knowledge=knowledge))
    timing = ValidationTimingInfo(moment, moment, point_in_time_validation=True)
    found = PdfFileReader(BytesIO(case.document)).embedded_regular_signatures
    return [asyncio.run(ades_lta_validation(one, rules, timing)).ades_subindic for one in found]


def test_pdfsig_finds_five_valid_signatures(finished: Case, tmp_path: Path) -> None:
    file = tmp_path / "signed.pdf"
    file.write_bytes(finished.document)

    said = run("pdfsig", "-nocert", file)

    assert said.count("Signature is Valid") == 5
    assert said.count("ETSI.CAdES.detached") == 5


def test_openssl_accepts_every_time_stamp_token(finished: Case, pki: Path, tmp_path: Path) -> None:
    stamped = list(_stamped(finished.document))

    for place, (token, data) in enumerate(stamped):
        (tmp_path / f"{place}.tst").write_bytes(token)
        (tmp_path / f"{place}.bin").write_bytes(data)
        said = run(
            *(
                "openssl",
                "ts",
                "-verify",
                "-token_in",
                "-in",
                tmp_path / f"{place}.tst",
                "-data",
                tmp_path / f"{place}.bin",
            ),
            *("-CAfile", pki / "certificates/root.pem", "-attime", at_the_time(finished)),
        )
        assert "Verification: OK" in said

    assert len(stamped) == 6


def test_openssl_accepts_every_signature_as_cades(finished: Case, pki: Path, tmp_path: Path) -> None:
    for place, (signature, data) in enumerate(_signed(finished.document)):
        (tmp_path / f"{place}.cms").write_bytes(signature)
        (tmp_path / f"{place}.bin").write_bytes(data)
        said = run(
            *("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", tmp_path / f"{place}.cms"),
            *(
                "-content",
                tmp_path / f"{place}.bin",
                "-out",
                tmp_path / "out",
                "-CAfile",
                pki / "certificates/root.pem",
            ),
            *("-certfile", pki / "certificates/intermediate.pem", "-purpose", "any", "-attime", at_the_time(finished)),
        )
        assert "CAdES Verification successful" in said


def test_file_is_sound_for_qpdf(finished: Case, tmp_path: Path) -> None:
    (tmp_path / "signed.pdf").write_bytes(finished.document)

    assert "No syntax or stream encoding errors" in run("qpdf", "--check", tmp_path / "signed.pdf")


def test_every_act_only_appends(finished: Case) -> None:
    assert finished.document.startswith(finished.base)
    assert finished.revision_hashes[0] == sha256(finished.base).hexdigest()
    ends = [one.end for one in revisions(finished.document)]
    assert [sha256(finished.document[:end]).hexdigest() for end in ends] == finished.revision_hashes
    assert len(finished.revision_hashes) == len(SIGNERS) + 3  # base, signers, seal, proof
    assert finished.revision_hashes[-1] == sha256(finished.document).hexdigest()


def test_long_term_proof_holds_certificates_and_both_lists(finished: Case) -> None:
    stored = DocumentSecurityStore.read_dss(PdfFileReader(BytesIO(finished.document)))
    names = {certificate.subject.native["common_name"] for certificate in stored.load_certs()}

    assert len(stored.crls) == 2
    assert {OFFICE, "测试平台 时间戳", "测试平台 电子签名根证书", "测试平台 电子签名签发证书"} <= names
    assert len(stored.certs) == 4 + len(SIGNERS)


def test_signature_dictionary_and_certificate_say_what_they_should(case: Case) -> None:
    result = case.sign("signer_1")
    pdf = pikepdf.open(BytesIO(case.document))
    field = pdf.Root.AcroForm.Fields[0]
    certificate = load_der_x509_certificate(result["certificate"])

    assert str(field.V.SubFilter) == "/ETSI.CAdES.detached"
    assert str(field.V.M) == "D:20260105140400+08'00'"
    assert str(field.V.Reason) == "签署存量房买卖合同"
    assert certificate.subject.rfc4514_string() == "2.5.4.5=p-00005eed,CN=测试甲,OU=2026010500001,C=CN"
    assert result["signed_at"] == "2026-01-05T06:04:00+00:00"
    assert result["level"] == "B-T"


def test_seal_records_the_filing_number_where_it_can_be_searched(finished: Case) -> None:
    pdf = pikepdf.open(BytesIO(finished.document))
    seal = next(field for field in pdf.Root.AcroForm.Fields if str(field.T) == "seal")

    assert "HS-2026-000123" in str(seal.V.Reason)
    assert str(seal.V.Reference[0].TransformParams.Action) == "/All"
    assert int(seal.V.Reference[0].TransformParams.P) == 1


def test_signing_again_in_the_same_field_is_refused(case: Case) -> None:
    case.sign("signer_1")

    with pytest.raises(EngineError, match=r"signing\.field_signed"):
        case.sign("signer_1")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"field": "nobody"}, "signing.field_missing"),
        ({"expected_sha256": "0" * 64}, "signing.hash_mismatch"),
        (
            {"document": b"%PDF-1.7 nothing\n", "expected_sha256": sha256(b"%PDF-1.7 nothing\n").hexdigest()},
            "signing.document_damaged",
        ),
        ({"document": "text"}, "signing.document_damaged"),
        ({"signing_time": "2026-01-05T06:00:00"}, "signing.argument_invalid"),
        ({"signing_time": "2026-01-05T09:00:00+00:00"}, "signing.act_invalid"),
        ({"signer": {"person_id": "p-1", "name": "", "case_no": "2026010500001"}}, "signing.signer_invalid"),
        ({"signer": None}, "signing.signer_invalid"),
        ({"reason": "x" * 201}, "signing.act_invalid"),
        ({"ink": None}, "signing.ink_invalid"),
    ],
)
def test_what_cannot_be_signed_is_refused_with_its_code(case: Case, changed: dict[str, Any], code: str) -> None:
    with pytest.raises(EngineError) as refused:
        case.sign("signer_1", **changed)

    assert refused.value.code == code


def test_trailing_bytes_are_refused_because_no_revision_boundary_would_remain(case: Case) -> None:
    document = case.document + b"% more"

    with pytest.raises(EngineError, match=r"signing\.document_damaged"):
        case.sign("signer_1", document=document, expected_sha256=sha256(document).hexdigest())


def test_sealing_before_all_have_signed_is_refused(case: Case) -> None:
    case.sign("signer_1")

    with pytest.raises(EngineError) as refused:
        case.seal()

    assert refused.value.code == "signing.fields_unsigned"
    assert refused.value.context["fields"] == ["signer_2", "signer_3", "signer_4"]


def test_nobody_signs_after_the_seal(finished: Case) -> None:
    with pytest.raises(EngineError, match=r"signing\.document_locked"):
        Case(finished.engine, finished.clock, finished.document).sign("signer_1")


def test_seal_of_an_unknown_office_is_refused(case: Case) -> None:
    with pytest.raises(EngineError, match=r"signing\.seal_unknown"):
        case.seal(office_name="别处住房和城市更新局")


def test_document_without_seal_gets_long_term_proof_and_can_renew_it(case: Case) -> None:
    for name in SIGNERS:
        case.sign(name)
    for _ in range(2):
        digest = sha256(case.document).hexdigest()
        result = case.engine.archive({"document": case.document, "expected_sha256": digest})
        case.document, case.revision_hashes, case.archived = result["document"], result["revision_hashes"], True

    facts = case.verify()

    assert facts["accepted"], facts
    assert [one["field"] for one in facts["document_timestamps"]] == ["DocTS1", "DocTS2"]


_RANGE = re.compile(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]")


def _messages(document: bytes) -> list[tuple[bytes, bytes]]:
    found = []
    for match in _RANGE.finditer(document):
        start, first, second, size = map(int, match.groups())
        raw = unhexlify(document[first + 1 : second - 1])
        message = raw[: len(cms.ContentInfo.load(raw).dump())]
        found.append((message, document[start:first] + document[second : second + size]))
    return found


def _signed(document: bytes) -> list[tuple[bytes, bytes]]:
    return [pair for pair in _messages(document) if _kind(pair[0]) == "data"]


def _stamped(document: bytes) -> list[tuple[bytes, bytes]]:
    inner = []
    for message in embedded_messages(document):
        for token in signature_tokens(message):
            value = message["signer_infos"][0]["signature"].native
            inner.append((cms.ContentInfo({"content_type": "signed_data", "content": token}).dump(), value))
    return inner + [pair for pair in _messages(document) if _kind(pair[0]) == "tst_info"]


def _kind(message: bytes) -> str:
    kind: str = cms.ContentInfo.load(message)["content"]["encap_content_info"]["content_type"].native
    return kind
