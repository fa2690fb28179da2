"""Settings are read once and fail loudly; production starts neither with plain keys nor with a platform made on the spot."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.common.kit.settings import Environment, SettingMissing
from services.signing.config import ServiceSettings, WorkerSettings

WORKER = {"GUOHU_PKI": "/keys", "GUOHU_PKI_PASSPHRASE": "told"}


def without(values: dict[str, str], name: str) -> Environment:
    return Environment({key: value for key, value in values.items() if key != name})


@pytest.mark.parametrize("name", WORKER)
def test_a_worker_in_production_names_what_it_misses(name: str) -> None:
    with pytest.raises(SettingMissing, match=name):
        WorkerSettings.read(without(WORKER, name), "production")


def test_only_outside_production_keys_may_be_plain_and_a_platform_is_made() -> None:
    local = WorkerSettings.read(without(WORKER, "GUOHU_PKI_PASSPHRASE"), "local")
    production = WorkerSettings.read(Environment(WORKER), "production")

    assert (local.makes_platform, local.engine) == (
        True,
        {"pki": "/keys", "keys": "file", "key_passphrase": None},
    )
    assert (production.makes_platform, production.engine) == (
        False,
        {"pki": "/keys", "keys": "file", "key_passphrase": "told"},
    )


def test_a_platform_in_a_token_is_founded_by_its_keeper_everywhere() -> None:
    token = "pkcs11:token=guohu?module-path=/usr/lib/softhsm/libsofthsm2.so"
    local = WorkerSettings.read(Environment(WORKER | {"GUOHU_PKI_KEYS": token}), "local")

    assert (local.makes_platform, local.engine["keys"]) == (False, token)


def test_the_service_names_what_it_misses_and_needs_no_signing_key(tmp_path: Path) -> None:
    public = tmp_path / "proof.pub"
    public.write_bytes(b"pem")
    values = {
        "GUOHU_PROOF_PUBLIC_KEY_FILE": str(public),
        "GUOHU_PUBLIC_URL": "https://guohu.example.test/",
    }

    assert ServiceSettings.read(Environment(values)).public_url == "https://guohu.example.test"
    for name in values:
        with pytest.raises(SettingMissing, match=name):
            ServiceSettings.read(without(values, name))
