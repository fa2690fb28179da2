"""The field key is changed in a real PostgreSQL while people register, sign in and are read: nobody fails, nothing is lost."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from services.common.kit.calls import new_id
from services.common.kit.errors import DomainError
from services.common.kit.fields import FieldCipher
from services.common.kit.rotation import SealedFields
from services.common.kit.unit_of_work import Database
from services.common.messages import identity as messages
from services.common.messages.operations import FieldsResealed, RotateFieldKey
from services.common.values import IdNumber, Mobile, PersonId, PersonName
from services.identity.adapters import tables
from services.identity.adapters.repository import reads_of, works_of
from services.identity.adapters.tokens import SignedTokens
from services.identity.adapters.vault import Vault
from services.identity.application.export_own_data import export_own_data
from services.identity.application.get_sms_code import get_sms_code
from services.identity.application.means import Means
from services.identity.application.register import register
from services.identity.application.request_sms_code import request_sms_code
from services.identity.application.set_password import set_password
from services.identity.application.sign_in import sign_in
from services.identity.application.sign_in_with_password import sign_in_with_password
from tests.adapters.stored import emptied
from tests.support.sealed import named, rotate
from tests.unit.identity.world import (
    ACCESS_KEY,
    PROOF_KEY,
    World,
    anonymous,
    as_person,
    as_service,
    id_number,
    refused,
)

OLD, NEW = b"o" * 32, b"n" * 32
BEFORE = 25
WORKERS = 3
NAME = PersonName("测试甲")
SEALED = sorted(named(tables.METADATA))


@dataclass(frozen=True)
class Somebody:
    """A registered person who can come in by phone and by password."""

    person_id: PersonId
    number: IdNumber
    mobile: Mobile


class Office:
    """Identity as one process runs it: with its keys, on the shared database."""

    def __init__(self, database: Database, *keys: bytes) -> None:
        self.keys = keys
        self.vault = Vault(FieldCipher(*keys), OLD)
        self.database, self.fields, self.place = database, SealedFields(tables.METADATA, self.vault.cipher), ""
        self.means: Means = replace(
            World().means,
            works=works_of(database, self.vault),
            read=reads_of(database, self.vault),
            tokens=SignedTokens(ACCESS_KEY, PROOF_KEY, self.vault),
            new_id=new_id,
        )

    def code(self, mobile: Mobile, purpose: messages.CodePurpose) -> tuple[str, str]:
        ask = messages.RequestSmsCode(mobile=mobile, purpose=purpose, source=new_id())
        sent = request_sms_code(self.means, ask, anonymous())
        return sent.code_id, get_sms_code(
            self.means, messages.GetSmsCode(code_id=sent.code_id), as_service("notice")
        ).code

    def newcomer(self, sequence: int) -> Somebody:
        day, place = divmod(sequence, 500)
        one = Somebody(
            PersonId("p-" + "a" * 26), id_number(place, f"198001{day + 1:02d}"), Mobile(f"139{sequence:08d}")
        )
        code_id, digits = self.code(one.mobile, messages.CodePurpose.REGISTER)
        entry = messages.Register(name=NAME, id_number=one.number, mobile=one.mobile, code_id=code_id, code=digits)
        one = replace(one, person_id=register(self.means, entry, anonymous()).person_id)
        password = messages.SetPassword(password="eight ch", login=f"login.{sequence}")
        set_password(self.means, password, as_person(one.person_id))
        return one

    def enter(self, one: Somebody) -> None:
        code_id, digits = self.code(one.mobile, messages.CodePurpose.SIGN_IN)
        sign_in(
            self.means, messages.SignIn(mobile=one.mobile, code_id=code_id, code=digits, source=new_id()), anonymous()
        )

    def enter_by_password(self, one: Somebody) -> None:
        entry = messages.SignInWithPassword(name=str(one.number), password="eight ch", source=new_id())
        sign_in_with_password(self.means, entry, anonymous())

    def read(self, one: Somebody) -> None:
        shown = export_own_data(self.means, messages.ExportOwnData(), as_person(one.person_id))
        assert (shown.id_number, shown.mobile, shown.name) == (one.number, one.mobile, NAME)

    def batch(self) -> FieldsResealed:
        """The next few rows, and at the end of a pass how many wait."""
        with self.database.write() as session:
            done = self.fields.rotate(session, RotateFieldKey(limit=7, after=self.place))
        self.place = done.after
        return done

    def rotate(self) -> None:
        rotate(self.database, tables.METADATA, self.keys)


@pytest.fixture
def database() -> Iterator[Database]:
    yield emptied("identity", *(table.name for table in tables.METADATA.sorted_tables))


def keys_in_use(database: Database) -> dict[str, int]:
    """How many sealed values stand under which key."""
    found: dict[str, int] = {}
    with database.read() as session:
        for table, column in SEALED:
            query = f"SELECT split_part({column}, ':', 1), count(*) FROM {table} WHERE {column} IS NOT NULL GROUP BY 1"
            for key, count in session.execute(text(query)).all():
                found[key] = found.get(key, 0) + count
    return found


def key_name(key: bytes) -> str:
    return FieldCipher(key).newest


def test_people_come_and_go_while_the_key_is_changed_and_none_is_turned_away(database: Database) -> None:
    before, after = Office(database, OLD, NEW), Office(database, NEW, OLD)
    there = [before.newcomer(sequence) for sequence in range(BEFORE)]
    assert keys_in_use(database).keys() == {key_name(OLD)}
    sequences, over, wrong = itertools.count(BEFORE), threading.Event(), list[BaseException]()
    came: list[Somebody] = []

    def work(office: Office, number: int) -> int:
        """Do everything in turn until the rotation is over; a process before its restart still writes under the old key."""
        done = 0
        mine = there[number::WORKERS]
        acts: list[Callable[[Somebody], object]] = [office.enter_by_password, office.read]
        for one in itertools.cycle(mine):
            if over.is_set() and done >= len(mine):
                return done
            try:
                acts[done % 2](one)
                if done < len(mine):
                    office.enter(one)
                if done % 5 == 0:
                    came.append(office.newcomer(next(sequences)))
            except BaseException as refusal:  # noqa: BLE001 - whatever it is, the test shows it
                wrong.append(refusal)
                return done
            done += 1
        return done

    with ThreadPoolExecutor(WORKERS) as pool:
        running = [pool.submit(work, office, n) for n, office in enumerate((before, after, after))]
        try:
            for _ in range(400):
                if after.batch().waiting == 0:
                    break
        finally:
            over.set()
        done = [one.result(timeout=120) for one in running]

    assert not wrong, wrong
    assert min(done) > 0
    assert came, "nobody registered meanwhile"
    after.rotate()  # what the process with the old key in front wrote last
    assert keys_in_use(database).keys() == {key_name(NEW)}
    only_new = Office(database, NEW)
    for one in [*there, *came]:
        only_new.read(one)
        only_new.enter_by_password(one)


def test_both_keys_are_good_while_it_lasts_and_the_old_one_alone_no_more_afterwards(database: Database) -> None:
    before, after = Office(database, OLD, NEW), Office(database, NEW, OLD)
    one = before.newcomer(1)
    assert after.batch().resealed > 0

    for office in (before, after, Office(database, NEW)):
        office.read(one)
    with refused("field.unreadable"):
        Office(database, OLD).read(one)


def test_a_rotation_cut_off_goes_on_where_it_was(database: Database) -> None:
    before, after = Office(database, OLD, NEW), Office(database, NEW, OLD)
    for sequence in range(6):
        before.newcomer(sequence)
    assert after.batch().resealed == 7
    with Session(database.engine) as dying:  # a batch whose process dies before the commit
        assert after.fields.rotate(dying, RotateFieldKey(limit=7, after=after.place)).resealed == 7

    after.rotate()
    assert keys_in_use(database).keys() == {key_name(NEW)}


def test_without_the_former_key_nothing_is_rewritten_and_nothing_is_spoilt(database: Database) -> None:
    before = Office(database, OLD)
    one = before.newcomer(1)

    with pytest.raises(DomainError, match=r"field\.unreadable"):
        Office(database, NEW).rotate()

    before.read(one)
