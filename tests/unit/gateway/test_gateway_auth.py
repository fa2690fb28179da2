"""Who asks: access tokens, and the hash of where a request comes from."""

from __future__ import annotations

import datetime as dt
import ipaddress
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gateway.auth import NOBODY, Authenticator, Sources
from gateway.config import GatewaySettings
from gateway.limits import Pace, Paces
from services.common.kit import tokens
from services.common.kit.calls import ActorKind
from services.common.kit.errors import NotAuthenticated
from services.common.kit.settings import Environment, SettingMissing
from tests.unit.gateway.fakes import PERSON, Browser, FakeBus, Keys


def test_token_becomes_an_actor_with_roles_office_and_session(keys: Keys) -> None:
    token = keys.token("STAFF", sub="staff-7", sid="s-9", roles=["REVIEWER"], office="hs-01")

    actor = Authenticator(keys.public).actor(f"Bearer {token}")

    assert (actor.kind, actor.id, actor.roles, actor.office, actor.session) == (
        ActorKind.STAFF,
        "staff-7",
        ("REVIEWER",),
        "hs-01",
        "s-9",
    )


def test_no_header_is_nobody(keys: Keys) -> None:
    assert Authenticator(keys.public).actor(None) is NOBODY


@pytest.mark.parametrize(
    "claims",
    [
        {"kind": "SERVICE"},
        {"kind": "ANONYMOUS"},
        {"kind": None},
        {"sub": ""},
        {"aud": "contract"},
        {"roles": "REVIEWER"},
    ],
)
def test_token_with_other_claims_is_refused(claims: dict[str, Any], keys: Keys) -> None:
    kind = claims.pop("kind", "PERSON")

    with pytest.raises(NotAuthenticated):
        Authenticator(keys.public).actor(f"Bearer {keys.token(kind, **claims)}")


def test_token_of_another_key_is_refused(keys: Keys) -> None:
    key = Ed25519PrivateKey.generate()
    forger = Keys(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), b"")

    with pytest.raises(NotAuthenticated, match=r"token\.invalid"):
        Authenticator(keys.public).actor(f"Bearer {forger.token()}")


def test_expired_token_says_so(keys: Keys) -> None:
    before = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    claims = {"sub": PERSON, "sid": "s", "kind": "PERSON", "roles": [], "aud": "gateway"}
    token = tokens.sign(claims, keys.private, lifetime=dt.timedelta(minutes=15), now=before)

    with pytest.raises(NotAuthenticated, match=r"token\.expired"):
        Authenticator(keys.public).actor(f"Bearer {token}")


@pytest.mark.parametrize(
    "header", ["Basic abc", "Bearer", "Bearer ", "Bearer a.b", "Bearer " + "x" * 5000, "Bearer é", "x"]
)
def test_odd_header_is_401_and_never_500(header: str, browser: Browser, bus: FakeBus) -> None:
    response = browser.send("GET", "/v1/cities", who="nobody", headers={"Authorization": header})

    assert response.status_code == 401
    assert not bus.asked


def test_actor_and_session_travel_with_the_question(browser: Browser, bus: FakeBus) -> None:
    browser.send("GET", "/v1/cases")

    assert (bus.last.call.actor.id, bus.last.call.actor.session) == (PERSON, "s-1")
    assert bus.last.request_id is None
    assert bus.last.call.remaining > 0


PROXIES = (ipaddress.ip_network("10.0.0.0/8"),)


def test_forwarded_address_is_believed_from_trusted_proxies_only() -> None:
    sources = Sources(b"k" * 32, PROXIES)
    client = sources.of("198.51.100.7", "")

    assert sources.of("10.1.2.3", "198.51.100.7") == client
    assert sources.of("10.1.2.3", "203.0.113.9, 198.51.100.7, 10.9.9.9") == client
    assert sources.of("198.51.100.7", "203.0.113.9") == client


def test_one_home_network_is_one_source() -> None:
    sources = Sources(b"k" * 32)

    assert sources.of("2001:db8::1", "") == sources.of("2001:db8::ffff", "") != sources.of("2001:db8:0:1::1", "")
    assert sources.of("::ffff:198.51.100.7", "") == sources.of("198.51.100.7", "")
    assert sources.of("not an address", "") == sources.of("", "")


def test_hash_depends_on_the_key() -> None:
    assert Sources(b"a" * 32).of("198.51.100.7", "") != Sources(b"b" * 32).of("198.51.100.7", "")


def environment(tmp_path: Any, **changed: str) -> Environment:
    (tmp_path / "key").write_bytes(b"pem")
    return Environment(
        {
            "GUOHU_HTTP_PORT": "8080",
            "GUOHU_PUBLIC_URL": "https://guohu.example",
            "GUOHU_ACCESS_TOKEN_PUBLIC_KEY_FILE": str(tmp_path / "key"),
            "GUOHU_ACTOR_KEY_FILE": str(tmp_path / "key"),
            **changed,
        }
    )


def test_settings_are_read_with_limits_and_proxies(tmp_path: Any) -> None:
    settings = GatewaySettings.read(
        environment(tmp_path, GUOHU_TRUSTED_PROXIES="10.0.0.0/8, 192.168.1.1", GUOHU_MAX_WORKERS="9")
    )

    assert (settings.secure, settings.max_workers, len(settings.trusted_proxies), settings.host) == (
        True,
        9,
        2,
        "127.0.0.1",
    )


@pytest.mark.parametrize("name", ["GUOHU_HTTP_PORT", "GUOHU_PUBLIC_URL", "GUOHU_ACCESS_TOKEN_PUBLIC_KEY_FILE"])
def test_missing_setting_is_named(name: str, tmp_path: Any) -> None:
    with pytest.raises(SettingMissing, match=name):
        GatewaySettings.read(environment(tmp_path, **{name: ""}))


def test_wrong_proxy_list_is_named(tmp_path: Any) -> None:
    with pytest.raises(SettingMissing, match="GUOHU_TRUSTED_PROXIES"):
        GatewaySettings.read(environment(tmp_path, GUOHU_TRUSTED_PROXIES="everyone"))


def test_allowances_and_origins_are_read_and_can_be_off(tmp_path: Any) -> None:
    settings = GatewaySettings.read(
        environment(
            tmp_path, GUOHU_RATE_PER_ACCOUNT="off", GUOHU_CORS_ORIGINS="https://a.example, https://b.example:8443"
        )
    )

    assert settings.paces == Paces(source=Pace(1200, 60), anonymous=Pace(300, 60), account=None)
    assert settings.cors.origins == {"https://a.example", "https://b.example:8443"}


@pytest.mark.parametrize(
    ("name", "text"), [("GUOHU_RATE_PER_SOURCE", "fast"), ("GUOHU_RATE_ANONYMOUS", "1"), ("GUOHU_CORS_ORIGINS", "*")]
)
def test_wrong_allowance_or_origin_is_named(name: str, text: str, tmp_path: Any) -> None:
    with pytest.raises(SettingMissing, match=name):
        GatewaySettings.read(environment(tmp_path, **{name: text}))


def test_trusted_proxy_brings_everybodys_connections_and_is_not_counted() -> None:
    sources = Sources(b"k" * 32, PROXIES)

    assert sources.connected("10.1.2.3") == ""
    assert sources.connected("2001:db8::1") == sources.connected("2001:db8::2") != ""
