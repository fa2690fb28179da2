"""Two requests at once, over a real PostgreSQL: what may happen once happens once, and what ended cannot be entered any more."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import pyotp
import pytest

from services.common.kit.errors import DomainError
from services.common.kit.fields import FieldCipher
from services.common.messages import identity as messages
from services.common.values import Mobile, PersonId, PersonName
from services.identity.adapters.credentials import WechatLinkShelf
from services.identity.adapters.people import AccountShelf, PortraitShelf
from services.identity.adapters.repository import reads_of, works_of
from services.identity.adapters.tables import METADATA
from services.identity.adapters.vault import Vault
from services.identity.application.change_mobile import change_mobile
from services.identity.application.check_at_counter import check_at_counter
from services.identity.application.recover_account import recover_account
from services.identity.application.refresh_session import refresh_session
from services.identity.application.register import register
from services.identity.application.set_staff_roles import set_staff_roles
from services.identity.application.show_session import show_session
from services.identity.application.sign_in import sign_in
from services.identity.application.sign_in_staff import sign_in_staff
from services.identity.application.sign_in_with_wechat import sign_in_with_wechat
from services.identity.application.withdraw_consent import withdraw_consent
from tests.adapters.stored import emptied
from tests.unit.identity.test_passwords import proof
from tests.unit.identity.told_faces import Booth, ToldFaces
from tests.unit.identity.world import (
    PASSWORD,
    TOTP_SECRET,
    World,
    anonymous,
    as_person,
    as_service,
    as_staff,
    id_number,
)

T = TypeVar("T")
OLD, NEW = "13800000001", "13900000002"
AT_ONCE = 8


@dataclass
class Stored:
    """The registers of a world in PostgreSQL."""

    works: Any
    read: Any


@pytest.fixture
def world() -> Iterator[World]:
    database = emptied("identity", *(table.name for table in METADATA.sorted_tables), "kit_spent_tokens")
    vault = Vault(FieldCipher(b"f" * 32), b"f" * 32)
    yield World(store=Stored(works_of(database, vault), reads_of(database, vault)))  # type: ignore[arg-type]
    database.engine.dispose()


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do all at the same time; what each returned, or the code of its refusal."""
    start, ends = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        start.wait(30)
        try:
            ends[place] = work()
        except DomainError as refusal:
            ends[place] = refusal.code  # type: ignore[call-overload]

    threads = [threading.Thread(target=run, args=one) for one in enumerate(works)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return ends


def codes_of(ends: list[Any]) -> list[str]:
    return sorted(end for end in ends if isinstance(end, str))


def test_of_two_registrations_of_one_number_one_wins(world: World) -> None:
    def registering(mobile: str) -> Callable[[], Any]:
        code_id, digits = world.code(mobile, messages.CodePurpose.REGISTER)
        entry = messages.Register(
            name=PersonName("测试甲"), id_number=id_number(), mobile=Mobile(mobile), code_id=code_id, code=digits
        )
        return lambda: register(world.means, entry, anonymous())

    ends = at_once(*(registering(f"138000000{n:02d}") for n in range(1, AT_ONCE + 1)))

    assert codes_of(ends) == ["identity.id_number_taken"] * (AT_ONCE - 1)


def test_a_code_used_twice_at_once_opens_one_session(world: World) -> None:
    world.register(id_number(), mobile=OLD)
    code_id, digits = world.code(OLD, messages.CodePurpose.SIGN_IN)
    entry = messages.SignIn(mobile=Mobile(OLD), code_id=code_id, code=digits)

    ends = at_once(*[lambda: sign_in(world.means, entry, anonymous())] * AT_ONCE)

    assert codes_of(ends) == ["identity.sms_code_used_up"] * (AT_ONCE - 1)


def test_a_refresh_token_used_twice_at_once_is_reused_and_ends_the_session(world: World) -> None:
    world.register(id_number(), mobile=OLD)
    session = show_session(world.means, entered(world, OLD))
    message = messages.RefreshSession(refresh_token=session.refresh_token)

    ends = at_once(*[lambda: refresh_session(world.means, message, anonymous())] * AT_ONCE)

    assert len(codes_of(ends)) == AT_ONCE - 1
    assert set(codes_of(ends)) == {"identity.refresh_token_reused", "identity.session_over"}
    [renewed] = [end for end in ends if not isinstance(end, str)]
    with pytest.raises(DomainError, match=r"identity\.session_over"):
        show_session(world.means, renewed)


def test_a_one_time_password_used_twice_at_once_opens_one_session(world: World) -> None:
    world.staff("REVIEWER")
    entry = messages.SignInStaff(login="clerk.one", password=PASSWORD, totp=pyotp.TOTP(TOTP_SECRET).at(world.now))

    ends = at_once(*[lambda: sign_in_staff(world.means, entry, anonymous())] * AT_ONCE)

    assert codes_of(ends) == ["identity.totp_already_used"] * (AT_ONCE - 1)


def test_a_proof_spent_twice_at_once_is_spent_once(world: World) -> None:
    person = world.register(id_number(), mobile=OLD)
    token = proof(world, person)

    def changing(mobile: str) -> Callable[[], Any]:
        code_id, digits = world.code(mobile, messages.CodePurpose.CHANGE_MOBILE)
        change = messages.ChangeMobile(mobile=Mobile(mobile), code_id=code_id, code=digits, proof=token)
        return lambda: change_mobile(world.means, change, as_person(person))

    ends = at_once(*(changing(f"139000000{n:02d}") for n in range(AT_ONCE)))

    assert codes_of(ends) == ["proof.already_spent"] * (AT_ONCE - 1)


def test_renewing_while_roles_change_never_blocks_one_another(world: World) -> None:
    staff_id = world.staff("REVIEWER")
    sessions = []
    for _ in range(10):
        world.pass_time(minutes=1)
        entry = messages.SignInStaff(login="clerk.one", password=PASSWORD, totp=pyotp.TOTP(TOTP_SECRET).at(world.now))
        sessions.append(show_session(world.means, sign_in_staff(world.means, entry, anonymous())))
        renewing = messages.RefreshSession(refresh_token=sessions[-1].refresh_token)
        roles = messages.SetStaffRoles(login="clerk.one", roles=("TAX_OFFICER",))

        ends = at_once(
            lambda message=renewing: refresh_session(world.means, message, anonymous()),
            lambda message=roles: set_staff_roles(world.means, message, as_service("cli")),
        )

        assert set(codes_of(ends)) <= {"identity.session_over"}
    with world.store.read() as registers:
        assert not registers.sessions.not_ended_of(staff_id)


def entered(world: World, mobile: str) -> messages.SessionReference:
    code_id, digits = world.code(mobile, messages.CodePurpose.SIGN_IN)
    return sign_in(world.means, messages.SignIn(mobile=Mobile(mobile), code_id=code_id, code=digits), anonymous())


def won_back(world: World) -> Callable[[], PersonId]:
    """What the owner does at the counter and then on the new phone; the last step is returned to be taken."""
    clerk = as_staff(world.staff("COUNTER_CLERK"), "COUNTER_CLERK")
    seen = messages.CheckAtCounter(name=PersonName("测试甲"), id_number=id_number(), mobile=Mobile(NEW))
    check_at_counter(world.means, seen, clerk)
    code_id, digits = world.code(NEW, messages.CodePurpose.RECOVER)
    message = messages.RecoverAccount(
        name=PersonName("测试甲"), id_number=id_number(), mobile=Mobile(NEW), code_id=code_id, code=digits
    )
    return lambda: recover_account(world.means, message, anonymous()).person_id


def once_after(monkeypatch: pytest.MonkeyPatch, shelf: type, method: str, then: Callable[[], Any]) -> None:
    """Let something else happen, whole, between one read of a use case and what it does next."""
    original, pending = getattr(shelf, method), [then]

    def read(self: Any, *arguments: Any) -> Any:
        found = original(self, *arguments)
        if pending:
            pending.pop()()
        return found

    monkeypatch.setattr(shelf, method, read)


def test_an_occupant_who_signs_in_while_the_owner_wins_the_account_back_is_not_let_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.register(id_number(), mobile=OLD)
    code_id, digits = world.code(OLD, messages.CodePurpose.SIGN_IN)
    entry = messages.SignIn(mobile=Mobile(OLD), code_id=code_id, code=digits)
    once_after(monkeypatch, AccountShelf, "with_mobile", won_back(world))

    with pytest.raises(DomainError, match=r"identity\.account_missing"):
        sign_in(world.means, entry, anonymous())


def test_an_occupants_wechat_is_not_let_in_either(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = world.register(id_number(), mobile=OLD)
    with world.store.works(anonymous()) as work:
        work.wechat_links.put("openid of code-1", person, world.now)
        work.commit()
    means = replace(world.means, wechat=Told())
    once_after(monkeypatch, WechatLinkShelf, "find", won_back(world))

    with pytest.raises(DomainError, match=r"identity\.wechat_not_bound"):
        sign_in_with_wechat(means, messages.SignInWithWechat(code="code-1", source="home"), anonymous())


class Told:
    """WeChat as a port."""

    def openid(self, code: str) -> str:
        return f"openid of {code}"


def test_a_consent_withdrawn_while_the_portrait_is_kept_leaves_no_template(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    booth = Booth(world, ToldFaces())
    person = world.register(id_number(), mobile=OLD)
    world.consent(person)
    withdrawal = threading.Thread(
        target=lambda: withdraw_consent(world.means, messages.WithdrawConsent(purpose="FACE"), as_person(person))
    )
    original = PortraitShelf.put

    def slowly(self: PortraitShelf, *arguments: Any) -> None:
        withdrawal.start()
        withdrawal.join(1.5)  # it has had its chance to end before: it must wait for this transaction
        original(self, *arguments)

    monkeypatch.setattr(PortraitShelf, "put", slowly)
    booth.enrol(person)
    withdrawal.join(30)

    with world.store.read() as registers:
        assert registers.portraits.find(person) is None
