"""Prove who one is by a bank card (银行卡核验): four elements the bank compares, and a code to the mobile it has reserved."""

from __future__ import annotations

from dataclasses import replace

from services.common.kit.calls import Call
from services.common.kit.errors import Conflict
from services.common.messages.identity import AddBankCard, CodePurpose, FaceCheckReference, ProofMethod, ProveByBankCard
from services.common.messages.shapes import Nothing
from services.common.values import PersonId
from services.identity.application.code_trial import CodeTrial
from services.identity.application.door import Door
from services.identity.application.face_access import require_caller
from services.identity.application.means import Means
from services.identity.application.ports import Registers, Work
from services.identity.domain.account import Account, NameCheck
from services.identity.domain.bank_card import BankAnswer, BankWord, CardNumber
from services.identity.domain.errors import BankCardMismatch, PersonUnknown
from services.identity.domain.face_check import FaceCheck

_REFUSALS = {
    BankWord.UNSUPPORTED: "identity.bank_card_unsupported",
    BankWord.UNUSABLE: "identity.bank_card_unusable",
    BankWord.TOO_MANY: "identity.bank_card_too_many",
}


def prove_by_bank_card(means: Means, message: ProveByBankCard, call: Call) -> FaceCheckReference:
    """Accept the check. The bank is asked with no transaction open, and only for a proven phone.

    Raises InvalidValue for a number that is none, the code's refusals, BankCardMismatch (five lock for a while), Conflict
    for a card that cannot be asked for, CheckUnknown, CheckOver, PersonUnknown, TooSoon; Unavailable uses up nothing.
    """
    card, now = CardNumber.read(message.card_number), means.now()
    require_offered(means)
    with means.read() as registers:
        check, account = _expected(registers, message, call)
    door = Door(frozenset({f"bank-card:{check.person_id}"}), message.source, now)
    with means.works(call) as work:
        door.refuse_locked(work)
        check.require_open_to_others(now)
        CodeTrial(work, message.mobile, "", now).require_right(message.code_id, CodePurpose.BANK_CARD, message.code)
    question = call.request_id or means.new_id()
    answer = means.bank_cards.match(question, account.name, account.id_number, card, message.mobile)
    with means.works(call) as work:
        work.face_checks.hold_person(check.person_id)
        check, account = _expected(work, message, call)
        trial = CodeTrial(work, message.mobile, "", now)
        code = trial.require_right(message.code_id, CodePurpose.BANK_CARD, message.code)
        door.refuse_locked(work)
        require_match(work, door, answer)
        trial.succeeded(code)
        door.passed(work)
        check.accept_by(ProofMethod.BANK_CARD, answer.assurance, now, means.new_id())
        work.face_checks.save(check)
        if account.name_check is NameCheck.IN_REVIEW:
            work.accounts.save(replace(account, name_check=NameCheck.MATCHED))
        reference = FaceCheckReference(check_id=check.check_id)
        work.commit(reference)
    return reference


def require_offered(means: Means) -> None:
    """Raise Conflict where nobody can be asked."""
    if not means.bank_cards.offered:
        raise Conflict("identity.bank_card_off")


def require_match(work: Work, door: Door, answer: BankAnswer) -> None:
    """Return where the bank said yes. A no counts; a card that cannot be asked for does not."""
    if answer.word is BankWord.MISMATCH:
        raise door.failed(work, BankCardMismatch())
    if answer.word in _REFUSALS:
        raise Conflict(_REFUSALS[answer.word])


def _expected(registers: Registers, message: ProveByBankCard, call: Call) -> tuple[FaceCheck, Account]:
    check = require_caller(registers.face_checks.find(message.check_id), call)
    account = registers.accounts.find(check.person_id)
    if account is None:
        raise PersonUnknown
    return check, account


def add_bank_card(means: Means, message: AddBankCard, call: Call) -> Nothing:
    """Keep a made-up card in the embedded table. Raises Forbidden for anybody but the command, InvalidValue."""
    call.actor.require_service("cli")
    card = CardNumber.read(message.card_number)
    person_id: PersonId = means.person_id_of(message.id_number)
    with means.works(call) as work:
        work.bank_cards.put(card, person_id, message.name, message.mobile)
        work.commit(Nothing())
    return Nothing()
