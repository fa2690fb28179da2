"""What identity's registers promise, in memory and in PostgreSQL alike: the suite both are run through."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Protocol

import pytest

from services.common.kit.calls import ActorKind
from services.common.kit.errors import Conflict
from services.common.messages.identity import Assurance, CaptchaKind, ChangeKind, CodePurpose, ProofMethod, ProofPurpose
from services.common.values import Mobile, PersonName
from services.identity.application.ports import KeyPair, Reads, Works
from services.identity.domain.account import Account, NameCheck
from services.identity.domain.account_change import AccountChange
from services.identity.domain.audit_chain import Chain, extend, forget
from services.identity.domain.bank_card import CardNumber
from services.identity.domain.captcha import Captcha
from services.identity.domain.consent import Consent, ConsentPurpose, ConsentText
from services.identity.domain.counter_check import CounterCheck
from services.identity.domain.credential import Credential
from services.identity.domain.errors import IdNumberTaken, LoginTaken
from services.identity.domain.face_challenge import Action, Challenge, Fingerprint
from services.identity.domain.face_check import FaceCheck
from services.identity.domain.face_check_parts import Asked, CheckState, Measured, Secrets
from services.identity.domain.face_line import Standing
from services.identity.domain.face_policy import DEFAULT_POLICY
from services.identity.domain.face_provider import ProviderDecision, ProviderReason, ProviderVerdict, Visit
from services.identity.domain.face_review import FaceReview, RefusalReason
from services.identity.domain.face_verdict import Decision, FaceVerdict, RiskSignal
from services.identity.domain.session import EndReason, Session
from services.identity.domain.sms_code import Issued, SmsCode
from services.identity.domain.staff import Staff
from services.identity.domain.staff_act import ActFilter, StaffAct
from tests.unit.identity.told_faces import SHOWN, fingerprint
from tests.unit.identity.world import NOON, TEXT_HASH, anonymous, id_number, person_id_of

MINUTE = dt.timedelta(minutes=1)
PERSON, OTHER = person_id_of(id_number(1)), person_id_of(id_number(2))
PHONE = Mobile("13800000001")


class Store(Protocol):
    """Where the registers stand: opens units of work and reads."""

    works: Works
    read: Reads


def account(sequence: int = 1, minutes: int = 0) -> Account:
    number = id_number(sequence)
    return Account(person_id_of(number), PersonName("测试甲"), number, PHONE, bool(minutes), NOON + minutes * MINUTE)


def code(code_id: str = "c1", minutes: int = 0, source: str = "home") -> SmsCode:
    return SmsCode(code_id, PHONE, CodePurpose.SIGN_IN, source, "042137", NOON + minutes * MINUTE)


def staff(staff_id: str = "s1", login: str = "clerk.one") -> Staff:
    return Staff(staff_id, login, "hash", "secret", ("REVIEWER", "OPERATOR"), "huangshi-1", PERSON, NOON)


def consent(consent_id: str = "k1", minutes: int = 0) -> Consent:
    text = ConsentText("face", "1", TEXT_HASH)
    return Consent(consent_id, PERSON, ConsentPurpose.FACE, text, "app", NOON + minutes * MINUTE)


def counter_check(check_id: str = "w1", hours: int = 0) -> CounterCheck:
    at = NOON + dt.timedelta(hours=hours)
    return CounterCheck(check_id, PERSON, PersonName("测试甲"), "s1", "huangshi-1", at, at + dt.timedelta(hours=24))


def face_check(check_id: str = "f1", minutes: int = 0) -> FaceCheck:
    challenge = Challenge((Action.TURN_RIGHT, Action.BLINK, Action.TURN_LEFT), NOON + minutes * MINUTE)
    secrets = Secrets("public", b"private key", "nonce")
    asked = Asked(check_id, PERSON, ProofPurpose.SIGN, "task-1", by_link=True)
    return FaceCheck.with_face(asked, challenge, secrets, DEFAULT_POLICY)


def carried_on(check: FaceCheck, *actions: Action, distance: float | None = None) -> FaceCheck:
    for action in actions:
        image = f"{check.check_id} {action}".encode()
        measured = Measured(replace(SHOWN[action], fingerprint=fingerprint(image)), b"template", b"landmarks")
        arrived = check.started_at + dt.timedelta(seconds=2 * (check.frames + 1))
        check.judge(
            DEFAULT_POLICY, measured, arrived, counted_at=arrived, seen=(), card_distance=distance, proof_id="proof-1"
        )
    return check


class RegistersSuite:
    """Subclasses bring a fixture `store`."""

    def test_nothing_stays_without_commit(self, store: Store) -> None:
        with store.works(anonymous()) as work:
            work.accounts.add(account())
            work.failures.add("mobile:1", NOON)
        with store.read() as registers:
            assert registers.accounts.find(PERSON) is None
            assert not registers.failures.of("mobile:1", NOON - MINUTE)

    def test_a_kept_refusal_stays(self, store: Store) -> None:
        with pytest.raises(ZeroDivisionError), store.works(anonymous()) as work:
            work.failures.add("mobile:1", NOON)
            work.keep_refusal()
            raise ZeroDivisionError
        with store.read() as registers:
            assert list(registers.failures.of("mobile:1", NOON - MINUTE)) == [NOON]

    def test_accounts_are_found_by_person_and_by_mobile_oldest_first(self, store: Store) -> None:
        with store.works(anonymous()) as work:
            work.accounts.add(account(2, minutes=5))
            work.accounts.add(account(1))
            work.commit()
        with store.read() as registers:
            assert registers.accounts.find(PERSON) == account(1)
            assert list(registers.accounts.with_mobile(PHONE)) == [account(1), account(2, minutes=5)]
            assert not registers.accounts.with_mobile(Mobile("13800000009"))

    def test_a_number_has_one_account(self, store: Store) -> None:
        with store.works(anonymous()) as work:
            work.accounts.add(account())
            work.commit()
        with store.works(anonymous()) as work, pytest.raises(IdNumberTaken):
            work.accounts.add(account())

    def test_codes_are_kept_counted_and_forgotten(self, store: Store) -> None:
        with store.works(anonymous()) as work:
            work.codes.save(code())
            work.codes.save(code("c2", minutes=3, source="elsewhere"))
            work.commit()
        with store.works(anonymous()) as work:
            assert sorted(work.codes.issued_to(PHONE, NOON - MINUTE), key=lambda one: one.issued_at) == [
                Issued(NOON, CodePurpose.SIGN_IN),
                Issued(NOON + 3 * MINUTE, CodePurpose.SIGN_IN),
            ]
            assert list(work.codes.issued_for_source("home", NOON - MINUTE)) == [Issued(NOON, CodePurpose.SIGN_IN)]
            assert not work.codes.issued_for_source("home", NOON)
            found = work.codes.find("c1")
            assert found == code()
            assert found is not None
            found.spend(NOON + MINUTE)
            work.codes.save(found)
            work.commit()
        with store.read() as registers:
            spent = registers.codes.find("c1")
            assert spent is not None
            assert (spent.digits, spent.spent_at) == (None, NOON + MINUTE)
            assert registers.codes.find("none") is None

    def test_failures_are_counted_per_subject_and_cleared(self, store: Store) -> None:
        with store.works(anonymous()) as work:
            for subject in ("mobile:1", "mobile:1", "mobile:2"):
                work.failures.add(subject, NOON)
            work.commit()
        with store.works(anonymous()) as work:
            assert len(work.failures.of("mobile:1", NOON - MINUTE)) == 2
            assert not work.failures.of("mobile:1", NOON)
            work.failures.clear("mobile:1")
            work.commit()
        with store.read() as registers:
            assert not registers.failures.of("mobile:1", NOON - MINUTE)
            assert len(registers.failures.of("mobile:2", NOON - MINUTE)) == 1

    def test_old_codes_and_failures_are_deleted(self, store: Store) -> None:
        with store.works(anonymous()) as work:
            for minutes in (0, 2):
                work.codes.save(code(f"c{minutes}", minutes))
                work.failures.add("mobile:1", NOON + minutes * MINUTE)
            work.codes.forget_before(NOON + MINUTE)
            work.failures.forget_before(NOON + MINUTE)
            work.commit()
        with store.read() as registers:
            assert registers.codes.find("c0") is None
            assert registers.codes.find("c2") == code("c2", 2)
            assert list(registers.failures.of("mobile:1", NOON - MINUTE)) == [NOON + 2 * MINUTE]

    def test_sessions_come_back_as_they_were(self, store: Store) -> None:
        session = Session("0" * 32, ActorKind.STAFF, "s1", ("REVIEWER",), "huangshi-1", NOON, NOON)
        with store.works(anonymous()) as work:
            work.sessions.save(session)
            work.commit()
        with store.works(anonymous()) as work:
            found = work.sessions.find("0" * 32)
            assert found == session
            assert found is not None
            found.renew(1, NOON + MINUTE)
            found.end(EndReason.SIGNED_OUT, NOON + MINUTE)
            work.sessions.save(found)
            work.commit()
        with store.read() as registers:
            assert registers.sessions.find("0" * 32) == found
            assert registers.sessions.find("1" * 32) is None

    def test_staff_are_found_by_id_and_login_and_keep_the_used_step(self, store: Store) -> None:
        with store.works(anonymous()) as work:
            work.staff.add(staff())
            work.commit()
        with store.works(anonymous()) as work:
            found = work.staff.with_login("clerk.one")
            assert found == staff() == work.staff.find("s1")
            assert found is not None
            found.last_totp_step = 7
            work.staff.save(found)
            work.commit()
        with store.read() as registers:
            assert registers.staff.find("s1") == found
            assert registers.staff.with_login("clerk.two") is None
        with store.works(anonymous()) as work, pytest.raises(LoginTaken):
            work.staff.add(staff("s2"))

    def test_withdrawn_consents_are_not_live(self, store: Store) -> None:
        with store.works(anonymous()) as work:
            work.consents.save(consent("k2", minutes=1))
            work.consents.save(consent("k1"))
            work.commit()
        with store.works(anonymous()) as work:
            assert list(work.consents.live(PERSON, ConsentPurpose.FACE)) == [consent("k1"), consent("k2", minutes=1)]
            work.consents.save(consent("k1").withdrawn(NOON + MINUTE))
            work.commit()
        with store.read() as registers:
            assert list(registers.consents.live(PERSON, ConsentPurpose.FACE)) == [consent("k2", minutes=1)]
            assert not registers.consents.live(PERSON, ConsentPurpose.NOTICE)
            assert not registers.consents.live(OTHER, ConsentPurpose.FACE)

    def test_the_latest_counter_check_counts(self, store: Store) -> None:
        with store.works(anonymous()) as work:
            work.counter_checks.add(counter_check("w2", hours=2))
            work.counter_checks.add(counter_check("w1"))
            work.commit()
        with store.read() as registers:
            assert registers.counter_checks.latest(PERSON) == counter_check("w2", hours=2)
            assert registers.counter_checks.latest(OTHER) is None

    def test_a_portrait_is_replaced_and_deleted(self, store: Store) -> None:
        for template in (b"first", b"second"):
            with store.works(anonymous()) as work:
                work.portraits.put(PERSON, template, NOON)
                work.commit()
            with store.read() as registers:
                assert registers.portraits.find(PERSON) == template
        with store.works(anonymous()) as work:
            work.portraits.delete(PERSON)
            work.portraits.delete(PERSON)
            work.commit()
        with store.read() as registers:
            assert registers.portraits.find(PERSON) is None

    def test_portrait_keys_come_newest_first_and_old_ones_go(self, store: Store) -> None:
        with store.works(anonymous()) as work:
            for minutes in (0, 10, 5):
                work.portrait_keys.add(KeyPair(f"public {minutes}", bytes([minutes]) * 32), NOON + minutes * MINUTE)
            work.portrait_keys.delete_before(NOON + MINUTE)
            work.commit()
        with store.read() as registers:
            kept = registers.portrait_keys.made_after(NOON - MINUTE)
            assert [pair.public for pair in kept] == ["public 10", "public 5"]
            assert kept[0].private == bytes([10]) * 32

    def test_a_running_check_comes_back_with_everything_it_needs(self, store: Store) -> None:
        check = carried_on(face_check(), Action.NEUTRAL, Action.TURN_RIGHT)
        check.count_unusable(DEFAULT_POLICY, "identity.face_no_face", NOON + dt.timedelta(seconds=6))
        with store.works(anonymous()) as work:
            work.face_checks.hold_person(PERSON)
            work.face_checks.save(check)
            work.commit()
        with store.read() as registers:
            assert registers.face_checks.find("f1") == check
            assert registers.face_checks.find("none") is None

    def test_an_accepted_check_comes_back_with_verdict_and_proof(self, store: Store) -> None:
        check = carried_on(
            face_check(), Action.NEUTRAL, Action.TURN_RIGHT, Action.BLINK, Action.TURN_LEFT, distance=0.33
        )
        with store.works(anonymous()) as work:
            work.face_checks.save(check)
            work.commit()
        with store.read() as registers:
            found = registers.face_checks.find("f1")
        assert found == check
        assert found is not None
        assert (found.state, found.method, found.proof) == (CheckState.ACCEPTED, ProofMethod.FACE, check.proof)
        assert check.verdict is not None

    def test_running_overdue_and_failed_checks_are_told_apart(self, store: Store) -> None:
        running, overdue = face_check("running", minutes=10), face_check("overdue")
        untouched = face_check("untouched")
        untouched.expire(NOON + MINUTE)
        whole = (Action.NEUTRAL, Action.TURN_RIGHT, Action.BLINK, Action.TURN_LEFT)
        failed = carried_on(face_check("failed"), *whole, distance=0.9)
        doubtful = carried_on(face_check("doubtful", minutes=1), *whole, distance=0.48)
        passed = carried_on(face_check("passed", minutes=2), *whole, distance=0.3)
        with store.works(anonymous()) as work:
            for check in (running, overdue, untouched, failed, doubtful, passed):
                work.face_checks.save(check)
            work.commit()
        with store.works(anonymous()) as work:
            now = NOON + 10 * MINUTE
            assert {one.check_id for one in work.face_checks.running_of(PERSON)} == {"running", "overdue"}
            assert [one.check_id for one in work.face_checks.overdue(now, 5)] == ["overdue"]
            assert set(work.face_checks.failed_at(PERSON, NOON)) == {failed.ended_at, doubtful.ended_at}
            assert not work.face_checks.failed_at(PERSON, now)
            assert not work.face_checks.failed_at(OTHER, NOON)

    def test_a_visit_to_a_provider_comes_back_and_leaves_its_verdict(self, store: Store) -> None:
        visit = Visit("tencent", "BIZ-1", "https://provider.test/visit")
        check = FaceCheck.at_provider(Asked("v1", PERSON, ProofPurpose.SIGN, "task-1", by_link=False), visit, NOON)
        verdict = ProviderVerdict("tencent", ProviderDecision.REVIEW, ProviderReason.NO_PHOTO, "x", "trace", 12)
        with store.works(anonymous()) as work:
            work.face_checks.save(check)
            work.commit()
        with store.works(anonymous()) as work:
            found = work.face_checks.find("v1")
            assert found == check
            found.conclude_visit(verdict, NOON + MINUTE, "proof-1")
            work.face_checks.save(found)
            work.commit()
        with store.read() as registers:
            ended = registers.face_checks.find("v1")
        assert ended == found
        assert ended is not None
        assert (ended.visit, ended.outside, ended.verdict) == (None, verdict, None)

    def test_walking_the_queue_shows_each_review_once_though_some_leave_and_others_come(self, store: Store) -> None:
        def waiting(check_id: str, at: dt.datetime) -> FaceReview:
            review = FaceReview.hold(check_id, PERSON, ProofPurpose.SIGN, b"live frame", NOON + MINUTE)
            review.offer(FaceVerdict(Decision.REVIEW, 0.48, 64, (), (RiskSignal.SIMILARITY_UNSURE,)), NOON)
            review.ask("huangshi-1", b"card portrait", at)
            return review

        def save(*reviews: FaceReview) -> None:
            with store.works(anonymous()) as work:
                for one in reviews:
                    work.face_reviews.save(one)
                work.commit()

        every = [waiting(f"r{n}", NOON + MINUTE * (n // 2) / 10) for n in range(6)]
        save(*reversed(every))
        walked: list[str] = []
        after = None
        for _ in range(5):  # as many pages as there are, and an empty one
            with store.read() as registers:
                page = registers.face_reviews.queue("huangshi-1", NOON, 2, after)
            if not page:
                break
            walked += [one.check_id for one in page]
            after = (page[-1].queued_at or NOON, page[-1].check_id)
            if len(walked) == 2:
                every[0].decide("s1", RefusalReason.NOT_LIVE, NOON, clerk=None, read=True)
                save(every[0], waiting("r9", NOON + MINUTE))

        assert walked == ["r0", "r1", "r2", "r3", "r4", "r5", "r9"]

    def test_a_review_keeps_its_pictures_until_it_is_decided_and_lists_show_none(self, store: Store) -> None:
        review = FaceReview.hold("r1", PERSON, ProofPurpose.SIGN, b"live frame", NOON + MINUTE)
        verdict = FaceVerdict(Decision.REVIEW, 0.48, 64, (), (RiskSignal.SIMILARITY_UNSURE,))
        review.offer(verdict, NOON)
        review.ask("huangshi-1", b"card portrait", NOON)
        with store.works(anonymous()) as work:
            work.face_reviews.save(review)
            work.commit()
        with store.works(anonymous()) as work:
            assert work.face_reviews.find("r1") == review
            assert list(work.face_reviews.open_of(PERSON)) == [review]
            assert not work.face_reviews.open_of(OTHER)
            [listed] = work.face_reviews.queue("huangshi-1", NOON + MINUTE, 5)
            assert (listed.check_id, listed.frame, listed.card) == ("r1", None, None)
            assert not work.face_reviews.queue("huangshi-2", NOON, 5)
            assert not work.face_reviews.queue("huangshi-1", review.deadline, 5)
            assert not work.face_reviews.overdue(NOON, 5)
            assert [one.check_id for one in work.face_reviews.overdue(review.deadline, 5)] == ["r1"]
            work.face_reviews.note_read("r1", "s1", "huangshi-1", NOON)
            assert list(work.face_reviews.readers("r1")) == ["s1"]
            assert not work.face_reviews.readers("r2")
            review.decide("s1", RefusalReason.NOT_LIVE, NOON + MINUTE, clerk=None, read=True)
            work.face_reviews.save(review)
            work.commit()
        with store.read() as registers:
            assert registers.face_reviews.find("r1") == review
            [told] = registers.own_records.of(PERSON)
            assert (told.kind, told.what, told.until) == ("FACE_REVIEW", "REFUSED huangshi-1", NOON + MINUTE)
            assert not registers.face_reviews.open_of(PERSON)
        with store.works(anonymous()) as work:
            work.face_reviews.drop("r1")
            assert work.face_reviews.find("r1") is None

    def test_frames_are_remembered_for_a_while(self, store: Store) -> None:
        old, new = Fingerprint("a" * 64, "b" * 64, "c" * 64), Fingerprint("d" * 64, "e" * 64, "f" * 64)
        with store.works(anonymous()) as work:
            work.face_checks.remember(PERSON, old, NOON)
            work.face_checks.remember(PERSON, new, NOON + MINUTE)
            work.commit()
        with store.read() as registers:
            assert set(registers.face_checks.remembered(PERSON, NOON - MINUTE)) == {old, new}
            assert list(registers.face_checks.remembered(PERSON, NOON)) == [new]
            assert not registers.face_checks.remembered(OTHER, NOON - MINUTE)
        with store.works(anonymous()) as work:
            work.face_checks.forget_frames(NOON + MINUTE)
            work.commit()
        with store.read() as registers:
            assert list(registers.face_checks.remembered(PERSON, NOON - MINUTE)) == [new]

    def test_credentials_are_found_by_person_and_by_login_and_a_login_has_one_owner(self, store: Store) -> None:
        mine, others = Credential(PERSON, "wang.one", "hash", NOON), Credential(OTHER, None, "hash", NOON)
        with store.works(anonymous()) as work:
            work.credentials.save(mine)
            work.credentials.save(others)
            work.commit()
        with store.works(anonymous()) as work, pytest.raises(LoginTaken):
            work.credentials.save(replace(others, login="wang.one"))
        with store.works(anonymous()) as work:
            assert work.credentials.find(OTHER) == others
            assert work.credentials.with_login("wang.one") == mine
            assert work.credentials.with_login("wang.two") is None
            work.credentials.delete(PERSON)
            work.commit()
        with store.read() as registers:
            assert registers.credentials.find(PERSON) is None

    def test_wechat_links_one_account_to_one_person(self, store: Store) -> None:
        with store.works(anonymous()) as work:
            work.wechat_links.put("openid-a", PERSON, NOON)
            work.wechat_links.put("openid-b", PERSON, NOON)
            work.commit()
        with store.works(anonymous()) as work:
            assert (work.wechat_links.find("openid-a"), work.wechat_links.find("openid-b")) == (None, PERSON)
            work.wechat_links.put("openid-b", OTHER, NOON)
            assert work.wechat_links.find("openid-b") == OTHER
            work.wechat_links.delete(OTHER)
            assert work.wechat_links.find("openid-b") is None

    def test_ended_sessions_are_listed_from_a_moment_and_open_ones_by_subject(self, store: Store) -> None:
        sessions = [Session(f"s{n}", ActorKind.PERSON, str(PERSON), (), "", NOON, NOON) for n in range(3)]
        sessions[0].end(EndReason.SIGNED_OUT, NOON)
        sessions[1].end(EndReason.PASSWORD_CHANGED, NOON + MINUTE)
        with store.works(anonymous()) as work:
            for one in sessions:
                work.sessions.save(one)
            work.commit()
        with store.works(anonymous()) as work:
            assert [one.session_id for one in work.sessions.not_ended_of(str(PERSON))] == ["s2"]
            assert list(work.sessions.ended_since(NOON + MINUTE)) == ["s1"]
            assert not work.sessions.not_ended_of(str(OTHER))

    def test_a_token_is_spent_once(self, store: Store) -> None:
        with store.works(anonymous()) as work:
            work.spend("token", NOON)
            work.commit()
        with store.works(anonymous()) as work, pytest.raises(Conflict):
            work.spend("token", NOON)

    def test_a_changed_account_is_kept_as_it_is_now(self, store: Store) -> None:
        changed = replace(account(), mobile=Mobile("13900000007"), name_check=NameCheck.IN_REVIEW, mobile_shared=True)
        with store.works(anonymous()) as work:
            work.accounts.add(account())
            work.accounts.save(changed)
            work.commit()
        with store.read() as registers:
            assert registers.accounts.find(PERSON) == changed
            assert list(registers.accounts.with_mobile(changed.mobile)) == [changed]
            assert not registers.accounts.with_mobile(PHONE)

    def test_blocked_persons_changes_and_the_mobile_noted_at_the_counter_are_kept(self, store: Store) -> None:
        change = AccountChange("change-1", PERSON, PHONE, ChangeKind.MOBILE_CHANGED, NOON)
        noted = replace(counter_check(), mobile=PHONE)
        with store.works(anonymous()) as work:
            work.blocklist.put(PERSON, "FRAUD", NOON)
            work.blocklist.put(PERSON, "LOST_CARD", NOON)
            work.account_changes.add(change)
            work.counter_checks.add(noted)
            work.commit()
        with store.works(anonymous()) as work:
            assert (work.blocklist.has(PERSON), work.blocklist.has(OTHER)) == (True, False)
            assert work.account_changes.find("change-1") == change
            assert work.counter_checks.latest(PERSON) == noted
            work.blocklist.delete(PERSON)
            work.account_changes.forget_before(NOON + MINUTE)
            work.commit()
        with store.read() as registers:
            assert not registers.blocklist.has(PERSON)
            assert registers.account_changes.find("change-1") is None

    def test_acts_of_staff_are_found_by_office_and_filter_and_forgotten_by_age(self, store: Store) -> None:
        one = StaffAct("act-1", "s1", "huangshi-1", "contract.case_shown", "case-1", NOON)
        two = replace(one, act_id="act-2", staff_id="s2", subject="case-2")
        later = replace(one, act_id="act-3", act="identity.checked_at_counter", at=NOON + MINUTE)
        elsewhere = replace(one, act_id="act-4", office="huangshi-2")
        with store.works(anonymous()) as work:
            for act in (later, one, elsewhere, two):
                work.staff_acts.add(act)
            work.commit()
        with store.read() as registers:
            wanted = ActFilter("huangshi-1")
            found = registers.staff_acts.page
            assert found(wanted, 10) == [later, two, one]
            assert found(wanted, 2) == [later, two]
            assert found(replace(wanted, before=(NOON, "act-2")), 10) == [one]
            assert found(replace(wanted, staff_id="s2"), 10) == [two]
            assert found(replace(wanted, act="identity.checked_at_counter"), 10) == [later]
            assert found(replace(wanted, subject="case-2"), 10) == [two]
            assert found(replace(wanted, since=NOON + MINUTE), 10) == [later]
            assert found(replace(wanted, until=NOON + MINUTE), 10) == [two, one]

    def test_an_address_is_familiar_to_the_account_entered_from_there_for_a_while(self, store: Store) -> None:
        with store.works(anonymous()) as work:
            work.familiar.note("account:1", "home", NOON)
            work.familiar.note("account:1", "home", NOON + MINUTE)
            work.familiar.note("account:1", "work", NOON)
            work.familiar.note("account:2", "home", NOON)
            work.commit()
        with store.works(anonymous()) as work:
            assert work.familiar.knows("account:1", "home", NOON)
            assert not work.familiar.knows("account:1", "work", NOON)
            assert not work.familiar.knows("account:2", "work", NOON - MINUTE)
            work.familiar.forget_before(NOON + MINUTE)
            assert work.familiar.knows("account:1", "home", NOON - MINUTE)
            assert not work.familiar.knows("account:2", "home", NOON - MINUTE)
            work.familiar.forget("account:1")
            work.commit()
        with store.read() as registers:
            assert not registers.familiar.knows("account:1", "home", NOON - MINUTE)

    def test_acts_get_places_and_seals_and_are_forgotten_from_the_front(self, store: Store) -> None:
        acts = [StaffAct(f"act-{n}", "s1", "huangshi-1", "a.b", "case-1", NOON + n * MINUTE) for n in range(4)]
        with store.works(anonymous()) as work:
            for act in (acts[2], acts[0], acts[1]):
                work.staff_acts.add(act)
            work.commit()
        with store.works(anonymous()) as work:
            assert work.act_chain.hold()
            assert work.act_chain.find("staff_acts") is None
            assert (work.act_chain.oldest_unsealed(), work.act_chain.count_unsealed()) == (NOON, 3)
            assert work.act_chain.unsealed(2) == acts[:2]
            chain, sealed = extend(Chain.begin("staff_acts", work.act_chain.mac), acts[:3], work.act_chain.mac)
            work.act_chain.seal(sealed)
            work.act_chain.save(chain)
            work.staff_acts.add(acts[3])
            work.commit()
        with store.read() as registers:
            registers.act_chain.stand_still()
            assert registers.act_chain.find("staff_acts") == chain
            assert (registers.act_chain.unsealed(9), registers.act_chain.count_unsealed()) == (acts[3:], 1)
            assert list(registers.act_chain.after(0, 9)) == list(sealed)
            assert list(registers.act_chain.after(1, 1)) == [sealed[1]]
        with store.works(anonymous()) as work:
            shorter = forget(chain, sealed, NOON + 2 * MINUTE, work.act_chain.mac)
            work.act_chain.delete_to(shorter.floor)
            work.act_chain.save(shorter)
            work.commit()
        with store.read() as registers:
            assert registers.act_chain.find("staff_acts") == shorter
            assert list(registers.act_chain.after(0, 9)) == [sealed[2]]
            assert registers.act_chain.oldest_unsealed() == acts[3].at

    def test_checks_stand_in_a_line_before_the_engine(self, store: Store) -> None:
        begun, ended, first, late, gone, never = (face_check(f"l{n}") for n in range(6))
        for check in (begun, ended):
            check.let_in(DEFAULT_POLICY, NOON, NOON)
        ended.expire(NOON)
        first.put_off(DEFAULT_POLICY, NOON, 60)
        late.put_off(DEFAULT_POLICY, NOON + MINUTE, 60)
        gone.put_off(DEFAULT_POLICY, NOON - MINUTE, 3)
        with store.works(anonymous()) as work:
            for check in (begun, ended, first, late, gone, never):
                work.face_checks.save(check)
            work.commit()
        with store.works(anonymous()) as work:
            work.face_checks.hold_line()
            soon = NOON + dt.timedelta(seconds=10)
            assert work.face_checks.standing(first, soon) == Standing(1, 0)
            assert work.face_checks.standing(late, soon) == Standing(1, 1)
            assert work.face_checks.standing(never, soon) == Standing(1, 1)
            assert work.face_checks.standing(never, NOON + 2 * MINUTE) == Standing(0, 1)
            assert work.face_checks.find("l2") == first
            assert work.face_checks.find("l0") == begun

    def test_an_erasure_deletes_what_names_the_person_and_nothing_of_others(self, store: Store) -> None:
        for person, sequence in ((PERSON, 1), (OTHER, 2)):
            with store.works(anonymous()) as work:
                work.accounts.add(account(sequence))
                work.credentials.save(Credential(person, f"login.{sequence}", "hash", NOON))
                work.wechat_links.put(f"openid-{sequence}", person, NOON)
                work.portraits.put(person, b"card template", NOON)
                work.face_checks.remember(person, fingerprint(b"frame"), NOON)
                work.counter_checks.add(replace(counter_check(), counter_check_id=f"cc{sequence}", person_id=person))
                change = AccountChange(f"ch{sequence}", person, PHONE, ChangeKind.MOBILE_CHANGED, NOON)
                work.account_changes.add(change)
                work.consents.save(replace(consent(f"k{sequence}"), person_id=person))
                work.commit()
        with store.works(anonymous()) as work:
            work.erasures.erase(PERSON)
            work.commit()
        with store.read() as registers:
            for person, there in ((PERSON, False), (OTHER, True)):
                assert (registers.accounts.find(person) is not None) is there
                assert (registers.credentials.find(person) is not None) is there
                assert (registers.portraits.find(person) is not None) is there
                assert (registers.counter_checks.latest(person) is not None) is there
                assert bool(registers.face_checks.remembered(person, NOON - MINUTE)) is there
                assert registers.consents.live(person, ConsentPurpose.FACE)
            assert (registers.wechat_links.find("openid-1"), registers.wechat_links.find("openid-2")) == (None, OTHER)
            assert (registers.account_changes.find("ch1"), registers.account_changes.find("ch2") is None) == (
                None,
                False,
            )

    def test_old_sessions_and_long_withdrawn_consents_are_forgotten(self, store: Store) -> None:
        old = Session("s-old", ActorKind.PERSON, str(PERSON), (), "", NOON, NOON)
        new = replace(old, session_id="s-new", renewed_at=NOON + 2 * MINUTE)
        withdrawn = replace(consent("k-old"), withdrawn_at=NOON)
        with store.works(anonymous()) as work:
            work.sessions.save(old)
            work.sessions.save(new)
            work.consents.save(withdrawn)
            work.consents.save(consent("k-live"))
            work.sessions.forget_before(NOON + MINUTE)
            work.consents.forget_withdrawn_before(NOON + MINUTE)
            work.commit()
        with store.read() as registers:
            assert (registers.sessions.find("s-old"), registers.sessions.find("s-new")) == (None, new)
            assert [one.what for one in registers.own_records.of(PERSON) if one.kind == "CONSENT"] == ["FACE face 1"]

    def test_a_card_fits_its_holder_name_and_mobile_together_alone(self, store: Store) -> None:
        card, name, other = CardNumber("6222020200000000000"), PersonName("测试甲"), PersonName("测试乙")
        with store.works(anonymous()) as work:
            work.bank_cards.put(card, PERSON, name, PHONE)
            work.commit()
        with store.read() as registers:
            known = registers.bank_cards.find(card)
            assert known is not None
            cards = registers.bank_cards
            assert cards.fits(known, PERSON, name, PHONE)
            assert not cards.fits(known, OTHER, name, PHONE)
            assert not cards.fits(known, PERSON, other, PHONE)
            assert not cards.fits(known, PERSON, name, Mobile("13900000007"))

    def test_another_way_keeps_its_assurance(self, store: Store) -> None:
        check = face_check()
        check.accept_by(ProofMethod.BANK_CARD, Assurance.AUTHORITATIVE, NOON + MINUTE, "proof-1")
        with store.works(anonymous()) as work:
            work.face_checks.save(check)
            work.commit()
        with store.read() as registers:
            found = registers.face_checks.find(check.check_id)
            assert found is not None
            assert found.proof is not None
            assert (found.proof.method, found.proof.assurance) == (ProofMethod.BANK_CARD, Assurance.AUTHORITATIVE)

    def test_a_captcha_is_found_until_used_and_counted_for_its_address(self, store: Store) -> None:
        one = Captcha("captcha-1", CaptchaKind.SOUND, "en", "23456", "home", NOON)
        with store.works(anonymous()) as work:
            work.captchas.add(one)
            work.commit()
        with store.works(anonymous()) as work:
            assert work.captchas.find("captcha-1") == one
            work.captchas.delete("captcha-1")
            assert work.captchas.find("captcha-1") is None
            assert list(work.captchas.made_for("home", NOON - MINUTE)) == [NOON]
            assert not work.captchas.made_for("home", NOON)
            work.captchas.forget_before(NOON + MINUTE)
            assert not work.captchas.made_for("home", NOON - MINUTE)

    def test_everything_kept_about_a_person_is_listed_oldest_first_and_nothing_of_others(self, store: Store) -> None:
        check = face_check(minutes=3)
        check.accept_by(ProofMethod.COUNTER, Assurance.AUTHORITATIVE, NOON + 4 * MINUTE, "proof-1")
        session = Session("s1", ActorKind.PERSON, str(PERSON), (), "", NOON + 5 * MINUTE, NOON + 5 * MINUTE)
        foreign = Session("s2", ActorKind.PERSON, str(OTHER), (), "", NOON, NOON)
        with store.works(anonymous()) as work:
            work.consents.save(consent().withdrawn(NOON + MINUTE))
            work.counter_checks.add(counter_check(hours=1))
            work.face_checks.save(check)
            work.sessions.save(session)
            work.sessions.save(foreign)
            work.commit()
        with store.read() as registers:
            found = registers.own_records.of(PERSON)
        assert [(one.kind, one.what, one.at, one.until) for one in found] == [
            ("CONSENT", "FACE face 1", NOON, NOON + MINUTE),
            ("IDENTITY_CHECK", "SIGN ACCEPTED COUNTER", NOON + 3 * MINUTE, NOON + 4 * MINUTE),
            ("SESSION", "OPEN", NOON + 5 * MINUTE, None),
            ("COUNTER_CHECK", "huangshi-1", NOON + 60 * MINUTE, NOON + 25 * 60 * MINUTE),
        ]
