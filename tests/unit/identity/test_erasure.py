"""Erasing one's own account: what bars it, what goes, what stays, and that the same number may register again."""

import dataclasses
import datetime as dt

import pytest

from services.common.kit.errors import Unavailable
from services.common.messages import identity as messages
from services.common.messages.identity import AccountChanged, AccountErased, EraseAccount, Erasure
from services.common.values import PersonId
from services.identity.application.erase_account import erase_account
from services.identity.application.forget_expired import forget_expired
from services.identity.application.sign_in_with_wechat import bind_wechat
from services.identity.application.tell_change import get_account_change
from services.identity.domain.erasure import PROOF_OF_CONSENT, SESSION_LOG, Ties
from services.identity.domain.session import EndReason
from tests.unit.identity.test_account_changes import by_sms
from tests.unit.identity.test_counter import see
from tests.unit.identity.test_passwords import choose, proof
from tests.unit.identity.test_passwords import sign_in as by_password
from tests.unit.identity.told_faces import Booth
from tests.unit.identity.world import World, anonymous, as_person, as_service, as_staff, id_number, refused

MINUTE = dt.timedelta(minutes=1)


def erase(world: World, person: PersonId, token: str | None = None) -> Erasure:
    message = EraseAccount(proof=token if token is not None else proof(world, person))
    return erase_account(world.means, message, as_person(person))


def settled(booth: Booth) -> PersonId:
    """Somebody with everything identity can keep about a person."""
    person, world = booth.ready_person(), booth.world
    choose(world, person, login="wang.one")
    world.consent(person, "NOTICE")
    world.wechat.openids = {"code-1": "openid-a"}
    bind_wechat(world.means, messages.BindWechat(code="code-1"), as_person(person))
    see(world)
    booth.start(as_person(person))
    by_sms(world, str(world.store.memory.accounts[person].mobile))
    return person


def test_name_number_phone_face_and_every_way_in_are_gone_and_others_keep_theirs(booth: Booth) -> None:
    person, world = settled(booth), booth.world
    other = world.register(id_number(2), name="测试乙", mobile="13800000009")
    choose(world, other, login="li.two")

    erase(world, person)

    kept = world.store.memory
    assert set(kept.accounts) == set(kept.credentials) == {other}
    assert (kept.portraits, kept.frames, kept.counter_checks, kept.wechat_links) == ({}, [], [], {})
    assert [one for one in kept.consents.values() if one.withdrawn_at is None] == []
    assert {one.end_reason for one in kept.sessions.values() if one.subject_id == str(person)} == {EndReason.ERASED}
    assert [one.state for one in kept.face_checks.values()] == ["EXPIRED"]
    assert by_password(world, "li.two")
    with refused("identity.sign_in_refused"):
        by_password(world, "wang.one")


def test_the_phone_is_told_and_the_event_holds_the_pseudonym_alone(booth: Booth) -> None:
    person, world = settled(booth), booth.world
    mobile = world.store.memory.accounts[person].mobile

    erase(world, person)

    change, erased = world.store.events[-2:]
    assert isinstance(change, AccountChanged)
    told = get_account_change(world.means, messages.GetAccountChange(change_id=change.change_id), as_service("notice"))
    assert (told.mobile, told.kind) == (mobile, messages.ChangeKind.ACCOUNT_ERASED)
    assert erased == AccountErased(person_id=person)
    assert [field.name for field in dataclasses.fields(AccountErased)] == ["person_id"]


@pytest.mark.parametrize("ties", [Ties(("2026112200001",), (), 0), Ties((), ("task-1",), 0), Ties(("1",), ("t",), 2)])
def test_whoever_has_a_case_or_a_signature_under_way_is_refused_with_what_it_is(ties: Ties, world: World) -> None:
    person = world.register(id_number())
    world.commitments.ties = ties
    token = proof(world, person)

    with refused("identity.erasure_barred") as refusal:
        erase(world, person, token)
    world.commitments.ties = Ties((), (), 0)

    assert refusal.value.context == {"cases": list(ties.cases), "tasks": list(ties.tasks)}
    assert person in world.store.memory.accounts
    assert erase(world, person, token), "the refusal has not spent the proof"


def test_while_contract_does_not_answer_nothing_is_erased(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = world.register(id_number())

    def silent(*_: object) -> Ties:
        raise Unavailable("bus.no_answer")

    monkeypatch.setattr(world.commitments, "ties_of", silent)
    with refused("bus.no_answer"):
        erase(world, person)

    assert person in world.store.memory.accounts


def test_the_answer_names_what_stays_and_why_filed_contracts_only_where_there_are_some(world: World) -> None:
    one, two = world.register(id_number(1)), world.register(id_number(2), mobile="13800000002")
    without = erase(world, one)
    world.commitments.ties = Ties((), (), 3)
    with_filed = erase(world, two)

    assert "identity.kept_contracts" not in [kept.what for kept in without.kept]
    assert "identity.kept_contracts" in [kept.what for kept in with_filed.kept]
    assert all(kept.why.startswith("identity.why_") for kept in with_filed.kept)


@pytest.mark.parametrize("token", ["", "not a token"])
def test_a_session_alone_erases_nothing(token: str, world: World) -> None:
    person = world.register(id_number())

    with refused("token.invalid"):
        erase(world, person, token)

    assert person in world.store.memory.accounts


def test_the_proof_of_another_person_erases_neither(world: World) -> None:
    one, other = world.register(id_number(1)), world.register(id_number(2), mobile="13800000002")

    with refused("identity.not_yours"):
        erase(world, one, proof(world, other))

    assert set(world.store.memory.accounts) == {one, other}


def test_a_second_erasure_finds_nobody(world: World) -> None:
    person = world.register(id_number())
    erase(world, person)

    with refused("identity.person_unknown"):
        erase(world, person)


def test_staff_and_strangers_erase_nobody(world: World) -> None:
    for who in (anonymous(), as_staff("s1", "OFFICE_ADMIN"), as_service("cli")):
        with refused("actor.sign_in_required"):
            erase_account(world.means, EraseAccount(proof="x"), who)


def test_the_same_number_registers_anew_under_another_name_and_phone(booth: Booth) -> None:
    person, world = settled(booth), booth.world
    erase(world, person)

    again = world.register(id_number(), name="测试丙", mobile="13700000003")

    kept = world.store.memory
    assert again == person
    assert (str(kept.accounts[again].name), again in kept.portraits, again in kept.credentials) == (
        "测试丙",
        False,
        False,
    )
    assert by_sms(world, "13700000003")


def test_what_stays_for_a_time_is_forgotten_after_it(booth: Booth) -> None:
    person, world = settled(booth), booth.world
    erase(world, person)
    kept = world.store.memory

    world.now += SESSION_LOG + MINUTE
    forget_expired(world.means, as_service("identity"))
    assert (len(world.store.memory.sessions), len(world.store.memory.consents)) == (0, len(kept.consents))
    world.now += PROOF_OF_CONSENT
    forget_expired(world.means, as_service("identity"))

    assert not world.store.memory.consents
