"""A platform whose keys lie in a PKCS#11 token signs, seals and is verified like one with keys in files."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from shutil import which

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from services.signing.adapters.engine.appearance import Appearances
from services.signing.adapters.engine.authority import Authority
from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.jobs import Engine
from services.signing.adapters.engine.keys import FileKeyStore, KeyStore, key_store
from services.signing.adapters.engine.platform_folder import add_seal, create_platform
from services.signing.adapters.engine.renewal import renew_intermediate, renew_tsa
from services.signing.adapters.engine.timestamping import PlatformTimeStamper
from tests.adapters.signing.conftest import START, Case, SteppingClock
from tests.adapters.signing.sample import OFFICE, SIGNERS

pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed")
MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
URI = f"pkcs11:token=guohu?module-path={MODULE}"
PIN = "123456"
DIGEST = sha256(b"what is signed").digest()


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyStore]:
    """A fresh token."""
    if which("softhsm2-util") is None or not MODULE.exists():
        pytest.skip("softhsm2 is not installed")
    folder = tmp_path_factory.mktemp("softhsm")
    settings = folder / "softhsm2.conf"
    (folder / "tokens").mkdir()
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(settings))
        command = ["softhsm2-util", "--init-token", "--free", "--label", "guohu", "--pin", PIN, "--so-pin", "87654321"]
        subprocess.run(command, check=True, capture_output=True)
        yield key_store(URI, folder, PIN)


@pytest.fixture(params=["file", "token"])
def keys(request: pytest.FixtureRequest, tmp_path: Path) -> KeyStore:
    found: KeyStore = FileKeyStore(tmp_path, PIN) if request.param == "file" else request.getfixturevalue("token")
    return found


def test_a_key_that_was_made_signs_what_its_public_half_verifies(keys: KeyStore) -> None:
    keys.create("one", "p256")
    keys.create("two", "p384")

    for key_id, digest, algorithm in (
        ("one", DIGEST, hashes.SHA256()),
        ("two", DIGEST + DIGEST[:16], hashes.SHA384()),
    ):
        signed = keys.sign_digest(key_id, digest)
        keys.public_key(key_id).verify(signed, digest, ec.ECDSA(utils.Prehashed(algorithm)))


def test_a_key_is_never_made_over_another_and_a_missing_one_is_named(keys: KeyStore) -> None:
    keys.create("once", "p256")
    before = keys.public_key("once").public_numbers()

    with pytest.raises(EngineError, match="key_exists"):
        keys.create("once", "p256")
    assert keys.public_key("once").public_numbers() == before
    for ask in (lambda: keys.sign_digest("never", DIGEST), lambda: keys.public_key("never")):
        with pytest.raises(EngineError, match="key_missing"):
            ask()


def test_four_signatures_seal_and_time_stamps_by_keys_in_a_token_are_accepted(
    token: KeyStore, tmp_path: Path, appearances: Appearances
) -> None:
    folder, clock = tmp_path / "pki", SteppingClock()
    create_platform(folder, "测试平台", START - timedelta(days=1), keys=token)
    add_seal(folder, OFFICE, START - timedelta(days=1), keys=token)
    authority = Authority(folder, keys=token)
    case = Case(Engine(authority, appearances, PlatformTimeStamper(authority.tsa_credential, clock), clock), clock)

    case.sign(SIGNERS[0])
    for renew in (renew_intermediate, renew_tsa):  # the next ones have their keys there too
        renew(folder, clock.now, keys=token)
    for name in SIGNERS[1:]:
        case.sign(name)
    case.seal()

    assert case.verify()["accepted"]
    assert not (folder / "keys").exists()


@pytest.mark.parametrize(
    "uri",
    ["pkcs11:token=elsewhere?module-path=/usr/lib/softhsm/libsofthsm2.so", "pkcs11:token=a?module-path=/nowhere.so"],
)
def test_a_token_that_is_away_is_an_outage_and_not_a_missing_key(token: KeyStore, uri: str, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="keys_unavailable"):
        key_store(uri, tmp_path, PIN).sign_digest("one", DIGEST)


@pytest.mark.parametrize("uri", ["pkcs11:", "pkcs11:token=guohu", "hsm"])
def test_a_setting_that_names_no_token_is_refused(uri: str, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="keys_setting_invalid"):
        key_store(uri, tmp_path, PIN)
