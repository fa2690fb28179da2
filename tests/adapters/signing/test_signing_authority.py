"""The platform's certificates: what stands in them, who can issue what, and what never leaves."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from services.signing.adapters.engine.authority import Authority
from services.signing.adapters.engine.certificates import EVENT_POLICY, SEAL_POLICY, Signer
from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.keys import FileKeyStore
from services.signing.adapters.engine.platform_folder import (
    Passphrases,
    add_seal,
    create_platform,
    renew_root_list,
    revoke,
)
from tests.adapters.signing.conftest import START, Case
from tests.adapters.signing.sample import OFFICE


def read(pki: Path, name: str) -> x509.Certificate:
    """Return a certificate of the platform."""
    return x509.load_pem_x509_certificate((pki / "certificates" / f"{name}.pem").read_bytes())


def issued(case: Case) -> x509.Certificate:
    """Return the certificate of a fresh signature."""
    return x509.load_der_x509_certificate(case.sign("signer_1")["certificate"])


def test_root_is_p384_and_issues_authority_and_time_stamper(pki: Path) -> None:
    root, intermediate, tsa = (read(pki, name) for name in ("root", "intermediate", "tsa"))

    assert isinstance(root.public_key(), ec.EllipticCurvePublicKey)
    assert root.public_key().curve.name == "secp384r1"
    assert intermediate.public_key().curve.name == "secp256r1"
    intermediate.verify_directly_issued_by(root)
    tsa.verify_directly_issued_by(root)
    constraints = intermediate.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (constraints.ca, constraints.path_length) == (True, 0)


def test_everything_that_runs_out_is_told_the_soonest_first(pki: Path) -> None:
    found = Authority(pki, "daily").expiries(START)

    assert [one.kind for one in found] == ["root_list", "seal", "tsa", "intermediate", "root"]
    assert found[1].name == OFFICE
    assert found[0].until < found[-1].until


def test_time_stamper_has_one_critical_usage(pki: Path) -> None:
    usage = read(pki, "tsa").extensions.get_extension_for_class(x509.ExtendedKeyUsage)

    assert usage.critical
    assert list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def test_everything_daily_works_without_the_roots_key(pki: Path, case: Case) -> None:
    assert not (pki / "root").exists()

    assert case.sign("signer_1")["level"] == "B-T"


def test_event_certificate_is_of_the_authority_and_names_person_case_and_list(pki: Path, case: Case) -> None:
    certificate = issued(case)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    policies = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
    points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value

    certificate.verify_directly_issued_by(read(pki, "intermediate"))
    assert (usage.digital_signature, usage.content_commitment) == (True, True)
    assert not (usage.key_cert_sign or usage.crl_sign or usage.key_agreement)
    assert [policy.policy_identifier.dotted_string for policy in policies] == [EVENT_POLICY]
    assert points[0].full_name[0].value == "http://crl.example.test/intermediate.crl"
    assert certificate.not_valid_before_utc <= case.clock.now < certificate.not_valid_after_utc
    assert certificate.not_valid_after_utc - case.clock.now <= timedelta(days=180)


def test_every_signature_has_a_key_and_certificate_of_its_own(case: Case) -> None:
    first = issued(case)
    second = x509.load_der_x509_certificate(case.sign("signer_2")["certificate"])

    assert first.serial_number != second.serial_number
    assert first.public_key() != second.public_key()


def test_seal_certificate_carries_the_office_and_no_person(pki: Path) -> None:
    (path,) = (pki / "seals").glob("*.pem")
    seal = x509.load_pem_x509_certificate(path.read_bytes())
    policies = seal.extensions.get_extension_for_class(x509.CertificatePolicies).value

    assert seal.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == OFFICE
    assert not seal.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    assert [policy.policy_identifier.dotted_string for policy in policies] == [SEAL_POLICY]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("person_id", "11010519491231002X"),
        ("person_id", "p-13800138000"),
        ("name", "测试甲 13800138000"),
        ("name", "测试甲11010519491231002X"),
        ("case_no", "110105491231002"),
        ("name", "长" * 65),
        ("name", "测试\n甲"),
        ("case_no", " "),
        ("person_id", 7),
    ],
)
def test_personal_numbers_and_misfits_never_enter_a_certificate(field: str, value: Any) -> None:
    parts = {"person_id": "p-1", "name": "测试甲", "case_no": "2026010500001"} | {field: value}

    with pytest.raises(EngineError) as refused:
        Signer(**parts)

    assert refused.value.code == "signing.signer_invalid"
    assert str(value) not in refused.value.context.values()


def test_keys_are_encrypted_and_private_on_disk(pki: Path) -> None:
    for file in (pki / "keys").iterdir():
        assert b"ENCRYPTED PRIVATE KEY" in file.read_bytes()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((pki / "keys").stat().st_mode) == 0o700


def test_wrong_passphrase_is_named_and_unknown_key_too(pki: Path) -> None:
    with pytest.raises(EngineError, match=r"signing\.key_unreadable"):
        FileKeyStore(pki / "keys", "wrong").public_key("tsa")
    with pytest.raises(EngineError, match=r"signing\.key_missing"):
        FileKeyStore(pki / "keys", "daily").sign_digest("nobody", bytes(32))
    with pytest.raises(EngineError, match=r"signing\.key_missing"):
        FileKeyStore(pki / "keys", "daily").public_key("../root/root")


def test_platform_is_founded_once_and_whole(tmp_path: Path) -> None:
    (tmp_path / "pki.draft").mkdir()  # left behind by a founding that was killed
    (tmp_path / "pki.draft" / "rest").write_text("")
    create_platform(tmp_path / "pki", "测试平台", START)

    assert not (tmp_path / "pki.draft").exists()
    assert not (tmp_path / "pki" / "rest").exists()
    with pytest.raises(EngineError, match=r"signing\.pki_exists"):
        create_platform(tmp_path / "pki", "测试平台", START)


def test_certificates_name_no_list_where_none_is_published(tmp_path: Path) -> None:
    create_platform(tmp_path / "pki", "测试平台", START)

    with pytest.raises(x509.ExtensionNotFound):
        read(tmp_path / "pki", "intermediate").extensions.get_extension_for_class(x509.CRLDistributionPoints)


def test_renewed_seal_is_used_from_then_on(tmp_path: Path) -> None:
    folder = tmp_path / "pki"
    create_platform(folder, "测试平台", START)
    first, second = (add_seal(folder, OFFICE, START + timedelta(days=day)) for day in (0, 1))
    certificates = {
        path.stem: x509.load_pem_x509_certificate(path.read_bytes()) for path in (folder / "seals").iterdir()
    }

    early = Authority(folder).seal(OFFICE, START + timedelta(hours=1))
    late = Authority(folder).seal(OFFICE, START + timedelta(days=2))

    assert (early.certificate, late.certificate) == (certificates[first], certificates[second])
    with pytest.raises(EngineError, match=r"signing\.seal_unknown"):
        Authority(folder).seal(OFFICE, START + timedelta(days=6 * 365))


def test_revocation_lists_verify_and_say_what_they_were_told(pki: Path, case: Case) -> None:
    revoked = [{"serial": "1f", "revoked_at": START.isoformat(), "reason": "keyCompromise"}]

    lists = case.engine.crl({"revoked": revoked})["lists"]

    fresh, root = (x509.load_der_x509_crl(lists[name]) for name in ("intermediate", "root"))
    assert fresh.is_signature_valid(read(pki, "intermediate").public_key())
    assert root.is_signature_valid(read(pki, "root").public_key())
    entry = fresh.get_revoked_certificate_by_serial_number(0x1F)
    assert entry is not None
    assert entry.extensions.get_extension_for_class(x509.CRLReason).value.reason is x509.ReasonFlags.key_compromise
    assert fresh.next_update_utc == case.clock.now + timedelta(days=7)
    assert len(x509.load_der_x509_crl(case.engine.crl({})["lists"]["intermediate"])) == 0


def test_list_numbers_grow(case: Case) -> None:
    numbers = []
    for _ in range(2):
        case.clock.now += timedelta(seconds=1)
        made = x509.load_der_x509_crl(case.engine.crl({})["lists"]["intermediate"])
        numbers.append(made.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number)

    assert numbers[0] < numbers[1]


@pytest.mark.parametrize(
    "entry",
    [
        {"serial": "xyz", "revoked_at": START.isoformat()},
        {"serial": "1f", "revoked_at": "2026-01-05T00:00:00"},
        {"serial": "1f", "revoked_at": START.isoformat(), "reason": "bad mood"},
        {"serial": "1f"},
        "1f",
    ],
)
def test_malformed_revocation_is_refused_rather_than_left_out(case: Case, entry: Any) -> None:
    with pytest.raises(EngineError, match=r"signing\.revocation_invalid"):
        case.engine.crl({"revoked": [entry]})


def test_root_list_is_renewed_only_with_the_roots_key(pki: Path) -> None:
    with pytest.raises(EngineError, match=r"signing\.key_missing"):
        renew_root_list(pki, START, passphrases=Passphrases("daily", "offline"))


def test_overdue_root_list_stops_sealing_with_its_own_code(case: Case) -> None:
    case.clock.now = START + timedelta(days=500)

    with pytest.raises(EngineError, match=r"signing\.root_list_expired"):
        case.engine.crl({})


def test_a_seal_whose_key_was_lost_seals_no_more_stands_on_the_list_and_a_new_one_takes_its_place(
    tmp_path: Path,
) -> None:
    folder, now = tmp_path / "pki", START
    create_platform(folder, "测试平台", now - timedelta(days=2))
    add_seal(folder, OFFICE, now - timedelta(days=2))
    authority = Authority(folder)
    lost = authority.seal(OFFICE, now).certificate.serial_number

    revoke(folder, lost, now, "keyCompromise")
    revoke(folder, lost, now + timedelta(days=1), "superseded")

    with pytest.raises(EngineError, match="seal_unknown"):
        authority.seal(OFFICE, now)
    listed = x509.load_der_x509_crl(
        authority.lists(now).issuing["intermediate"]
    ).get_revoked_certificate_by_serial_number(lost)
    assert listed is not None
    assert listed.revocation_date_utc == now
    add_seal(folder, OFFICE, now)
    assert authority.seal(OFFICE, now).certificate.serial_number != lost


def test_a_revocation_for_no_known_reason_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="revocation_invalid"):
        revoke(tmp_path, 7, START, "bored")

    assert not (tmp_path / "revoked.json").exists()
