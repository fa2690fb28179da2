"""A small world for use cases: a clock one moves, generated people, real tokens and boxes, faces told what to see."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from stdnum.cn import ric

from services.common.kit.calls import Actor, ActorKind, Call
from services.common.kit.errors import DomainError, InvalidValue
from services.common.kit.fields import FieldCipher
from services.common.messages import identity as messages
from services.common.values import IdNumber, Mobile, PersonId, PersonName
from services.identity.adapters.bank_cards import EmbeddedBankCards
from services.identity.adapters.boxes import X25519Boxes
from services.identity.adapters.tokens import SignedTokens
from services.identity.adapters.vault import Vault
from services.identity.application.add_staff import add_staff
from services.identity.application.face_ports import FaceProvider
from services.identity.application.means import Means, Rules
from services.identity.application.ports import BankCards, NameVerdict
from services.identity.application.record_consent import record_consent
from services.identity.application.register import register
from services.identity.application.request_sms_code import request_sms_code
from services.identity.domain.captcha import Captcha
from services.identity.domain.erasure import Ties
from tests.unit.identity.fakes import MemoryStore

NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
PERSON_KEY = b"p" * 32
TOTP_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # noqa: S105 - RFC 6238's test secret
PASSWORD = "correct horse battery"  # noqa: S105
TEXT_HASH = "ab" * 32


def id_number(sequence: int = 1, born: str = "19800101") -> IdNumber:
    """A number nobody has: region 420202, the sequence made to fit."""
    stem = f"420202{born}{sequence:03d}"
    return IdNumber(stem + ric.calc_check_digit(stem + "0"))


def person_id_of(number: IdNumber) -> PersonId:
    return PersonId.of(number, PERSON_KEY)


def pem_pair() -> tuple[bytes, bytes]:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


ACCESS_KEY, ACCESS_PUBLIC = pem_pair()
PROOF_KEY, PROOF_PUBLIC = pem_pair()


def call(actor: Actor) -> Call:
    return Call(actor, "correlation", "request")


def anonymous() -> Call:
    return call(Actor(ActorKind.ANONYMOUS, "visitor"))


def as_person(person_id: PersonId, session: str = "") -> Call:
    return call(Actor(ActorKind.PERSON, str(person_id), session=session))


def as_staff(staff_id: str, *roles: str, office: str = "huangshi-1") -> Call:
    return call(Actor(ActorKind.STAFF, staff_id, roles, office))


def as_service(name: str) -> Call:
    return call(Actor(ActorKind.SERVICE, name))


class PlainPasswords:
    """Hashes nothing, so that tests are fast; remembers whether a stranger cost the same work."""

    def __init__(self) -> None:
        self.checked = 0
        self.meanwhile: Callable[[], object] = lambda: None

    def hash(self, password: str) -> str:
        return f"hashed {password}"

    def fits(self, kept: str | None, password: str) -> bool:
        self.checked += 1
        self.meanwhile()
        return kept == f"hashed {password}"


@dataclass
class ToldWechat:
    """WeChat as told: codes it knows and whose they are."""

    openids: dict[str, str] = field(default_factory=dict)

    def openid(self, code: str) -> str:
        if code not in self.openids:
            raise InvalidValue("identity.wechat_code_wrong", field="code")
        return self.openids[code]


@dataclass
class ToldAuthority:
    """An authority as told; remembers what it was asked."""

    verdict: NameVerdict = NameVerdict.MATCH
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    def check_name(self, request_id: str, name: PersonName, id_number: IdNumber) -> NameVerdict:
        self.asked.append((request_id, str(name), str(id_number)))
        return self.verdict


@dataclass
class ToldCommitments:
    """Contract and signing as told."""

    ties: Ties = field(default_factory=lambda: Ties((), (), 0))

    def ties_of(self, person_id: PersonId, call: Call) -> Ties:
        del person_id, call
        return self.ties


@dataclass
class World:
    """Everything a use case needs, and shortcuts through the earlier ones."""

    store: MemoryStore = field(default_factory=MemoryStore)
    now: dt.datetime = NOON
    rules: Rules = field(default_factory=Rules)
    passwords: PlainPasswords = field(default_factory=PlainPasswords)
    wechat: ToldWechat = field(default_factory=lambda: ToldWechat())  # noqa: PLW0108
    authority: ToldAuthority = field(default_factory=lambda: ToldAuthority())  # noqa: PLW0108
    bank_cards: BankCards | None = None
    commitments: ToldCommitments = field(default_factory=lambda: ToldCommitments())  # noqa: PLW0108
    face_provider: FaceProvider | None = None
    randbelow: Callable[[int], int] = lambda limit: limit // 2  # noqa: E731
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def means(self) -> Means:
        return Means(
            works=self.store.works,
            read=self.store.read,
            now=lambda: self.now,
            new_id=lambda: f"{next(self._ids):032x}",
            randbelow=self.randbelow,
            person_id_of=person_id_of,
            tokens=SignedTokens(ACCESS_KEY, PROOF_KEY, Vault(FieldCipher(b"f" * 32), b"f" * 32)),
            passwords=self.passwords,
            sealing=X25519Boxes(),
            wechat=self.wechat,
            authority=self.authority,
            bank_cards=self.bank_cards or EmbeddedBankCards(self.store.read, person_id_of),
            commitments=self.commitments,
            rules=self.rules,
            face_provider=self.face_provider,
        )

    def pass_time(self, **span: float) -> None:
        self.now += dt.timedelta(**span)

    def code(self, mobile: str, purpose: messages.CodePurpose, source: str = "home") -> tuple[str, str]:
        """Ask for a code; its id and its digits as notice would send them."""
        sent = request_sms_code(
            self.means, messages.RequestSmsCode(mobile=Mobile(mobile), purpose=purpose, source=source), anonymous()
        )
        with self.store.read() as registers:
            code = registers.codes.find(sent.code_id)
        assert code is not None
        assert code.digits is not None
        return sent.code_id, code.digits

    def solved(self, source: str = "") -> messages.SolvedCaptcha:
        """A captcha made for that address, and what a person reads on it."""
        with self.store.works(anonymous()) as work:
            one = Captcha(self.means.new_id(), messages.CaptchaKind.IMAGE, "zh", "23456", source, self.now)
            work.captchas.add(one)
            work.commit()
        return messages.SolvedCaptcha(captcha_id=one.captcha_id, answer="23456")

    def register(self, number: IdNumber, *, name: str = "测试甲", mobile: str = "13800000001") -> PersonId:
        code_id, digits = self.code(mobile, messages.CodePurpose.REGISTER, source=f"source-{number.value[-4:]}")
        message = messages.Register(
            name=PersonName(name), id_number=number, mobile=Mobile(mobile), code_id=code_id, code=digits
        )
        return register(self.means, message, anonymous()).person_id

    def staff(self, *roles: str, login: str = "clerk.one", number: IdNumber | None = None) -> str:
        message = messages.AddStaff(
            login=login, password=PASSWORD, totp_secret=TOTP_SECRET, roles=roles, office="huangshi-1", id_number=number
        )
        return add_staff(self.means, message, as_service("cli")).staff_id

    def consent(self, person_id: PersonId, purpose: str = "FACE", version: str = "1") -> str:
        message = messages.RecordConsent(
            purpose=purpose, text_id="face-consent", text_version=version, text_hash=TEXT_HASH, channel="app"
        )
        return record_consent(self.means, message, as_person(person_id)).consent_id

    def with_rules(self, **changes: object) -> World:
        self.rules = replace(self.rules, **changes)
        return self


def refused(code: str) -> AbstractContextManager[pytest.ExceptionInfo[DomainError]]:
    """Expect a refusal with exactly this code."""
    return pytest.raises(DomainError, check=lambda wrong: wrong.code == code)
