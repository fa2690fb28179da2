"""The small adapters over their real libraries: passwords, tokens, settings, and the engine's refusals."""

import base64
import datetime as dt
import hashlib
import struct
from pathlib import Path
from typing import Any

import pytest

from services.common.kit.errors import DomainError, Unavailable
from services.common.kit.fields import FieldCipher
from services.common.kit.settings import ProcessSettings, SettingMissing
from services.identity.adapters.faces import EmbeddedFaces
from services.identity.adapters.passwords import Argon2Passwords
from services.identity.adapters.tencent_faceid import TencentFaceId
from services.identity.adapters.vault import Vault
from services.identity.application.face_ports import UnusablePicture
from services.identity.config import FaceEngineConfig, IdentityConfig
from services.identity.domain.account import SharedMobile
from services.identity.wiring import face_provider_of
from tests.unit.identity.world import ACCESS_KEY, PROOF_KEY, refused


def off_loop(work: Any, *arguments: Any) -> Any:
    return work(*arguments)


@pytest.fixture(scope="module")
def passwords() -> Argon2Passwords:
    return Argon2Passwords(off_loop)


def test_a_password_fits_its_own_argon2id_hash_only(passwords: Argon2Passwords) -> None:
    kept = passwords.hash("correct horse battery")

    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.fits(kept, "correct horse battery")
    assert not passwords.fits(kept, "correct horse batterz")
    assert kept != passwords.hash("correct horse battery")


def test_nobodys_password_never_fits_and_a_broken_hash_neither(passwords: Argon2Passwords) -> None:
    assert not passwords.fits(None, "the password of nobody")
    assert not passwords.fits("no hash", "anything")


def test_hashes_are_always_computed_where_the_wiring_says() -> None:
    asked = []

    def remember(work: Any, *arguments: Any) -> Any:
        asked.append(work)
        return work(*arguments)

    hasher = Argon2Passwords(remember)
    hasher.fits(hasher.hash("correct horse battery"), "x")
    hasher.fits(None, "x")

    assert len(asked) == 3


class RefusingEngines:
    def __init__(self, error: Exception | dict[str, Any]) -> None:
        self.error = error

    def run(self, job: str, args: dict[str, Any], timeout: float) -> dict[str, Any]:
        assert timeout < 15
        if isinstance(self.error, Exception):
            raise self.error
        return self.error


@pytest.mark.parametrize("code", ["identity.face_no_face", "identity.face_several", "identity.image_unreadable"])
def test_a_picture_without_use_is_the_pictures_fault(code: str) -> None:
    faces = EmbeddedFaces(RefusingEngines(DomainError(code)))

    with pytest.raises(UnusablePicture) as unusable:
        faces.read_frame(b"jpeg", "neutral", None)
    assert unusable.value.code == code


@pytest.mark.parametrize("code", ["engine.failed", "engine.unknown_job", "identity.face_template_invalid"])
def test_any_other_failure_of_the_engine_is_unavailable(code: str) -> None:
    with pytest.raises(Unavailable):
        EmbeddedFaces(RefusingEngines(DomainError(code))).read_card(b"jpeg")


def test_an_engine_that_does_not_answer_keeps_its_own_code() -> None:
    with refused("engine.busy"):
        EmbeddedFaces(RefusingEngines(Unavailable("engine.busy"))).read_card(b"jpeg")


@pytest.mark.parametrize(
    "other", [b"", b"short", struct.pack("<127f", *range(127)), struct.pack("<128f", *[0.0] * 127, float("nan"))]
)
def test_a_distance_to_what_is_no_template_is_never_guessed(other: bytes) -> None:
    template = struct.pack("<128f", *[0.0] * 126, 3.0, 4.0)
    faces = EmbeddedFaces(RefusingEngines({}))

    assert faces.distance(template, bytes(512)) == 5.0
    with refused("identity.face_engine_failed"):
        faces.distance(template, other)


def test_an_answer_without_template_is_never_guessed() -> None:
    with refused("identity.face_engine_failed"):
        EmbeddedFaces(RefusingEngines({"face_width": 1.0, "luminance": 1.0, "sharpness": 1.0})).read_card(b"jpeg")


def test_one_key_feeds_uses_that_cannot_stand_in_for_each_other() -> None:
    vault, other = (Vault(FieldCipher(key), key) for key in (b"a" * 32, b"b" * 32))

    assert vault.index("mobile", "x") != vault.index("login", "x")
    assert vault.index("mobile", "x") != other.index("mobile", "x")
    assert vault.mac("x") != other.mac("x")
    assert vault.cipher.open(vault.cipher.seal("x")) == "x"
    with refused("field.unreadable"):
        other.cipher.open(vault.cipher.seal("x"))


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "access").write_bytes(ACCESS_KEY)
    (tmp_path / "proof").write_bytes(PROOF_KEY)
    return {
        "GUOHU_FIELD_KEY": base64.b64encode(hashlib.sha256(b"field").digest()).decode(),
        "GUOHU_PERSON_KEY": base64.b64encode(hashlib.sha256(b"person").digest()).decode(),
        "GUOHU_ACCESS_TOKEN_KEY_FILE": str(tmp_path / "access"),
        "GUOHU_PROOF_KEY_FILE": str(tmp_path / "proof"),
    }


def settings(environ: dict[str, str], env: str = "local") -> ProcessSettings:
    return ProcessSettings.read("services.identity", "serve", {"GUOHU_ENV": env, **environ})


def test_the_defaults_are_those_decided(environ: dict[str, str]) -> None:
    rules = IdentityConfig.read(settings(environ)).rules

    assert (rules.shared_mobile, rules.counter_validity) == (SharedMobile.WARN, dt.timedelta(hours=24))
    assert rules.face_may_sign


@pytest.mark.parametrize(
    "name", ["GUOHU_FIELD_KEY", "GUOHU_PERSON_KEY", "GUOHU_ACCESS_TOKEN_KEY_FILE", "GUOHU_PROOF_KEY_FILE"]
)
def test_a_missing_key_is_named(environ: dict[str, str], name: str) -> None:
    del environ[name]

    with pytest.raises(SettingMissing, match=name):
        IdentityConfig.read(settings(environ))


def test_in_production_the_embedded_face_signs_only_if_allowed_on_purpose(environ: dict[str, str]) -> None:
    with pytest.raises(SettingMissing, match="GUOHU_FACE_MAY_SIGN"):
        IdentityConfig.read(settings(environ, "production"))

    for word, may in (("yes", True), ("no", False)):
        told = settings({**environ, "GUOHU_FACE_MAY_SIGN": word}, "production")
        assert IdentityConfig.read(told).rules.face_may_sign is may


TENCENT = {
    "GUOHU_FACE_PROVIDER": "tencent",
    "GUOHU_TENCENT_SECRET_ID": "AKIDx",
    "GUOHU_TENCENT_SECRET_KEY": "hush-hush",
    "GUOHU_TENCENT_RULE_ID": "1",
}


def test_with_a_provider_nothing_has_to_be_said_about_the_embedded_face(environ: dict[str, str]) -> None:
    config = IdentityConfig.read(settings({**environ, **TENCENT}, "production"))

    assert config.tencent is not None
    assert config.tencent.url.startswith("https://")
    assert isinstance(face_provider_of(config.tencent), TencentFaceId)
    assert "hush-hush" not in repr(config.tencent)


@pytest.mark.parametrize("name", [one for one in TENCENT if one != "GUOHU_FACE_PROVIDER"])
def test_a_provider_without_credentials_does_not_start_and_never_means_the_embedded_one(
    environ: dict[str, str], name: str
) -> None:
    with pytest.raises(SettingMissing, match=name):
        IdentityConfig.read(settings({**environ, **TENCENT, name: ""}))


@pytest.mark.parametrize("name", ["GUOHU_TENCENT_URL", "GUOHU_FACE_RETURN_URL"])
def test_in_production_a_provider_is_reached_by_https_alone(environ: dict[str, str], name: str) -> None:
    with pytest.raises(SettingMissing, match=name):
        IdentityConfig.read(settings({**environ, **TENCENT, name: "http://provider.test"}, "production"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GUOHU_COUNTER_CHECK_HOURS", "169"),
        ("GUOHU_COUNTER_CHECK_HOURS", "0"),
        ("GUOHU_FACE_MAY_SIGN", "maybe"),
        ("GUOHU_SHARED_MOBILE", "x"),
    ],
)
def test_a_setting_out_of_bounds_is_named(environ: dict[str, str], name: str, value: str) -> None:
    with pytest.raises(SettingMissing, match=name):
        IdentityConfig.read(settings({**environ, name: value}))


def test_the_worker_must_be_told_where_the_face_libraries_are(environ: dict[str, str]) -> None:
    with pytest.raises(SettingMissing, match="GUOHU_FACE_PYTHON"):
        FaceEngineConfig.read(settings(environ))
