"""Assertions, tokens, links, sealed fields and settings: forged, expired, foreign, missing."""

from __future__ import annotations

import base64
import datetime as dt
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from services.common.kit import tokens
from services.common.kit.actors import KEEP, ActorReader, ActorSigner
from services.common.kit.calls import Actor, ActorKind, Call, new_id, service_call
from services.common.kit.errors import DomainError, Forbidden, InvalidValue, Kind, NotAuthenticated, NotFound
from services.common.kit.fields import FieldCipher, blind_index
from services.common.kit.objects import Links, Objects
from services.common.kit.settings import Environment, FieldKeys, PartnerSettings, ProcessSettings, SettingMissing
from services.common.kit.stores import open_store

MINUTE = dt.timedelta(minutes=1)
PERSON = Actor(ActorKind.PERSON, "p-" + "a" * 26, session="s1")


def private_pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_pem(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, Ed25519PrivateKey]:
    """Keys of three issuers; the public halves lie in `keys/`."""
    (tmp_path / "keys").mkdir()
    made = {name: Ed25519PrivateKey.generate() for name in ("gateway", "contract", "signing")}
    for name, key in made.items():
        (tmp_path / "keys" / f"{name}.pub").write_bytes(public_pem(key))
    return made


@pytest.fixture
def reader(tmp_path: Path, keys: dict[str, Ed25519PrivateKey]) -> ActorReader:
    assert keys
    return ActorReader.from_folder(tmp_path / "keys")


def test_gateway_speaks_for_a_person_and_a_service_for_itself(
    keys: dict[str, Ed25519PrivateKey], reader: ActorReader
) -> None:
    service = Actor(ActorKind.SERVICE, "contract", on_behalf_of=PERSON.id)

    assert reader.read(ActorSigner("gateway", keys["gateway"]).sign(PERSON)) == PERSON
    assert reader.read(ActorSigner("contract", keys["contract"]).sign(service)) == service


@pytest.mark.parametrize(
    "actor", [PERSON, Actor(ActorKind.SERVICE, "signing"), Actor(ActorKind.STAFF, "anna", ("REVIEWER",))]
)
def test_service_cannot_speak_for_anybody_else(
    keys: dict[str, Ed25519PrivateKey], reader: ActorReader, actor: Actor
) -> None:
    with pytest.raises(NotAuthenticated) as refusal:
        reader.read(ActorSigner("contract", keys["contract"]).sign(actor))

    assert refusal.value.code == "actor.assertion_invalid"


def test_assertion_signed_with_another_issuers_key_is_refused(
    keys: dict[str, Ed25519PrivateKey], reader: ActorReader
) -> None:
    with pytest.raises(NotAuthenticated):
        reader.read(ActorSigner("gateway", keys["contract"]).sign(PERSON))


def test_assertion_expires_also_for_a_reader_that_has_seen_it(
    keys: dict[str, Ed25519PrivateKey], reader: ActorReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = ActorSigner("gateway", keys["gateway"]).sign(PERSON)
    reader.read(token)
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)

    with pytest.raises(NotAuthenticated) as refusal:
        reader.read(token)

    assert refusal.value.code == "actor.assertion_expired"


def test_assertion_is_signed_anew_before_it_could_expire_under_way(
    keys: dict[str, Ed25519PrivateKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    signer, begun = ActorSigner("gateway", keys["gateway"]), time.time()
    first = signer.sign(PERSON)
    assert signer.sign(PERSON) == first

    monkeypatch.setattr(time, "time", lambda: begun + 31)

    assert signer.sign(PERSON) != first


def test_memory_for_assertions_is_bounded(keys: dict[str, Ed25519PrivateKey], reader: ActorReader) -> None:
    signer = ActorSigner("gateway", keys["gateway"])
    for number in range(KEEP + 10):
        signer._kept[Actor(ActorKind.PERSON, str(number))] = (0.0, "")

    reader.read(signer.sign(PERSON))

    assert len(signer._kept) == KEEP


def test_key_of_another_kind_is_refused_when_the_process_starts() -> None:
    rsa = generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    with pytest.raises(TypeError):
        ActorSigner.from_pem("gateway", rsa)


def test_actor_requirements() -> None:
    reviewer = Actor(ActorKind.STAFF, "anna", ("REVIEWER",))
    reviewer.require_role("REVIEWER", "CHIEF")
    Actor(ActorKind.SERVICE, "contract").require_service("contract")

    for refused, error in (
        (lambda: reviewer.require_role("CHIEF"), Forbidden),
        (lambda: PERSON.require_role("REVIEWER"), NotAuthenticated),
        (lambda: PERSON.require_service("contract"), Forbidden),
        (lambda: Actor(ActorKind.PERSON, "contract").require_service("contract"), Forbidden),
        (lambda: reviewer.person_id, NotAuthenticated),
    ):
        with pytest.raises(error):
            refused()


def test_call_has_no_time_left_after_its_deadline() -> None:
    assert Call(PERSON, "c", deadline=time.time() - 5).remaining == 0
    assert 4 < service_call("contract", seconds=5).remaining <= 5


def test_ids_are_distinct_and_sort_by_time() -> None:
    ids = [new_id() for _ in range(1000)]

    assert len(set(ids)) == 1000
    assert all(len(one) == 32 for one in ids)
    assert [one[:12] for one in ids] == sorted(one[:12] for one in ids)


def test_token_is_read_by_its_audience_alone(keys: dict[str, Ed25519PrivateKey]) -> None:
    token = tokens.sign(
        {"aud": "signing", "sub": "x"}, private_pem(keys["gateway"]), lifetime=MINUTE, now=dt.datetime.now(dt.UTC)
    )

    assert tokens.verify(token, public_pem(keys["gateway"]), audience="signing")["sub"] == "x"
    for public, audience in ((public_pem(keys["gateway"]), "contract"), (public_pem(keys["contract"]), "signing")):
        with pytest.raises(NotAuthenticated) as refusal:
            tokens.verify(token, public, audience=audience)
        assert refusal.value.code == "token.invalid"


def test_token_expires_with_a_few_seconds_of_grace(keys: dict[str, Ed25519PrivateKey]) -> None:
    def token(age: int) -> str:
        issued = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=age)
        return tokens.sign({"aud": "x"}, private_pem(keys["gateway"]), lifetime=MINUTE, now=issued)

    tokens.verify(token(61), public_pem(keys["gateway"]), audience="x")
    with pytest.raises(NotAuthenticated) as refusal:
        tokens.verify(token(70), public_pem(keys["gateway"]), audience="x")

    assert refusal.value.code == "token.expired"


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 5000, "eyJhbGciOiJub25lIn0.eyJhdWQiOiJ4In0."])
def test_text_that_is_no_token_is_refused(keys: dict[str, Ed25519PrivateKey], token: str) -> None:
    with pytest.raises(NotAuthenticated):
        tokens.verify(token, public_pem(keys["gateway"]), audience="x")


@pytest.fixture
def stored(tmp_path: Path, keys: dict[str, Ed25519PrivateKey]) -> tuple[Objects, Links]:
    """A service's objects and the gateway's half of its links."""
    store = open_store(f"file:{tmp_path / 'objects'}")
    return Objects(store, "contract", private_pem(keys["contract"])), Links(store, tmp_path / "keys")


def test_link_gives_size_hash_and_bytes(stored: tuple[Objects, Links]) -> None:
    objects, links = stored
    sha256 = objects.put("contract/a/b.pdf", b"x" * 100_000)

    size, hashed, chunks = links.open_link(objects.link("contract/a/b.pdf"))

    assert (size, hashed, b"".join(chunks)) == (100_000, sha256, b"x" * 100_000)


def test_expired_link_is_refused(stored: tuple[Objects, Links]) -> None:
    objects, links = stored
    objects.put("contract/a.pdf", b"x")

    with pytest.raises(NotAuthenticated) as refusal:
        links.open_link(objects.link("contract/a.pdf", dt.timedelta(seconds=-10)))

    assert refusal.value.code == "token.expired"


@pytest.mark.parametrize("issuer", ["signing", "stranger"])
def test_link_forged_in_anothers_name_is_refused(
    stored: tuple[Objects, Links], keys: dict[str, Ed25519PrivateKey], issuer: str
) -> None:
    objects, links = stored
    objects.put("contract/a.pdf", b"x")
    claims = {"iss": issuer, "aud": "gateway-download", "key": "contract/a.pdf"}

    for key in (keys["contract"], Ed25519PrivateKey.generate()):
        with pytest.raises(DomainError) as refusal:
            links.open_link(tokens.sign(claims, private_pem(key), lifetime=MINUTE, now=dt.datetime.now(dt.UTC)))
        assert refusal.value.kind is Kind.UNAUTHENTICATED


def test_token_made_for_something_else_is_no_link(
    stored: tuple[Objects, Links], keys: dict[str, Ed25519PrivateKey]
) -> None:
    objects, links = stored
    objects.put("contract/a.pdf", b"x")
    claims = {"iss": "contract", "aud": "signing", "key": "contract/a.pdf"}

    with pytest.raises(DomainError) as refusal:
        links.open_link(
            tokens.sign(claims, private_pem(keys["contract"]), lifetime=MINUTE, now=dt.datetime.now(dt.UTC))
        )

    assert refusal.value.kind is Kind.UNAUTHENTICATED


def test_link_to_nothing_is_not_found(stored: tuple[Objects, Links]) -> None:
    objects, links = stored

    with pytest.raises(NotFound):
        links.open_link(objects.link("contract/nothing.pdf"))


@pytest.mark.parametrize(
    "key",
    [
        "",
        "contract",
        "/etc/passwd",
        "contract/../x",
        "contract/..",
        "Contract/x",
        "contract/a b",
        "contract/x\n",
        "contract//x",
        "../x",
    ],
)
def test_key_that_could_leave_its_place_is_refused(stored: tuple[Objects, Links], key: str) -> None:
    objects, _ = stored

    for use in (objects.get, objects.stat, objects.delete, objects.link, lambda one: objects.put(one, b"x")):
        with pytest.raises(InvalidValue):
            use(key)


def test_object_is_replaced_whole_and_deleted_once_and_again(stored: tuple[Objects, Links], tmp_path: Path) -> None:
    objects, _ = stored
    objects.put("contract/a.pdf", b"first")
    objects.put("contract/a.pdf", b"second")
    assert objects.get("contract/a.pdf") == b"second"

    objects.delete("contract/a.pdf")
    objects.delete("contract/a.pdf")

    with pytest.raises(NotFound):
        objects.get("contract/a.pdf")
    assert list((tmp_path / "objects" / "contract").iterdir()) == []


def test_sealed_field_opens_with_its_key_alone_and_shows_nothing() -> None:
    cipher = FieldCipher(b"1" * 32)
    sealed = cipher.seal("测试甲")

    assert cipher.open(sealed) == "测试甲"
    assert cipher.seal("测试甲") != sealed
    for broken in (sealed[:-4] + "AAAA", "0" * 8 + sealed[8:], "", "x:y", sealed.replace(":", ";")):
        with pytest.raises(DomainError) as refusal:
            cipher.open(broken)
        assert refusal.value.code == "field.unreadable"
    with pytest.raises(DomainError):
        FieldCipher(b"2" * 32).open(sealed)


def test_rotated_key_still_opens_old_fields_and_seals_new_ones() -> None:
    old, rotated = FieldCipher(b"1" * 32), FieldCipher(b"2" * 32, b"1" * 32)

    assert rotated.open(old.seal("x")) == "x"
    assert FieldCipher(b"2" * 32).open(rotated.seal("y")) == "y"


def b64(letter: bytes) -> str:
    return base64.b64encode(letter * 32).decode()


def test_field_keys_are_told_by_three_settings_and_what_was_hashed_before_stays_under_the_first() -> None:
    alone = {"GUOHU_FIELD_KEY": b64(b"1")}
    changing = {"GUOHU_FIELD_KEY": b64(b"2"), "GUOHU_FIELD_KEY_FORMER": b64(b"1"), "GUOHU_INDEX_KEY": b64(b"0")}

    assert FieldKeys.read(Environment(alone)) == FieldKeys(b"1" * 32, None, b"1" * 32)
    assert FieldKeys.read(Environment(changing)) == FieldKeys(b"2" * 32, b"1" * 32, b"0" * 32)
    assert FieldKeys.read(Environment(alone | {"GUOHU_FIELD_KEY_FORMER": ""})).former is None
    assert "1111" not in repr(FieldKeys.read(Environment(changing)))
    old = FieldCipher.of(FieldKeys(b"1" * 32)).seal("x")
    assert FieldCipher.of(FieldKeys.read(Environment(changing))).open(old) == "x"
    with pytest.raises(DomainError):
        FieldCipher.of(FieldKeys.read(Environment({"GUOHU_FIELD_KEY": b64(b"2")}))).open(old)


def test_a_key_is_not_changed_without_the_key_of_what_was_hashed() -> None:
    with pytest.raises(SettingMissing, match="GUOHU_INDEX_KEY"):
        FieldKeys.read(Environment({"GUOHU_FIELD_KEY": b64(b"2"), "GUOHU_FIELD_KEY_FORMER": b64(b"1")}))


PARTNER = {"GUOHU_BANK_URL": "http://bank.example", "GUOHU_BANK_KEY_ID": "guohu", "GUOHU_BANK_KEY": b64(b"k")}


def test_in_production_a_partner_is_reached_by_https_alone() -> None:
    production = PARTNER | {"GUOHU_ENV": "production"}
    with pytest.raises(SettingMissing, match="GUOHU_BANK_URL"):
        PartnerSettings.read(Environment(production), "GUOHU_BANK")

    for told in (PARTNER, PARTNER | {"GUOHU_ENV": "local"}, production | {"GUOHU_BANK_URL": "https://bank.example"}):
        read = PartnerSettings.read(Environment(told), "GUOHU_BANK")
        assert read is not None
        assert read.url == told["GUOHU_BANK_URL"]
    for nonsense in ("bank.example", "ftp://bank.example", "file:///etc/passwd"):
        with pytest.raises(SettingMissing, match="GUOHU_BANK_URL"):
            PartnerSettings.read(Environment(PARTNER | {"GUOHU_BANK_URL": nonsense}), "GUOHU_BANK")


def test_blind_index_is_equal_for_equal_texts_under_one_key() -> None:
    assert blind_index("a", b"k") == blind_index("a", b"k")
    assert len({blind_index("a", b"k"), blind_index("b", b"k"), blind_index("a", b"j")}) == 3


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (None, lambda one: one.text("X")),
        ("", lambda one: one.text("X")),
        ("ten", lambda one: one.number("X")),
        ("/no/such/file", lambda one: one.path("X")),
        ("/no/such/file", lambda one: one.pem("X")),
        ("not base64!", lambda one: one.key("X")),
        (base64.b64encode(b"short").decode(), lambda one: one.key("X")),
    ],
)
def test_unusable_setting_is_named_and_not_shown(value: str | None, read: object) -> None:
    with pytest.raises(SettingMissing) as refusal:
        read(Environment({} if value is None else {"X": value}))  # type: ignore[operator]

    assert "X" in str(refusal.value)
    assert not value or value not in str(refusal.value)


def test_a_key_of_hardly_any_different_bytes_is_refused_in_production_only() -> None:
    made_up = base64.b64encode(b"0123" * 8).decode()
    environ = {"GUOHU_ENV": "production", "GUOHU_FIELD_KEY": made_up}

    with pytest.raises(SettingMissing) as refusal:
        ProcessSettings.read("services.contract", "serve", environ)

    assert "GUOHU_FIELD_KEY" in str(refusal.value)
    assert made_up not in str(refusal.value)
    real = base64.b64encode(bytes(range(32))).decode()
    assert ProcessSettings.read("services.contract", "serve", environ | {"GUOHU_FIELD_KEY": real}).env == "production"
    assert ProcessSettings.read("services.contract", "serve", environ | {"GUOHU_ENV": "test"}).env == "test"


def test_default_secret_is_refused_in_production_only() -> None:
    environ = {"GUOHU_ENV": "production", "GUOHU_AMQP_URL": "amqp://guest:guest@broker//"}

    with pytest.raises(SettingMissing) as refusal:
        ProcessSettings.read("services.contract", "serve", environ)

    assert "GUOHU_AMQP_URL" in str(refusal.value)
    assert ProcessSettings.read("services.contract", "serve", environ | {"GUOHU_ENV": "test"}).service == "contract"


def test_secret_is_read_from_the_file_that_the_variable_with_file_names(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("amqp://one\n")

    environment = Environment({"X_FILE": str(tmp_path / "url")})

    assert environment.text("X") == environment.text("X", "default") == "amqp://one"
    assert Environment({"X": "said", "X_FILE": str(tmp_path / "url")}).text("X") == "said"


def test_secret_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingMissing, match="X_FILE"):
        Environment({"X_FILE": str(tmp_path / "none")}).text("X", "default")


def test_default_secret_in_a_file_is_refused_in_production(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("amqp://guest:guest@broker//")
    environ = {"GUOHU_ENV": "production", "GUOHU_AMQP_URL_FILE": str(tmp_path / "url")}

    with pytest.raises(SettingMissing, match="GUOHU_AMQP_URL_FILE"):
        ProcessSettings.read("services.contract", "serve", environ)
