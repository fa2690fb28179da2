"""Identity's registers in memory, run through the same suite as the stored ones, and the small tools around them."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

from services.common.kit.calls import Call
from services.common.kit.cursors import Place
from services.common.kit.errors import Conflict
from services.common.messages.identity import OwnRecord
from services.common.values import Mobile, PersonId, PersonName
from services.identity.application.ports import KeyPair
from services.identity.domain.account import Account
from services.identity.domain.account_change import AccountChange
from services.identity.domain.audit_chain import Chain, Sealed
from services.identity.domain.bank_card import CardNumber, KnownCard
from services.identity.domain.captcha import Captcha
from services.identity.domain.consent import Consent, ConsentPurpose
from services.identity.domain.counter_check import CounterCheck
from services.identity.domain.credential import Credential
from services.identity.domain.errors import IdNumberTaken, LoginTaken
from services.identity.domain.face_challenge import Fingerprint
from services.identity.domain.face_check import FaceCheck
from services.identity.domain.face_check_parts import CheckState
from services.identity.domain.face_line import Standing
from services.identity.domain.face_review import OPEN, FaceReview, ReviewState
from services.identity.domain.session import Session
from services.identity.domain.sms_code import Issued, SmsCode
from services.identity.domain.staff import Staff
from services.identity.domain.staff_act import ActFilter, StaffAct


@dataclass
class Memory:
    """What is committed."""

    accounts: dict[PersonId, Account] = field(default_factory=dict)
    codes: dict[str, SmsCode] = field(default_factory=dict)
    failures: list[tuple[str, dt.datetime]] = field(default_factory=list)
    sessions: dict[str, Session] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    familiar: dict[tuple[str, str], dt.datetime] = field(default_factory=dict)
    staff_acts: list[StaffAct] = field(default_factory=list)
    act_seals: dict[str, tuple[int, str]] = field(default_factory=dict)
    audit_chains: dict[str, Chain] = field(default_factory=dict)
    consents: dict[str, Consent] = field(default_factory=dict)
    counter_checks: list[CounterCheck] = field(default_factory=list)
    portraits: dict[PersonId, bytes] = field(default_factory=dict)
    portrait_keys: list[tuple[dt.datetime, KeyPair]] = field(default_factory=list)
    face_checks: dict[str, FaceCheck] = field(default_factory=dict)
    face_reviews: dict[str, FaceReview] = field(default_factory=dict)
    face_review_reads: list[tuple[str, str, str, dt.datetime]] = field(default_factory=list)
    credentials: dict[PersonId, Credential] = field(default_factory=dict)
    wechat_links: dict[str, PersonId] = field(default_factory=dict)
    captchas: dict[str, Captcha] = field(default_factory=dict)
    captchas_made: list[tuple[str, dt.datetime]] = field(default_factory=list)
    bank_cards: dict[str, KnownCard] = field(default_factory=dict)
    blocked: set[PersonId] = field(default_factory=set)
    account_changes: dict[str, AccountChange] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    frames: list[tuple[PersonId, Fingerprint, dt.datetime]] = field(default_factory=list)


@dataclass
class MemoryAccounts:
    memory: Memory

    def find(self, person_id: PersonId) -> Account | None:
        return self.memory.accounts.get(person_id)

    def with_mobile(self, mobile: Mobile) -> Sequence[Account]:
        return sorted(
            (one for one in self.memory.accounts.values() if one.mobile == mobile), key=lambda one: one.registered_at
        )

    def add(self, account: Account) -> None:
        if account.person_id in self.memory.accounts:
            raise IdNumberTaken
        self.save(account)

    def save(self, account: Account) -> None:
        self.memory.accounts[account.person_id] = account


@dataclass
class MemoryOwnRecords:
    memory: Memory

    def of(self, person_id: PersonId) -> Sequence[OwnRecord]:
        kept = self.memory
        found = [
            OwnRecord(
                kind="CONSENT",
                what=f"{one.purpose} {one.text.text_id} {one.text.text_version}",
                at=one.given_at,
                until=one.withdrawn_at,
            )
            for one in kept.consents.values()
            if one.person_id == person_id
        ]
        found += [
            OwnRecord(kind="COUNTER_CHECK", what=one.office, at=one.checked_at, until=one.valid_until)
            for one in kept.counter_checks
            if one.person_id == person_id
        ]
        found += [
            OwnRecord(
                kind="IDENTITY_CHECK",
                what=" ".join(filter(None, (one.purpose, one.state, one.method))),
                at=one.started_at,
                until=one.ended_at,
            )
            for one in kept.face_checks.values()
            if one.person_id == person_id
        ]
        found += [
            OwnRecord(kind="FACE_REVIEW", what=f"{one.state} {one.office}", at=one.queued_at, until=one.decided_at)
            for one in kept.face_reviews.values()
            if one.person_id == person_id and one.queued_at is not None
        ]
        found += [
            OwnRecord(kind="SESSION", what=one.end_reason or "OPEN", at=one.started_at, until=one.ended_at)
            for one in kept.sessions.values()
            if one.subject_id == str(person_id)
        ]
        return sorted(found, key=lambda one: (one.at, one.kind, one.what))


@dataclass
class MemoryCaptchas:
    memory: Memory

    def find(self, captcha_id: str) -> Captcha | None:
        return self.memory.captchas.get(captcha_id)

    def made_for(self, source: str, since: dt.datetime) -> Sequence[dt.datetime]:
        return [moment for one, moment in self.memory.captchas_made if one == source and moment > since]

    def add(self, captcha: Captcha) -> None:
        self.memory.captchas[captcha.captcha_id] = captcha
        self.memory.captchas_made.append((captcha.source, captcha.made_at))

    def delete(self, captcha_id: str) -> None:
        self.memory.captchas.pop(captcha_id, None)

    def forget_before(self, moment: dt.datetime) -> None:
        self.memory.captchas_made[:] = [one for one in self.memory.captchas_made if one[1] >= moment]
        self.memory.captchas = {key: one for key, one in self.memory.captchas.items() if one.made_at >= moment}


@dataclass
class MemoryKnownCards:
    memory: Memory

    def find(self, card: CardNumber) -> KnownCard | None:
        return self.memory.bank_cards.get(card.value)

    def put(self, card: CardNumber, person_id: PersonId, name: PersonName, mobile: Mobile) -> None:
        self.memory.bank_cards[card.value] = KnownCard(str(person_id), str(name), str(mobile))

    def fits(self, known: KnownCard, person_id: PersonId, name: PersonName, mobile: Mobile) -> bool:
        return known == KnownCard(str(person_id), str(name), str(mobile))


@dataclass
class MemoryBlocklist:
    memory: Memory

    def has(self, person_id: PersonId) -> bool:
        return person_id in self.memory.blocked

    def put(self, person_id: PersonId, reason: str, now: dt.datetime) -> None:
        self.memory.blocked.add(person_id)

    def delete(self, person_id: PersonId) -> None:
        self.memory.blocked.discard(person_id)


@dataclass
class MemoryAccountChanges:
    memory: Memory

    def find(self, change_id: str) -> AccountChange | None:
        return self.memory.account_changes.get(change_id)

    def add(self, change: AccountChange) -> None:
        self.memory.account_changes[change.change_id] = change

    def forget_before(self, moment: dt.datetime) -> None:
        kept = self.memory.account_changes.items()
        self.memory.account_changes = {key: one for key, one in kept if one.changed_at >= moment}


@dataclass
class MemoryCodes:
    memory: Memory

    def find(self, code_id: str) -> SmsCode | None:
        found = self.memory.codes.get(code_id)
        return None if found is None else replace(found)

    def issued_to(self, mobile: Mobile, since: dt.datetime) -> Sequence[Issued]:
        codes = self.memory.codes.values()
        return [_issued(one) for one in codes if one.mobile == mobile and one.issued_at > since]

    def issued_for_source(self, source: str, since: dt.datetime) -> Sequence[Issued]:
        return [_issued(one) for one in self.memory.codes.values() if one.source == source and one.issued_at > since]

    def save(self, code: SmsCode) -> None:
        self.memory.codes[code.code_id] = replace(code)

    def forget_before(self, moment: dt.datetime) -> None:
        self.memory.codes = {key: one for key, one in self.memory.codes.items() if one.issued_at >= moment}


def _issued(code: SmsCode) -> Issued:
    return Issued(code.issued_at, code.purpose, code.spent_at is not None)


@dataclass
class MemoryFailures:
    memory: Memory

    def of(self, subject: str, since: dt.datetime) -> Sequence[dt.datetime]:
        return [moment for one, moment in self.memory.failures if one == subject and moment > since]

    def add(self, subject: str, now: dt.datetime) -> None:
        self.memory.failures.append((subject, now))

    def clear(self, subject: str) -> None:
        self.memory.failures[:] = [one for one in self.memory.failures if one[0] != subject]

    def forget_before(self, moment: dt.datetime) -> None:
        self.memory.failures[:] = [one for one in self.memory.failures if one[1] >= moment]


@dataclass
class MemoryFamiliar:
    memory: Memory

    def knows(self, subject: str, source: str, since: dt.datetime) -> bool:
        return self.memory.familiar.get((subject, source), since) > since

    def note(self, subject: str, source: str, now: dt.datetime) -> None:
        self.memory.familiar[subject, source] = now

    def forget(self, subject: str) -> None:
        self.memory.familiar = {key: at for key, at in self.memory.familiar.items() if key[0] != subject}

    def forget_before(self, moment: dt.datetime) -> None:
        self.memory.familiar = {key: at for key, at in self.memory.familiar.items() if at >= moment}


@dataclass
class MemorySessions:
    memory: Memory

    def find(self, session_id: str) -> Session | None:
        found = self.memory.sessions.get(session_id)
        return None if found is None else replace(found)

    def save(self, session: Session) -> None:
        self.memory.sessions[session.session_id] = replace(session)

    def not_ended_of(self, subject_id: str) -> Sequence[Session]:
        mine = (one for one in self.memory.sessions.values() if one.subject_id == subject_id and one.ended_at is None)
        return [replace(one) for one in sorted(mine, key=lambda one: one.session_id)]

    def ended_since(self, moment: dt.datetime) -> Sequence[str]:
        return [key for key, one in self.memory.sessions.items() if one.ended_at is not None and one.ended_at >= moment]

    def forget_before(self, moment: dt.datetime) -> None:
        kept = self.memory.sessions.items()
        self.memory.sessions = {key: one for key, one in kept if one.renewed_at >= moment}


@dataclass
class MemoryCredentials:
    memory: Memory

    def find(self, person_id: PersonId) -> Credential | None:
        return self.memory.credentials.get(person_id)

    def with_login(self, login: str) -> Credential | None:
        return next((one for one in self.memory.credentials.values() if one.login == login), None)

    def save(self, credential: Credential) -> None:
        other = None if credential.login is None else self.with_login(credential.login)
        if other is not None and other.person_id != credential.person_id:
            raise LoginTaken
        self.memory.credentials[credential.person_id] = credential

    def delete(self, person_id: PersonId) -> None:
        self.memory.credentials.pop(person_id, None)


@dataclass
class MemoryWechatLinks:
    memory: Memory

    def find(self, openid: str) -> PersonId | None:
        return self.memory.wechat_links.get(openid)

    def put(self, openid: str, person_id: PersonId, now: dt.datetime) -> None:
        self.delete(person_id)
        self.memory.wechat_links[openid] = person_id

    def delete(self, person_id: PersonId) -> None:
        links = self.memory.wechat_links
        self.memory.wechat_links = {openid: one for openid, one in links.items() if one != person_id}


@dataclass
class MemoryStaff:
    memory: Memory

    def find(self, staff_id: str) -> Staff | None:
        found = self.memory.staff.get(staff_id)
        return None if found is None else replace(found)

    def with_login(self, login: str) -> Staff | None:
        return next((replace(one) for one in self.memory.staff.values() if one.login == login), None)

    def add(self, staff: Staff) -> None:
        if self.with_login(staff.login) is not None:
            raise LoginTaken
        self.save(staff)

    def save(self, staff: Staff) -> None:
        self.memory.staff[staff.staff_id] = replace(staff)


@dataclass
class MemoryStaffActs:
    memory: Memory

    def add(self, act: StaffAct) -> None:
        self.memory.staff_acts.append(act)

    def page(self, wanted: ActFilter, limit: int) -> Sequence[StaffAct]:
        found = [
            one
            for one in self.memory.staff_acts
            if one.office == wanted.office
            and wanted.staff_id in (None, one.staff_id)
            and wanted.act in (None, one.act)
            and wanted.subject in (None, one.subject)
            and (wanted.since is None or one.at >= wanted.since)
            and (wanted.until is None or one.at < wanted.until)
            and (wanted.before is None or (one.at, one.act_id) < wanted.before)
        ]
        return sorted(found, key=lambda one: (one.at, one.act_id), reverse=True)[:limit]


@dataclass
class MemoryActChain:
    memory: Memory

    def mac(self, text: str) -> str:
        return hmac.new(b"audit", text.encode(), hashlib.sha256).hexdigest()

    def hold(self) -> bool:
        return True

    def stand_still(self) -> None:
        """Nothing runs beside a test."""

    def find(self, register: str) -> Chain | None:
        return self.memory.audit_chains.get(register)

    def save(self, chain: Chain) -> None:
        self.memory.audit_chains[chain.register] = chain

    def unsealed(self, limit: int) -> Sequence[StaffAct]:
        return sorted(self._unsealed(), key=lambda act: (act.at, act.act_id))[:limit]

    def seal(self, sealed: Sequence[Sealed]) -> None:
        for one in sealed:
            self.memory.act_seals[one.act.act_id] = (one.place, one.seal)

    def after(self, place: int, limit: int) -> Sequence[Sealed]:
        acts = {act.act_id: act for act in self.memory.staff_acts}
        rows = [Sealed(acts[one], at, seal) for one, (at, seal) in self.memory.act_seals.items() if at > place]
        return sorted(rows, key=lambda row: row.place)[:limit]

    def delete_to(self, place: int) -> None:
        gone = {one for one, (at, _) in self.memory.act_seals.items() if at <= place}
        self.memory.staff_acts[:] = [act for act in self.memory.staff_acts if act.act_id not in gone]
        for one in gone:
            del self.memory.act_seals[one]

    def oldest_unsealed(self) -> dt.datetime | None:
        return min((act.at for act in self._unsealed()), default=None)

    def count_unsealed(self) -> int:
        return len(self._unsealed())

    def _unsealed(self) -> list[StaffAct]:
        return [act for act in self.memory.staff_acts if act.act_id not in self.memory.act_seals]


@dataclass
class MemoryConsents:
    memory: Memory

    def live(self, person_id: PersonId, purpose: ConsentPurpose) -> Sequence[Consent]:
        mine = (one for one in self.memory.consents.values() if one.person_id == person_id and one.purpose is purpose)
        return sorted((one for one in mine if one.withdrawn_at is None), key=lambda one: one.given_at)

    def standing(self, person_id: PersonId, moment: dt.datetime) -> Sequence[Consent]:
        mine = (one for one in self.memory.consents.values() if one.person_id == person_id and one.given_at <= moment)
        stood = (one for one in mine if one.withdrawn_at is None or one.withdrawn_at > moment)
        return sorted(stood, key=lambda one: one.given_at)

    def save(self, consent: Consent) -> None:
        self.memory.consents[consent.consent_id] = consent

    def forget_withdrawn_before(self, moment: dt.datetime) -> None:
        kept = self.memory.consents.items()
        self.memory.consents = {key: one for key, one in kept if one.withdrawn_at is None or one.withdrawn_at >= moment}


@dataclass
class MemoryCounterChecks:
    memory: Memory

    def latest(self, person_id: PersonId) -> CounterCheck | None:
        mine = [one for one in self.memory.counter_checks if one.person_id == person_id]
        return max(mine, key=lambda one: one.checked_at, default=None)

    def add(self, check: CounterCheck) -> None:
        self.memory.counter_checks.append(check)


@dataclass
class MemoryPortraits:
    memory: Memory

    def find(self, person_id: PersonId) -> bytes | None:
        return self.memory.portraits.get(person_id)

    def put(self, person_id: PersonId, template: bytes, now: dt.datetime) -> None:
        del now
        self.memory.portraits[person_id] = template

    def delete(self, person_id: PersonId) -> None:
        self.memory.portraits.pop(person_id, None)


@dataclass
class MemoryPortraitKeys:
    memory: Memory

    def made_after(self, moment: dt.datetime) -> Sequence[KeyPair]:
        kept = sorted(self.memory.portrait_keys, key=lambda one: one[0], reverse=True)
        return [pair for made_at, pair in kept if made_at > moment]

    def add(self, pair: KeyPair, now: dt.datetime) -> None:
        self.memory.portrait_keys.append((now, pair))

    def delete_before(self, moment: dt.datetime) -> None:
        self.memory.portrait_keys[:] = [one for one in self.memory.portrait_keys if one[0] >= moment]


@dataclass
class MemoryFaceReviews:
    memory: Memory

    def find(self, check_id: str) -> FaceReview | None:
        found = self.memory.face_reviews.get(check_id)
        return None if found is None else replace(found)

    def queue(self, office: str, now: dt.datetime, limit: int, after: Place | None = None) -> Sequence[FaceReview]:
        mine = (one for one in self.memory.face_reviews.values() if (one.office, one.state) == (office, "QUEUED"))
        waiting = sorted(((one.queued_at or now, one.check_id), one) for one in mine if one.deadline > now)
        beyond = [one for place, one in waiting if after is None or place > after]
        return [replace(one, frame=None, card=None) for one in beyond[:limit]]

    def open_of(self, person_id: PersonId) -> Sequence[FaceReview]:
        mine = (one for one in self.memory.face_reviews.values() if one.person_id == person_id)
        return [replace(one) for one in mine if one.state in (*OPEN, ReviewState.APPROVED)]

    def overdue(self, now: dt.datetime, limit: int) -> Sequence[FaceReview]:
        waiting = (one for one in self.memory.face_reviews.values() if one.state in OPEN | {ReviewState.APPROVED})
        over = sorted((one for one in waiting if one.deadline <= now), key=lambda one: one.deadline)
        return [replace(one, frame=None, card=None) for one in over[:limit]]

    def save(self, review: FaceReview) -> None:
        self.memory.face_reviews[review.check_id] = replace(review)

    def drop(self, check_id: str) -> None:
        self.memory.face_reviews.pop(check_id, None)

    def note_read(self, check_id: str, staff_id: str, office: str, now: dt.datetime) -> None:
        self.memory.face_review_reads.append((check_id, staff_id, office, now))

    def readers(self, check_id: str) -> Sequence[str]:
        return [staff_id for one, staff_id, _, _ in self.memory.face_review_reads if one == check_id]


@dataclass
class MemoryFaceChecks:
    memory: Memory

    def hold_person(self, person_id: PersonId) -> None:
        """Nothing runs beside a test."""

    def find(self, check_id: str) -> FaceCheck | None:
        found = self.memory.face_checks.get(check_id)
        return None if found is None else replace(found)

    def running_of(self, person_id: PersonId) -> Sequence[FaceCheck]:
        return [replace(one) for one in self._running() if one.person_id == person_id]

    def overdue(self, now: dt.datetime, limit: int) -> Sequence[FaceCheck]:
        over = sorted((one for one in self._running() if one.expires_at < now), key=lambda one: one.expires_at)
        return [replace(one) for one in over[:limit]]

    def hold_line(self) -> None:
        """Nothing runs beside a test."""

    def standing(self, check: FaceCheck, now: dt.datetime) -> Standing:
        held = [one for one in self._running() if one.turn.held_until is not None and one.turn.held_until > now]
        mine = (check.turn.queued_at or now, check.check_id)
        waiting = ((one.turn.queued_at, one.check_id) for one in held if one.turn.begun_at is None)
        return Standing(
            sum(one.turn.begun_at is not None for one in held),
            sum(since is not None and (since, check_id) < mine for since, check_id in waiting),
        )

    def failed_at(self, person_id: PersonId, since: dt.datetime) -> Sequence[dt.datetime]:
        failed = (CheckState.REJECTED, CheckState.REVIEW, CheckState.EXPIRED)
        mine = (
            one
            for one in self.memory.face_checks.values()
            if one.person_id == person_id and one.frames and one.state in failed
        )
        return [one.ended_at for one in mine if one.ended_at is not None and one.ended_at > since]

    def save(self, check: FaceCheck) -> None:
        self.memory.face_checks[check.check_id] = replace(check)

    def remember(self, person_id: PersonId, frame: Fingerprint, now: dt.datetime) -> None:
        self.memory.frames.append((person_id, frame, now))

    def remembered(self, person_id: PersonId, since: dt.datetime) -> Sequence[Fingerprint]:
        return [frame for one, frame, moment in self.memory.frames if one == person_id and moment > since]

    def forget_frames(self, before: dt.datetime) -> None:
        self.memory.frames[:] = [one for one in self.memory.frames if one[2] >= before]

    def _running(self) -> list[FaceCheck]:
        return [one for one in self.memory.face_checks.values() if one.state is CheckState.RUNNING]


class MemoryRegisters:
    """Every register over one memory."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.accounts = MemoryAccounts(memory)
        self.codes = MemoryCodes(memory)
        self.failures = MemoryFailures(memory)
        self.sessions = MemorySessions(memory)
        self.familiar = MemoryFamiliar(memory)
        self.staff = MemoryStaff(memory)
        self.staff_acts = MemoryStaffActs(memory)
        self.act_chain = MemoryActChain(memory)
        self.consents = MemoryConsents(memory)
        self.counter_checks = MemoryCounterChecks(memory)
        self.portraits = MemoryPortraits(memory)
        self.portrait_keys = MemoryPortraitKeys(memory)
        self.face_checks = MemoryFaceChecks(memory)
        self.face_reviews = MemoryFaceReviews(memory)
        self.own_records = MemoryOwnRecords(memory)
        self.captchas = MemoryCaptchas(memory)
        self.bank_cards = MemoryKnownCards(memory)
        self.blocklist = MemoryBlocklist(memory)
        self.account_changes = MemoryAccountChanges(memory)
        self.credentials = MemoryCredentials(memory)
        self.wechat_links = MemoryWechatLinks(memory)


@dataclass
class MemoryErasures:
    memory: Memory

    def erase(self, person_id: PersonId) -> None:
        kept = self.memory
        kept.accounts.pop(person_id, None)
        kept.credentials.pop(person_id, None)
        MemoryWechatLinks(kept).delete(person_id)
        kept.portraits.pop(person_id, None)
        kept.frames[:] = [one for one in kept.frames if one[0] != person_id]
        kept.counter_checks[:] = [one for one in kept.counter_checks if one.person_id != person_id]
        kept.account_changes = {key: one for key, one in kept.account_changes.items() if one.person_id != person_id}


class MemoryWork(MemoryRegisters):
    """A transaction: works on a copy, which replaces the original when kept."""

    def __init__(self, store: MemoryStore) -> None:
        super().__init__(deepcopy(store.memory))
        self._store = store
        self.erasures = MemoryErasures(self.memory)
        self._events: list[object] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Forget what was not kept."""

    def emit(self, event: object, *, aggregate_id: str) -> None:
        assert aggregate_id
        self._events.append(event)

    def spend(self, token_id: str, expires_at: dt.datetime) -> None:
        if token_id in self.memory.spent:
            raise Conflict("proof.already_spent")
        self.memory.spent.add(token_id)

    def commit(self, answer: object | None = None) -> None:
        self._store.memory = deepcopy(self.memory)
        self._store.events += self._events
        self._store.answers.append(answer)

    def keep_refusal(self) -> None:
        self._store.memory = deepcopy(self.memory)


@dataclass
class MemoryStore:
    """Opens transactions and reads; shows what was told and answered."""

    memory: Memory = field(default_factory=Memory)
    events: list[object] = field(default_factory=list)
    answers: list[object | None] = field(default_factory=list)

    def works(self, call: Call) -> MemoryWork:
        del call
        return MemoryWork(self)

    @contextmanager
    def read(self) -> Iterator[MemoryRegisters]:
        yield MemoryRegisters(deepcopy(self.memory))
