"""The bank card as a proof of identity: what the bank says, what counts, what is never told or kept."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import luhn

from services.common.kit.calls import Call
from services.common.kit.errors import InvalidValue, Unavailable
from services.common.messages import identity as messages
from services.common.values import IdNumber, Mobile, PersonId, PersonName
from services.identity.adapters.bank_cards import NoBankCards
from services.identity.application.ports import NameVerdict
from services.identity.application.prove_by_bank_card import add_bank_card, prove_by_bank_card
from services.identity.application.recover_account import recover_account
from services.identity.application.show_face_check import show_face_check
from services.identity.domain.account import NameCheck
from services.identity.domain.bank_card import BankAnswer, BankWord, CardNumber
from tests.unit.identity.told_faces import Booth
from tests.unit.identity.world import World, anonymous, as_person, as_service, id_number, refused

RESERVED = "13900000005"
STEM = "622202020000000001"
CARD = STEM + luhn.calc_check_digit(STEM)


class ToldBank:
    """A bank as told."""

    offered = True

    def __init__(self, word: BankWord | None, assurance: messages.Assurance = messages.Assurance.AUTHORITATIVE) -> None:
        self.word, self.assurance, self.asked = word, assurance, 0

    def match(
        self, request_id: str, name: PersonName, id_number: IdNumber, card: CardNumber, mobile: Mobile
    ) -> BankAnswer:
        self.asked += 1
        if self.word is None:
            raise Unavailable("identity.bank_card_unavailable")
        return BankAnswer(self.word, self.assurance)


def know(world: World, *, name: str = "测试甲", sequence: int = 1, mobile: str = RESERVED) -> None:
    message = messages.AddBankCard(
        name=PersonName(name), id_number=id_number(sequence), card_number=CARD, mobile=Mobile(mobile)
    )
    add_bank_card(world.means, message, as_service("cli"))


def show(world: World, check: messages.FaceCheck, mobile: str = RESERVED) -> messages.ProveByBankCard:
    world.pass_time(minutes=2)
    code_id, digits = world.code(mobile, messages.CodePurpose.BANK_CARD)
    return messages.ProveByBankCard(
        check_id=check.check_id, card_number=CARD, mobile=Mobile(mobile), code_id=code_id, code=digits, source="home"
    )


def prove(world: World, check: messages.FaceCheck, who: Call, mobile: str = RESERVED) -> messages.FaceCheck:
    reference = prove_by_bank_card(world.means, show(world, check, mobile), who)
    return show_face_check(world.means, reference, who)


@pytest.fixture
def person(world: World) -> PersonId:
    return world.register(id_number())


def test_a_card_with_its_reserved_mobile_ends_the_check_in_a_proof(booth: Booth, person: PersonId) -> None:
    know(booth.world)

    ended = prove(booth.world, booth.start(as_person(person)), as_person(person))

    assert (ended.state, ended.reason) == ("ACCEPTED", None)
    kept = booth.world.store.memory.face_checks[ended.check_id]
    assert kept.proof is not None
    assert (kept.proof.method, kept.proof.assurance) == (messages.ProofMethod.BANK_CARD, messages.Assurance.BASIC)


def test_a_signer_by_link_proves_who_he_is_without_a_session(booth: Booth, person: PersonId) -> None:
    know(booth.world)
    check = booth.start(anonymous(), messages.ProofPurpose.SIGN, "task-1", person)

    assert prove(booth.world, check, anonymous()).proof


def test_a_providers_word_is_authoritative(booth: Booth, person: PersonId) -> None:
    booth.world.bank_cards = ToldBank(BankWord.MATCH)

    ended = prove(booth.world, booth.start(as_person(person)), as_person(person))

    proof = booth.world.store.memory.face_checks[ended.check_id].proof
    assert proof is not None
    assert proof.assurance is messages.Assurance.AUTHORITATIVE


@pytest.mark.parametrize("told", [{"name": "测试乙"}, {"sequence": 2}, {"mobile": "13900000006"}])
def test_a_card_of_another_name_number_or_mobile_is_one_refusal_and_five_close_the_way(
    told: dict[str, object], booth: Booth, person: PersonId
) -> None:
    know(booth.world, **told)  # type: ignore[arg-type]
    check = booth.start(as_person(person))
    message = show(booth.world, check)
    for _ in range(5):
        with refused("identity.bank_card_mismatch"):
            prove_by_bank_card(booth.world.means, message, as_person(person))

    with refused("identity.locked"):
        prove_by_bank_card(booth.world.means, message, as_person(person))
    assert booth.world.store.memory.face_checks[check.check_id].proof is None


@pytest.mark.parametrize(
    ("word", "code"),
    [
        (BankWord.UNSUPPORTED, "identity.bank_card_unsupported"),
        (BankWord.UNUSABLE, "identity.bank_card_unusable"),
        (BankWord.TOO_MANY, "identity.bank_card_too_many"),
        (None, "identity.bank_card_unavailable"),
    ],
)
def test_a_card_that_cannot_be_asked_for_uses_up_nothing(
    word: BankWord | None, code: str, booth: Booth, person: PersonId
) -> None:
    booth.world.bank_cards = ToldBank(word)
    message = show(booth.world, booth.start(as_person(person)))
    for _ in range(6):
        with refused(code):
            prove_by_bank_card(booth.world.means, message, as_person(person))

    booth.world.bank_cards = ToldBank(BankWord.MATCH)
    assert prove_by_bank_card(booth.world.means, message, as_person(person)).check_id


def test_without_the_code_sent_to_the_reserved_mobile_no_bank_is_asked(booth: Booth, person: PersonId) -> None:
    bank = booth.world.bank_cards = ToldBank(BankWord.MATCH)
    check = booth.start(as_person(person))
    code_id, digits = booth.world.code(RESERVED, messages.CodePurpose.SIGN_IN)
    message = messages.ProveByBankCard(
        check_id=check.check_id, card_number=CARD, mobile=Mobile(RESERVED), code_id=code_id, code=digits
    )

    with refused("identity.sms_code_wrong"):
        prove_by_bank_card(booth.world.means, message, as_person(person))
    assert bank.asked == 0


def test_a_check_of_somebody_else_cannot_be_ended(booth: Booth, person: PersonId) -> None:
    know(booth.world)
    other = booth.world.register(id_number(2), mobile="13800000002")
    check = booth.start(as_person(person))

    with refused("identity.face_check_unknown"):
        prove(booth.world, check, as_person(other))


def test_half_an_hour_after_the_start_a_card_ends_nothing_and_no_bank_is_asked(booth: Booth, person: PersonId) -> None:
    bank = booth.world.bank_cards = ToldBank(BankWord.MATCH)
    check = booth.start(as_person(person))
    booth.world.pass_time(minutes=30)

    with refused("identity.face_check_over"):
        prove(booth.world, check, as_person(person))
    assert bank.asked == 0


def test_a_card_ends_the_review_of_a_name_an_authority_did_not_know(booth: Booth) -> None:
    booth.world.authority.verdict = NameVerdict.UNKNOWN
    person = booth.world.register(id_number())
    know(booth.world)

    prove(booth.world, booth.start(as_person(person)), as_person(person))

    assert booth.world.store.memory.accounts[person].name_check is NameCheck.MATCHED


def test_where_no_bank_can_be_asked_the_way_is_not_offered(booth: Booth, person: PersonId) -> None:
    booth.world.bank_cards = NoBankCards()
    check = booth.start(as_person(person))

    assert check.methods == ("COUNTER",)
    with refused("identity.bank_card_off"):
        prove(booth.world, check, as_person(person))


def recover(world: World) -> PersonId:
    world.pass_time(minutes=2)
    code_id, digits = world.code(RESERVED, messages.CodePurpose.RECOVER)
    message = messages.RecoverAccount(
        name=PersonName("测试甲"), id_number=id_number(), mobile=Mobile(RESERVED), code_id=code_id, code=digits,
        card_number=CARD, source="home",
    )  # fmt: skip
    return recover_account(world.means, message, anonymous()).person_id


def test_an_account_is_won_back_by_a_card_a_bank_confirms_and_not_by_the_embedded_table(world: World) -> None:
    occupied = world.register(id_number(), name="占用者")
    know(world)
    with refused("identity.recovery_proof_missing"):
        recover(world)

    world.bank_cards = ToldBank(BankWord.MISMATCH)
    with refused("identity.bank_card_mismatch"):
        recover(world)
    world.bank_cards = ToldBank(BankWord.MATCH)
    assert recover(world) == occupied
    assert str(world.store.memory.accounts[occupied].name) == "测试甲"


def test_only_the_operators_command_makes_cards_up(world: World) -> None:
    message = messages.AddBankCard(
        name=PersonName("测试甲"), id_number=id_number(), card_number=CARD, mobile=Mobile(RESERVED)
    )
    with refused("actor.service_only"):
        add_bank_card(world.means, message, as_service("gateway"))


@given(st.text("0123456789", min_size=12, max_size=18))
def test_a_number_with_its_check_digit_is_read_with_blanks_and_without_and_one_changed_digit_is_refused(
    stem: str,
) -> None:
    digits = stem + luhn.calc_check_digit(stem)
    typed = " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
    changed = digits[:-1] + str((int(digits[-1]) + 1) % 10)

    assert CardNumber.read(typed) == CardNumber.read(digits)
    with pytest.raises(InvalidValue):
        CardNumber.read(changed)


def test_the_number_is_in_no_text_about_the_card() -> None:
    assert CARD not in repr(CardNumber.read(CARD))


@given(st.text("0123456789", min_size=12, max_size=18), st.data())
def test_one_changed_digit_of_a_card_is_refused_by_its_check_digit(stem: str, data: st.DataObject) -> None:
    card = stem + luhn.calc_check_digit(stem)
    place, other = data.draw(st.integers(0, len(card) - 1)), data.draw(st.sampled_from("0123456789"))
    assume(card[place] != other)

    with refused("identity.bank_card_invalid"):
        CardNumber.read(card[:place] + other + card[place + 1 :])


@given(st.text("0123456789", min_size=12, max_size=18), st.data())
def test_blanks_hyphens_and_full_width_digits_mean_the_same_card_and_reading_twice_changes_nothing(
    stem: str, data: st.DataObject
) -> None:
    card = stem + luhn.calc_check_digit(stem)
    typed = "".join(sign + data.draw(st.sampled_from(["", " ", "-"])) for sign in card)
    full_width = "".join(chr(ord(sign) + 0xFEE0) for sign in card)

    once = CardNumber.read(typed)
    assert once.value == card
    assert CardNumber.read(full_width) == CardNumber.read(once.value) == once
