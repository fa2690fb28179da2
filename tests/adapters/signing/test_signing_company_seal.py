"""An enterprise signs by its representative: seal and hand in the box, both in the certificate, both in what is verified."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest
from cryptography.x509 import load_der_x509_certificate
from cryptography.x509.oid import NameOID

from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.seal_picture import RED
from tests.adapters.signing.conftest import Case
from tests.adapters.signing.sample import PEOPLE

COMPANY, USCC = "黄石测试房产有限公司", "91350100M000100Y43"
SIGNER = {
    "person_id": PEOPLE["signer_1"],
    "name": "测试甲",
    "case_no": "2026010500001",
    "company": COMPANY,
    "uscc": USCC,
}
LONG = "黄石市经济技术开发区测试存量房屋置换与不动产信息咨询服务有限责任公司(第一分公司)"


def drawn(document: bytes, field: str) -> bytes:
    """Return the drawing of a signed field."""
    with pikepdf.open(BytesIO(document)) as pdf:
        (widget,) = [one for one in pdf.Root.AcroForm.Fields if str(one.T) == field]
        return bytes(widget.AP.N.read_bytes())


def test_the_box_shows_the_companys_seal_beside_the_representatives_hand(case: Case) -> None:
    case.sign("signer_1", signer=SIGNER)
    case.sign("signer_2")

    of_company, of_person = drawn(case.document, "signer_1"), drawn(case.document, "signer_2")

    assert RED in of_company
    assert RED not in of_person
    assert b"0.05 0.06 0.22 RG" in of_company  # the ink
    assert of_company.count(b"cm") >= len(COMPANY)


def test_the_certificate_names_the_person_and_the_enterprise_with_its_code(case: Case) -> None:
    result = case.sign("signer_1", signer=SIGNER)

    subject = load_der_x509_certificate(result["certificate"]).subject

    said = {one.oid: one.value for one in subject}
    assert said[NameOID.ORGANIZATION_NAME] == COMPANY
    assert said[NameOID.ORGANIZATION_IDENTIFIER] == f"NTRCN-{USCC}"
    assert (said[NameOID.COMMON_NAME], said[NameOID.SERIAL_NUMBER]) == ("测试甲", PEOPLE["signer_1"])


def test_what_is_verified_names_both(case: Case) -> None:
    case.sign("signer_1", signer=SIGNER)
    case.sign("signer_2")

    of_company, of_person = case.verify()["signatures"]

    assert (of_company["common_name"], of_company["company"], of_company["uscc"]) == ("测试甲", COMPANY, USCC)
    assert (of_person["company"], of_person["uscc"]) == ("", "")


@pytest.mark.parametrize(("recorded", "accepted"), [(USCC, True), ("", False), ("91420200MA4F000008", False)])
def test_a_signature_for_another_enterprise_than_recorded_is_not_the_one_expected(
    case: Case, recorded: str, accepted: bool
) -> None:
    case.sign("signer_1", signer=SIGNER)
    case.signatures[0]["uscc"] = recorded

    facts = case.verify()

    assert facts["accepted"] is accepted
    assert facts["signatures"][0]["reasons"] == ([] if accepted else ["signer_unexpected"])


@pytest.mark.parametrize("name", [LONG, "A" * 100, "测试公司", "Test & Partners (China) Co. Ltd"])
def test_a_name_of_any_registered_length_gets_its_seal(case: Case, name: str) -> None:
    result = case.sign("signer_1", signer=SIGNER | {"company": name})

    assert RED in drawn(result["document"], "signer_1")
    assert case.verify()["accepted"]


@pytest.mark.parametrize("wrong", [{"uscc": ""}, {"uscc": "914202000000000"}, {"company": ""}, {"company": "坏\n公司"}])
def test_an_enterprise_half_told_is_refused(case: Case, wrong: dict[str, str]) -> None:
    with pytest.raises(EngineError) as refused:
        case.sign("signer_1", signer=SIGNER | wrong)

    assert refused.value.code == "signing.signer_invalid"
