"""The registers of identity over one database session: held for writing in a unit of work, or only read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from services.common.kit.calls import Call
from services.common.kit.unit_of_work import Database, UnitOfWork
from services.identity.adapters.account_changes import AccountChangeShelf, BlocklistShelf
from services.identity.adapters.act_chain import ActChainShelf
from services.identity.adapters.bank_cards import KnownCardShelf
from services.identity.adapters.captchas import CaptchaShelf
from services.identity.adapters.credentials import CredentialShelf, WechatLinkShelf
from services.identity.adapters.entries import FailureShelf, FamiliarShelf, SessionShelf, SmsCodeShelf
from services.identity.adapters.erasures import ErasureShelf
from services.identity.adapters.face_checks import FaceCheckShelf
from services.identity.adapters.face_reviews import FaceReviewShelf
from services.identity.adapters.own_records import OwnRecordShelf
from services.identity.adapters.people import (
    AccountShelf,
    ConsentShelf,
    CounterCheckShelf,
    PortraitKeyShelf,
    PortraitShelf,
    StaffShelf,
)
from services.identity.adapters.staff_acts import StaffActShelf
from services.identity.adapters.vault import Vault
from services.identity.application.face_ports import FaceChecks, FaceReviews
from services.identity.application.ports import (
    AccountChanges,
    Accounts,
    ActChain,
    Blocklist,
    Captchas,
    Consents,
    CounterChecks,
    Credentials,
    Erasures,
    Failures,
    FamiliarAddresses,
    KnownCards,
    OwnRecords,
    PortraitKeys,
    Portraits,
    Reads,
    Registers,
    Sessions,
    SmsCodes,
    StaffActs,
    StaffRegister,
    WechatLinks,
    Works,
)


class StoredRegisters:
    """The port `Registers`."""

    accounts: Accounts
    codes: SmsCodes
    failures: Failures
    familiar: FamiliarAddresses
    sessions: Sessions
    staff: StaffRegister
    staff_acts: StaffActs
    act_chain: ActChain
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

    def stand_on(self, session: Session, vault: Vault, *, held: bool) -> None:
        """Build every register on one session."""
        self.accounts = AccountShelf(session, vault, held=held)
        self.codes = SmsCodeShelf(session, vault, held=held)
        self.failures = FailureShelf(session, vault, held=held)
        self.familiar = FamiliarShelf(session, vault, held=held)
        self.sessions = SessionShelf(session, vault, held=held)
        self.staff = StaffShelf(session, vault, held=held)
        self.staff_acts = StaffActShelf(session, vault, held=held)
        self.act_chain = ActChainShelf(session, vault, held=held)
        self.consents = ConsentShelf(session, vault, held=held)
        self.counter_checks = CounterCheckShelf(session, vault, held=held)
        self.portraits = PortraitShelf(session, vault, held=held)
        self.portrait_keys = PortraitKeyShelf(session, vault, held=held)
        self.face_checks = FaceCheckShelf(session, vault, held=held)
        self.face_reviews = FaceReviewShelf(session, vault, held=held)
        self.own_records = OwnRecordShelf(session, vault, held=held)
        self.captchas = CaptchaShelf(session, vault, held=held)
        self.bank_cards = KnownCardShelf(session, vault, held=held)
        self.blocklist = BlocklistShelf(session, vault, held=held)
        self.account_changes = AccountChangeShelf(session, vault, held=held)
        self.credentials = CredentialShelf(session, vault, held=held)
        self.wechat_links = WechatLinkShelf(session, vault, held=held)


class IdentityWork(StoredRegisters, UnitOfWork):
    """The port `Work`."""

    def __init__(self, database: Database, call: Call, vault: Vault) -> None:
        super().__init__(database, call)
        self._vault = vault

    def opened(self) -> None:
        """Build the registers; rows read through them are held until the end."""
        self.stand_on(self.session, self._vault, held=True)
        self.erasures: Erasures = ErasureShelf(self.session, self._vault, held=True)

    def keep_refusal(self) -> None:
        """Commit rows only: no events, no answer, so the request may be tried again."""
        self.session.commit()


def works_of(database: Database, vault: Vault) -> Works:
    """Return what opens units of work."""

    def open_work(call: Call) -> IdentityWork:
        return IdentityWork(database, call, vault)

    return open_work


def reads_of(database: Database, vault: Vault) -> Reads:
    """Return what opens the registers for reading."""

    @contextmanager
    def read() -> Iterator[Registers]:
        with database.read() as session:
            registers = StoredRegisters()
            registers.stand_on(session, vault, held=False)
            yield registers

    return read
