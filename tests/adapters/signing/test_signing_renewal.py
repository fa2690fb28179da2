"""Authorities that follow one another: the next one issues, signatures of the former stay good, every file carries what it needs."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import crl
from cryptography import x509
from pyhanko.sign.validation.dss import DocumentSecurityStore

from services.signing.adapters.engine.appearance import Appearances
from services.signing.adapters.engine.authority import Authority
from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.jobs import Engine
from services.signing.adapters.engine.keys import FileKeyStore
from services.signing.adapters.engine.offline import verify_file
from services.signing.adapters.engine.platform_folder import add_seal, create_platform, renew_root_list, revoke
from services.signing.adapters.engine.reading import SignedReader
from services.signing.adapters.engine.renewal import renew_intermediate, renew_tsa
from services.signing.adapters.engine.revisions import embedded_certificates
from services.signing.adapters.engine.revocation import Revocation
from services.signing.adapters.engine.timestamping import PlatformTimeStamper
from services.signing.adapters.engine.trust import Trust
from tests.adapters.signing.conftest import START, Case, SteppingClock
from tests.adapters.signing.sample import OFFICE, SIGNERS
from tests.adapters.signing.test_signing_evidence_package import packed as package_of

BEFORE = START - timedelta(days=30)
FIRST = "intermediate"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A platform whose root's key is still there."""
    create_platform(tmp_path / "pki", "测试平台", BEFORE, publication_url="http://crl.example.test")
    add_seal(tmp_path / "pki", OFFICE, BEFORE)
    return tmp_path / "pki"


@pytest.fixture
def opened(folder: Path, appearances: Appearances) -> Callable[[], Case]:
    """A way to an engine process of that folder, with a document of its own."""

    def make() -> Case:
        authority, clock = Authority(folder), SteppingClock()
        stamper = PlatformTimeStamper(authority.tsa_credential, clock)
        return Case(Engine(authority, appearances, stamper, clock), clock)

    return make


def issuer_of(result: dict[str, object]) -> str:
    certificate = x509.load_der_x509_certificate(bytes(result["certificate"]))  # type: ignore[call-overload]
    return certificate.issuer.rfc4514_string()


def signed_by_both(case: Case, folder: Path) -> str:
    """Two sign, the authority and the time stamper are followed by others, two sign more, the former seal seals."""
    case.sign("signer_1")
    case.sign("signer_2")
    renewed = renew_intermediate(folder, case.clock.now)
    renew_tsa(folder, case.clock.now)
    case.clock.now += timedelta(minutes=1)
    case.sign("signer_3")
    case.sign("signer_4")
    case.seal()
    return renewed


def test_the_next_authority_issues_without_a_restart(folder: Path, opened: Callable[[], Case]) -> None:
    case = opened()
    first = issuer_of(case.sign("signer_1"))
    renewed = renew_intermediate(folder, case.clock.now)

    second = issuer_of(case.sign("signer_2"))

    assert first != second
    assert renewed.removeprefix("intermediate-") in second


def test_a_document_with_signatures_of_both_is_accepted_everywhere(folder: Path, opened: Callable[[], Case]) -> None:
    case = opened()
    signed_by_both(case, folder)

    facts = case.verify()
    alone = verify_file(case.document, Authority(folder).root_der, case.clock)

    assert facts["accepted"], facts
    assert len(facts["signatures"]) == 5
    assert alone.accepted, alone.as_json()


def test_its_long_term_data_hold_authority_and_list_of_both(folder: Path, opened: Callable[[], Case]) -> None:
    case = opened()
    signed_by_both(case, folder)

    store = DocumentSecurityStore.read_dss(SignedReader(case.document))
    issuers = {crl.CertificateList.load(one.get_object().data).issuer.native["common_name"] for one in store.crls}
    authorities = {one.subject.native["common_name"] for one in store.load_certs() if one.ca}

    assert len(issuers) == 3  # the root's and one of each
    assert authorities == issuers


def test_a_file_of_one_authority_carries_no_list_of_the_other(folder: Path, opened: Callable[[], Case]) -> None:
    case = opened()
    for name in SIGNERS:
        case.sign(name)
    renew_intermediate(folder, case.clock.now)
    case.clock.now += timedelta(minutes=1)
    case.seal()  # by the seal that the former authority issued

    store = DocumentSecurityStore.read_dss(SignedReader(case.document))

    assert len(list(store.crls)) == 2
    assert case.verify()["accepted"]


def test_what_the_former_issued_before_is_still_accepted_and_still_revoked(
    folder: Path, opened: Callable[[], Case]
) -> None:
    case = opened()
    for name in SIGNERS:
        case.sign(name)
    case.seal()
    renew_intermediate(folder, case.clock.now)
    assert case.verify()["accepted"]

    serial = int(case.signatures[0]["certificate_serial"], 16)
    revoke(folder, serial, case.clock.now - timedelta(days=1), "keyCompromise")

    facts = case.verify()
    assert not facts["accepted"]
    assert "certificate_revoked" in facts["signatures"][0]["reasons"]


def test_both_lists_are_published_under_the_address_their_certificates_name(
    folder: Path, opened: Callable[[], Case]
) -> None:
    case = opened()
    renewed = renew_intermediate(folder, case.clock.now)
    fresh = x509.load_der_x509_certificate(case.sign("signer_1")["certificate"])

    lists = case.engine.crl({})["lists"]

    assert set(lists) == {"root", FIRST, renewed}
    (point,) = fresh.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert point.full_name is not None
    assert point.full_name[0].value == f"http://crl.example.test/{renewed}.crl"
    for name in (FIRST, renewed):
        authority = x509.load_pem_x509_certificate((folder / "certificates" / f"{name}.pem").read_bytes())
        assert x509.load_der_x509_crl(lists[name]).is_signature_valid(authority.public_key())  # type: ignore[arg-type]


def test_a_seal_renewed_comes_from_the_next_authority(folder: Path) -> None:
    now = START
    renewed = renew_intermediate(folder, now)
    add_seal(folder, OFFICE, now)

    seal = Authority(folder).seal(OFFICE, now + timedelta(minutes=1)).certificate

    assert renewed.removeprefix("intermediate-") in seal.issuer.rfc4514_string()


def test_the_next_time_stamper_stamps_and_stamps_of_the_former_stay_good(
    folder: Path, opened: Callable[[], Case]
) -> None:
    case = opened()
    case.sign("signer_1")
    before = set(embedded_certificates(case.document))
    renewed = renew_tsa(folder, case.clock.now)
    case.clock.now += timedelta(minutes=1)

    case.sign("signer_2")

    fresh = {x509.load_der_x509_certificate(one) for one in set(embedded_certificates(case.document)) - before}
    assert any(renewed.removeprefix("tsa-") in one.subject.rfc4514_string() for one in fresh)
    assert case.verify()["accepted"]


def test_an_authority_the_root_has_revoked_issues_no_more(folder: Path, opened: Callable[[], Case]) -> None:
    case = opened()
    renewed = renew_intermediate(folder, case.clock.now)
    lost = x509.load_pem_x509_certificate((folder / "certificates" / f"{renewed}.pem").read_bytes())
    renew_root_list(folder, case.clock.now, [Revocation(lost.serial_number, case.clock.now, "cACompromise")])

    result = case.sign("signer_1")

    assert renewed.removeprefix("intermediate-") not in issuer_of(result)


def test_a_seal_of_a_revoked_authority_seals_no_more(folder: Path) -> None:
    first = x509.load_pem_x509_certificate((folder / "certificates" / f"{FIRST}.pem").read_bytes())
    authority = Authority(folder)
    authority.seal(OFFICE, START)
    renew_root_list(folder, START, [Revocation(first.serial_number, START, "cACompromise")])

    with pytest.raises(EngineError, match="seal_unknown"):
        authority.seal(OFFICE, START)


def test_without_the_roots_key_nothing_is_made(folder: Path) -> None:
    (folder / "root").rename(folder.parent / "offline")
    before = sorted(folder.rglob("*"))

    for act in (renew_intermediate, renew_tsa):
        with pytest.raises(EngineError, match="key_missing"):
            act(folder, START)

    assert sorted(folder.rglob("*")) == before


def test_another_platforms_root_makes_nothing_here(folder: Path, tmp_path: Path) -> None:
    create_platform(tmp_path / "other", "别的平台", BEFORE)
    (folder / "root" / "root.pem").write_bytes((tmp_path / "other" / "root" / "root.pem").read_bytes())

    with pytest.raises(EngineError, match="pki_damaged"):
        renew_intermediate(folder, START)


def test_expiries_know_the_newest_and_the_former_ones_while_they_last(folder: Path) -> None:
    later = BEFORE + timedelta(days=14 * 365)
    renew_intermediate(folder, later)
    renewed_tsa = renew_tsa(folder, later - timedelta(days=5 * 365))

    told = {(one.kind, one.name): one.until for one in Authority(folder).expiries(later)}
    after = {one.kind for one in Authority(folder).expiries(later + timedelta(days=2 * 365))}

    assert ("former_intermediate", FIRST) in told
    assert told["intermediate", ""] > told["former_intermediate", FIRST]
    assert ("former_tsa", "tsa") not in told  # it has run out, another took its place
    assert told["tsa", ""] == later + timedelta(days=5 * 365), renewed_tsa
    assert "former_intermediate" not in after


def test_nothing_outlives_what_vouches_for_it(folder: Path) -> None:
    late = BEFORE + timedelta(days=14 * 365 + 300)
    add_seal(folder, OFFICE, late)
    first = x509.load_pem_x509_certificate((folder / "certificates" / f"{FIRST}.pem").read_bytes())

    seal = Authority(folder).seal(OFFICE, late).certificate

    assert seal.not_valid_after_utc == first.not_valid_after_utc


def test_a_former_authority_whose_key_is_gone_is_judged_by_the_list_in_the_file(
    folder: Path, opened: Callable[[], Case]
) -> None:
    case = opened()
    for name in SIGNERS:
        case.sign(name)
    case.seal()
    renew_intermediate(folder, case.clock.now)
    (folder / "keys" / f"{FIRST}.pem").unlink()
    again = opened()
    again.document, again.signatures, again.archived = case.document, case.signatures, case.archived
    again.revision_hashes, again.clock.now = case.revision_hashes, case.clock.now

    assert set(again.engine.crl({})["lists"]) == {"root", "intermediate-" + case.clock.now.strftime("%Y%m%d%H%M%S")}
    assert again.verify()["accepted"]


def test_an_evidence_package_verifies_with_authorities_of_both(folder: Path, opened: Callable[[], Case]) -> None:
    case = opened()
    signed_by_both(case, folder)

    packed = package_of(case)
    judged = verify_file(packed, Authority(folder).root_der, case.clock)

    assert judged.accepted, json.dumps(judged.as_json(), ensure_ascii=False)
    names = set(zipfile.ZipFile(BytesIO(packed)).namelist())
    assert {"certificates/issuing-1.cer", "lists/issuing-1.crl"} <= names


def test_trust_for_strangers_files_names_both(folder: Path) -> None:
    now: datetime = START
    renew_intermediate(folder, now)

    trust = Trust.of(Authority(folder), now)

    assert (len(trust.authorities), len(trust.lists)) == (2, 3)


def test_keys_of_the_next_authority_are_where_daily_keys_are(folder: Path, tmp_path: Path) -> None:
    store = FileKeyStore(tmp_path / "elsewhere")

    renewed = renew_intermediate(folder, START, keys=store)

    assert (tmp_path / "elsewhere" / f"{renewed}.pem").exists()
    assert not (folder / "keys" / f"{renewed}.pem").exists()
