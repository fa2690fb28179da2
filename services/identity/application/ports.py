"""What the use cases need from outside, as protocols: registers in one transaction, tokens, passwords, faces, boxes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from services.common.kit.calls import Call
from services.common.messages.identity import Assurance, OwnRecord
from services.common.values import IdNumber, Mobile, PersonId, PersonName
from services.identity.application.face_ports import FaceChecks, FaceReviews
from services.identity.domain.account import Account
from services.identity.domain.account_change import AccountChange
from services.identity.domain.bank_card import BankAnswer, CardNumber, KnownCard
from services.identity.domain.captcha import Captcha
from services.identity.domain.consent import Consent, ConsentPurpose
from services.identity.domain.counter_check import CounterCheck
from services.identity.domain.credential import Credential
from services.identity.domain.proof import IdentityProof
from services.identity.domain.session import Session
from services.identity.domain.sms_code import Issued, SmsCode
from services.identity.domain.staff import Staff

Clock = Callable[[], dt.datetime]
NewId = Callable[[], str]


class Accounts(Protocol):
    """Registered persons."""

    def find(self, person_id: PersonId) -> Account | None:
        """Return the account of a person."""

    def with_mobile(self, mobile: Mobile) -> Sequence[Account]:
        """Everybody who registered this mobile, oldest first."""

    def add(self, account: Account) -> None:
        """Keep a new account. Raises IdNumberTaken, also when another request was faster."""

    def save(self, account: Account) -> None:
        """Keep a changed account."""


class Blocklist(Protocol):
    """Persons nobody may register as."""

    def has(self, person_id: PersonId) -> bool:
        """Whether that one is blocked."""

    def put(self, person_id: PersonId, reason: str, now: dt.datetime) -> None:
        """Block."""

    def delete(self, person_id: PersonId) -> None:
        """Unblock."""


class AccountChanges(Protocol):
    """Changes notice still has to tell."""

    def find(self, change_id: str) -> AccountChange | None:
        """Return it."""

    def add(self, change: AccountChange) -> None:
        """Keep one."""

    def forget_before(self, moment: dt.datetime) -> None:
        """Delete older ones."""


class SmsCodes(Protocol):
    """Codes on their way."""

    def find(self, code_id: str) -> SmsCode | None:
        """Return the code; inside a unit of work held until its end."""

    def issued_to(self, mobile: Mobile, since: dt.datetime) -> Sequence[Issued]:
        """Codes for a phone; inside a unit of work no other can be added meanwhile."""

    def issued_for_source(self, source: str, since: dt.datetime) -> Sequence[dt.datetime]:
        """Moments of codes an address asked for."""

    def save(self, code: SmsCode) -> None:
        """Keep a new or changed code."""

    def forget_before(self, moment: dt.datetime) -> None:
        """Delete codes issued earlier."""


class Failures(Protocol):
    """Failed sign-ins, by what they were aimed at. A subject is `mobile:...`, `login:...` or `source:...`, kept as a keyed hash."""

    def of(self, subject: str, since: dt.datetime) -> Sequence[dt.datetime]:
        """Moments of failure; inside a unit of work no other can be added meanwhile."""

    def add(self, subject: str, now: dt.datetime) -> None:
        """One more."""

    def clear(self, subject: str) -> None:
        """Forget them after a success."""

    def forget_before(self, moment: dt.datetime) -> None:
        """Delete older ones of all subjects."""


class Sessions(Protocol):
    """Sign-ins."""

    def find(self, session_id: str) -> Session | None:
        """Return the session; inside a unit of work held until its end."""

    def save(self, session: Session) -> None:
        """Keep a new or changed session."""

    def not_ended_of(self, subject_id: str) -> Sequence[Session]:
        """Sessions of a person or member of staff nobody ended, those that ran out included."""

    def ended_since(self, moment: dt.datetime) -> Sequence[str]:
        """Ids of sessions ended at that moment or later."""


class Credentials(Protocol):
    """Login names and passwords of citizens."""

    def find(self, person_id: PersonId) -> Credential | None:
        """By person; inside a unit of work held until its end."""

    def with_login(self, login: str) -> Credential | None:
        """By login name."""

    def save(self, credential: Credential) -> None:
        """Keep it. Raises LoginTaken."""

    def delete(self, person_id: PersonId) -> None:
        """Forget it."""


class WechatLinks(Protocol):
    """Which WeChat account signs whom in. The account's id is kept as a keyed hash."""

    def find(self, openid: str) -> PersonId | None:
        """Whom it signs in."""

    def put(self, openid: str, person_id: PersonId, now: dt.datetime) -> None:
        """Bind it, in place of the person's and the account's former binding."""

    def delete(self, person_id: PersonId) -> None:
        """Unbind."""


class StaffRegister(Protocol):
    """Members of staff."""

    def find(self, staff_id: str) -> Staff | None:
        """By id; inside a unit of work held until its end."""

    def with_login(self, login: str) -> Staff | None:
        """By login; inside a unit of work held until its end."""

    def add(self, staff: Staff) -> None:
        """Keep a new one. Raises LoginTaken."""

    def save(self, staff: Staff) -> None:
        """Keep the used one-time password's step."""


class Consents(Protocol):
    """What people agreed to."""

    def live(self, person_id: PersonId, purpose: ConsentPurpose) -> Sequence[Consent]:
        """Those not withdrawn, oldest first."""

    def save(self, consent: Consent) -> None:
        """Keep a new or withdrawn consent."""


class CounterChecks(Protocol):
    """What clerks have seen."""

    def latest(self, person_id: PersonId) -> CounterCheck | None:
        """Return the newest check of a person, valid or not."""

    def add(self, check: CounterCheck) -> None:
        """Keep one."""


class Portraits(Protocol):
    """One template per person, encrypted: the only biometric stored."""

    def find(self, person_id: PersonId) -> bytes | None:
        """Return the template."""

    def put(self, person_id: PersonId, template: bytes, now: dt.datetime) -> None:
        """Keep it in place of a former one."""

    def delete(self, person_id: PersonId) -> None:
        """Forget it."""


@dataclass(frozen=True)
class KeyPair:
    """An X25519 pair; `public` is base64."""

    public: str
    private: bytes = field(repr=False)


class PortraitKeys(Protocol):
    """The worker's keys for portraits: a few, each living for days."""

    def made_after(self, moment: dt.datetime) -> Sequence[KeyPair]:
        """Newest first."""

    def add(self, pair: KeyPair, now: dt.datetime) -> None:
        """Keep a new pair."""

    def delete_before(self, moment: dt.datetime) -> None:
        """Forget old private halves, and with them every picture ever sealed to them."""


class Registers(Protocol):
    """Everything identity keeps."""

    accounts: Accounts
    codes: SmsCodes
    failures: Failures
    sessions: Sessions
    staff: StaffRegister
    consents: Consents
    counter_checks: CounterChecks
    portraits: Portraits
    portrait_keys: PortraitKeys
    face_checks: FaceChecks
    face_reviews: FaceReviews
    own_records: OwnRecords
    captchas: Captchas
    bank_cards: KnownCards
    blocklist: Blocklist
    account_changes: AccountChanges
    credentials: Credentials
    wechat_links: WechatLinks


class OwnRecords(Protocol):
    """What is kept about a person besides the account."""

    def of(self, person_id: PersonId) -> Sequence[OwnRecord]:
        """List it, oldest first."""


class SealedFields(Protocol):
    """Everything sealed, whatever it is."""

    def reseal(self, limit: int) -> int:
        """Rewrite at most so many rows under the newest key; how many it were."""

    def waiting(self) -> int:
        """How many are under a former one."""


class Work(Registers, Protocol):
    """One transaction. Leaving it without `commit` or `keep_refusal` undoes everything."""

    sealed_fields: SealedFields

    def emit(self, event: object, *, aggregate_id: str) -> None:
        """Tell a fact after the commit."""

    def spend(self, token_id: str, expires_at: dt.datetime) -> None:
        """Use a single-use token up. Raises Conflict `proof.already_spent`."""

    def commit(self, answer: object | None = None) -> None:
        """Keep everything and the answer."""

    def keep_refusal(self) -> None:
        """Keep what a refused command must not undo (a counted failure), without an answer: the caller raises next."""


@dataclass(frozen=True)
class AccountProof:
    """What a proof that identity itself spends says."""

    proof_id: str
    person_id: PersonId
    assurance: Assurance
    expires_at: dt.datetime


class Tokens(Protocol):
    """Makes and reads what is handed out."""

    def access(self, session: Session, now: dt.datetime) -> tuple[str, dt.datetime]:
        """Return an access token and its end."""

    def refresh(self, session_id: str, generation: int) -> str:
        """Return the refresh token of that generation: always the same text, kept nowhere."""

    def read_refresh(self, token: str) -> tuple[str, int]:
        """Session and generation. Raises RefreshTokenInvalid."""

    def step(self, check_id: str, attempt: int, nonce: str) -> str:
        """Return the token that lets one frame in."""

    def read_step(self, token: str, check_id: str, nonce: str) -> int:
        """Return the attempt it is for. Raises StepTokenInvalid."""

    def proof(self, proof: IdentityProof) -> str:
        """Return the signed identity proof."""

    def read_account_proof(self, token: str, now: dt.datetime) -> AccountProof:
        """Read a proof for an act on the account. Raises NotAuthenticated `token.invalid`, `token.expired`."""


class Passwords(Protocol):
    """Slow hashes, computed off the event loop."""

    def hash(self, password: str) -> str:
        """Return the argon2id hash with its parameters."""

    def fits(self, kept: str | None, password: str) -> bool:
        """Whether it fits; without a kept hash False, after the same time."""


class Sealing(Protocol):
    """Boxes only the holder of a private half opens."""

    def new_pair(self) -> KeyPair:
        """Return a fresh pair."""

    def open(self, box: str, private: bytes) -> bytes:
        """Return the content. Raises InvalidValue `sealing.unreadable`."""


class Captchas(Protocol):
    """Captchas not yet tried."""

    def find(self, captcha_id: str) -> Captcha | None:
        """Return it; inside a unit of work held until its end."""

    def made_for(self, source: str, since: dt.datetime) -> Sequence[dt.datetime]:
        """Moments of captchas an address asked for, the tried ones included; no other can be added meanwhile."""

    def add(self, captcha: Captcha) -> None:
        """Keep one."""

    def delete(self, captcha_id: str) -> None:
        """Use it up."""

    def forget_before(self, moment: dt.datetime) -> None:
        """Delete older ones."""


class CaptchaPictures(Protocol):
    """Draws and speaks digits. Raises Unavailable."""

    def draw(self, digits: str) -> bytes:
        """Return a PNG."""

    def speak(self, digits: str, language: str) -> bytes:
        """Return a WAV."""


class BankCards(Protocol):
    """Banks, asked whether four things belong together."""

    @property
    def offered(self) -> bool:
        """Whether there is anybody to ask."""

    def match(
        self, request_id: str, name: PersonName, id_number: IdNumber, card: CardNumber, mobile: Mobile
    ) -> BankAnswer:
        """Return the bank's word. Raises Unavailable. The same `request_id` is one question, asked again."""


class KnownCards(Protocol):
    """The embedded table of made-up cards."""

    def find(self, card: CardNumber) -> KnownCard | None:
        """Look a card up."""

    def put(self, card: CardNumber, person_id: PersonId, name: PersonName, mobile: Mobile) -> None:
        """Keep a card, in place of what was known of it."""

    def fits(self, known: KnownCard, person_id: PersonId, name: PersonName, mobile: Mobile) -> bool:
        """Whether all of them are the card's."""


class NameVerdict(StrEnum):
    """What an authority says about a name and an ID number."""

    MATCH = "MATCH"
    MISMATCH = "MISMATCH"
    UNKNOWN = "UNKNOWN"


class Authority(Protocol):
    """Whoever knows which name belongs to an ID number."""

    def check_name(self, request_id: str, name: PersonName, id_number: IdNumber) -> NameVerdict:
        """Return its word; UNKNOWN also where it does not answer. The same `request_id` is one question, asked again."""


class WechatCodes(Protocol):
    """WeChat's exchange of a mini program's code."""

    def openid(self, code: str) -> str:
        """Return the account's id for this program. Raises InvalidValue (`identity.wechat_code_wrong`), Unavailable, Conflict."""


Works = Callable[[Call], AbstractContextManager[Work]]
Reads = Callable[[], AbstractContextManager[Registers]]
