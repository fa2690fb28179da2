"""Win back the account of one's own ID number (找回账号), whoever occupies it.

Needs more than a face: the portrait an occupant enrolled is the occupant's. What the occupant left is gone afterwards.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from services.common.kit.calls import Call
from services.common.messages.identity import AccountReference, Assurance, ChangeKind, CodePurpose, RecoverAccount
from services.common.values import PersonId
from services.identity.application.code_trial import CodeTrial
from services.identity.application.door import Door
from services.identity.application.end_sessions import end_sessions
from services.identity.application.means import Means
from services.identity.application.ports import Work
from services.identity.application.prove_by_bank_card import require_match, require_offered
from services.identity.application.tell_change import tell_change
from services.identity.domain.account import Account, NameCheck, require_sharing
from services.identity.domain.bank_card import BankAnswer, CardNumber
from services.identity.domain.consent import ConsentPurpose
from services.identity.domain.errors import RecoveryProofMissing
from services.identity.domain.face_check import SUPERSEDED
from services.identity.domain.session import EndReason


def recover_account(means: Means, message: RecoverAccount, call: Call) -> AccountReference:
    """Give the account to the person proven, with the proven phone.

    Raises the code's refusals; RecoveryProofMissing, also where nobody has an account of that number (costing a try of
    the code); MobileShared. Passwords, WeChat, portrait, consent to the face and sessions of before end; the former phone is told.
    """
    now = means.now()
    person_id = means.person_id_of(message.id_number)
    answer = _ask_bank(means, message, call, person_id) if message.card_number else None
    with means.works(call) as work:
        trial = CodeTrial(work, message.mobile, message.source, now)
        code = trial.require_right(message.code_id, CodePurpose.RECOVER, message.code)
        account = work.accounts.find(person_id)
        if answer is not None:
            door = _card_door(message, person_id, now)
            door.refuse_locked(work)
            require_match(work, door, answer)
        proven = answer is not None and answer.assurance is Assurance.AUTHORITATIVE
        if account is None or not (proven or _seen_at_counter(work, message, person_id, now)):
            code.count_failure()
            raise trial.refused(code, RecoveryProofMissing())
        others = [one for one in work.accounts.with_mobile(message.mobile) if one.person_id != person_id]
        require_sharing(others, means.rules.shared_mobile)
        trial.succeeded(code)
        clear_traces(work, person_id, now)
        _hand_over(means, work, account, message, shared=bool(others))
        reference = AccountReference(person_id=person_id)
        work.commit(reference)
    return reference


def _ask_bank(means: Means, message: RecoverAccount, call: Call, person_id: PersonId) -> BankAnswer:
    """Ask about the card, for a proven phone only. What only the embedded table vouches for wins nothing back."""
    card, now = CardNumber.read(message.card_number), means.now()
    require_offered(means)
    with means.works(call) as work:
        _card_door(message, person_id, now).refuse_locked(work)
        trial = CodeTrial(work, message.mobile, message.source, now)
        trial.require_right(message.code_id, CodePurpose.RECOVER, message.code)
    question = call.request_id or means.new_id()
    return means.bank_cards.match(question, message.name, message.id_number, card, message.mobile)


def _card_door(message: RecoverAccount, person_id: PersonId, now: dt.datetime) -> Door:
    return Door(frozenset({f"bank-card:{person_id}"}), message.source, now)


def clear_traces(work: Work, person_id: PersonId, now: dt.datetime) -> None:
    """Forget every way in and the biometric, whoever left them, and what a clerk may have approved of it."""
    work.credentials.delete(person_id)
    work.wechat_links.delete(person_id)
    work.face_checks.hold_person(person_id)
    for review in work.face_reviews.open_of(person_id):
        review.revoke(now)
        work.face_reviews.save(review)
    for check in work.face_checks.running_of(person_id):
        check.expire(now, SUPERSEDED)
        work.face_checks.save(check)
    work.portraits.delete(person_id)
    for purpose in (ConsentPurpose.FACE, ConsentPurpose.FACE_REVIEW):
        for consent in work.consents.live(person_id, purpose):
            work.consents.save(consent.withdrawn(now))
    end_sessions(work, str(person_id), EndReason.RECOVERED, now)


def _seen_at_counter(work: Work, message: RecoverAccount, person_id: PersonId, now: dt.datetime) -> bool:
    """Whether a clerk saw this person and noted this phone: anybody can name an ID number and wait for its owner's visit."""
    seen = work.counter_checks.latest(person_id)
    return seen is not None and seen.valid_until > now and seen.name == message.name and seen.mobile == message.mobile


def _hand_over(means: Means, work: Work, account: Account, message: RecoverAccount, *, shared: bool) -> None:
    kept = replace(
        account,
        name=message.name,
        mobile=message.mobile,
        mobile_shared=shared,
        name_check=NameCheck.MATCHED,
    )
    work.accounts.save(kept)
    work.failures.clear(f"account:{account.person_id}")
    work.familiar.forget(f"account:{account.person_id}")
    tell_change(means, work, account, ChangeKind.ACCOUNT_RECOVERED)
