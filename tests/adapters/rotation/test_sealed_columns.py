"""What each service seals is what it names for the field key's rotation, and a rotation changes nothing else of a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import MetaData, select

from services.common.kit.errors import DomainError, InvalidValue
from services.common.kit.fields import FieldCipher
from services.common.kit.rotation import MOST, SealedFields
from services.common.kit.sealed_columns import sealed_columns
from services.common.kit.unit_of_work import Database
from services.common.messages.identity import ProofPurpose
from services.common.messages.operations import FieldsResealed, RotateFieldKey
from services.common.values import CertificateNo
from services.contract.adapters import tables as contract
from services.contract.adapters.repository import StoredCaseReader, contract_works
from services.contract.adapters.rows import CaseRows
from services.identity.adapters import tables as identity
from services.identity.adapters.repository import reads_of, works_of
from services.identity.adapters.vault import Vault
from services.identity.domain.credential import Credential
from services.identity.domain.face_review import FaceReview
from services.notice.adapters import tables as notice
from services.notice.adapters.repository import MessageRows, StoredOutbox, notice_works
from services.property.adapters import tables as register
from services.property.adapters.repository import StoredRegister, register_works
from services.property.adapters.rows import TitleRows
from services.signing.adapters import tables as signing
from services.signing.adapters.repository import StoredReading, signing_works
from services.signing.adapters.rows import EnvelopeRows
from tests.adapters.contract.test_repository import whole
from tests.adapters.notice.test_notice_store import ONE
from tests.adapters.signing.test_signing_store import NOW, envelope, identification, sign
from tests.adapters.stored import emptied
from tests.support import contract_builders as make
from tests.support import identity_registers as people
from tests.support.sealed import batches, keys_in_use, named, places, rotate
from tests.unit.identity.world import NOON, anonymous
from tests.unit.property.builders import KEY, enterprise_title, service, title

OLD, NEW = b"o" * 32, b"n" * 32
SECOND, THIRD = (CertificateNo(f"鄂(2022)黄石市不动产权第000000{n}号") for n in (2, 3))
NOT_FILLED = {("captchas", "answer_sealed"), ("account_changes", "mobile_sealed"), ("portrait_keys", "private_sealed")}
"""Sealed columns these samples put nothing into; a whole sale does (journeys/test_nothing_personal_leaks)."""

Fill = Callable[[Database, bytes], None]
Read = Callable[[Database, bytes], Any]


@dataclass(frozen=True)
class Service:
    """How its tables are filled with a bit of everything, and what it reads of that."""

    metadata: MetaData
    fill: Fill
    read: Read


def fill_property(database: Database, key: bytes) -> None:
    with register_works(database, TitleRows(FieldCipher(key), KEY))(service("property")) as work:
        work.titles.add_missing([title(title_id="t1"), enterprise_title("t2", SECOND)])
        work.commit()


def read_property(database: Database, key: bytes) -> Any:
    stored = StoredRegister(database, TitleRows(FieldCipher(key), KEY))
    return [stored.find(one) for one in ("t1", "t2")]


def fill_notice(database: Database, key: bytes) -> None:
    with notice_works(database, MessageRows(FieldCipher(key), KEY))(service("notice")) as work:
        work.messages.add(ONE)
        work.commit()


def read_notice(database: Database, key: bytes) -> Any:
    return StoredOutbox(database, MessageRows(FieldCipher(key), KEY)).find(ONE.message_id)


def fill_contract(database: Database, key: bytes) -> None:
    with contract_works(database, CaseRows(FieldCipher(key), make.profiles()))(service("contract")) as work:
        work.cases.add(whole())
        work.commit()


def read_contract(database: Database, key: bytes) -> Any:
    return StoredCaseReader(database, CaseRows(FieldCipher(key), make.profiles())).get(whole().no)


def fill_signing(database: Database, key: bytes) -> None:
    one, other = envelope(envelope_id="e" * 32), envelope(version=2)
    sign(other, 1)
    one.tasks[1].company, one.tasks[1].uscc = "黄石测试有限公司", "91350100M000100Y43"
    sign(one, 0)
    one.identify(one.tasks[3], identification(3), "", one.expires_at - NOW, NOW)
    one.refuse(one.tasks[3], "价款不对", "", NOW)
    with signing_works(database, EnvelopeRows(FieldCipher(key)))(service("signing")) as work:
        work.envelopes.add(one)
        work.envelopes.add(other)
        work.envelopes.keep_certificate("ab", one.envelope_id, "signer_1", b"CN=\xe6\xb5\x8b", NOW)
        work.commit()


def read_signing(database: Database, key: bytes) -> Any:
    with database.read() as session:
        der = session.execute(select(signing.CERTIFICATES.c.der)).scalar_one()
    found = StoredReading(database, EnvelopeRows(FieldCipher(key))).envelope("e" * 32)
    return found, FieldCipher(key).open_bytes(bytes(der).decode())


def fill_identity(database: Database, key: bytes) -> None:
    with works_of(database, Vault(FieldCipher(key), OLD))(anonymous()) as work:
        for one in (people.account(1), people.account(2)):
            work.accounts.add(one)
        work.codes.save(people.code())
        work.staff.add(people.staff())
        work.counter_checks.add(replace(people.counter_check(), mobile=people.PHONE))
        work.portraits.put(people.PERSON, b"card template", NOON)
        work.face_checks.save(people.face_check())
        work.face_reviews.save(FaceReview.hold("r1", people.PERSON, ProofPurpose.SIGN, b"a live frame", NOON))
        work.credentials.save(Credential(people.PERSON, "wang.one", "a hash", NOON))
        work.commit()


def read_identity(database: Database, key: bytes) -> Any:
    with reads_of(database, Vault(FieldCipher(key), OLD))() as registers:
        return (
            list(registers.accounts.with_mobile(people.PHONE)),
            registers.staff.with_login("clerk.one"),
            registers.portraits.find(people.PERSON),
            registers.codes.find("c1"),
            registers.face_checks.find("f1"),
        )


SERVICES = {
    "property": Service(register.METADATA, fill_property, read_property),
    "notice": Service(notice.METADATA, fill_notice, read_notice),
    "contract": Service(contract.METADATA, fill_contract, read_contract),
    "signing": Service(signing.METADATA, fill_signing, read_signing),
    "identity": Service(identity.METADATA, fill_identity, read_identity),
}
every_service = pytest.mark.parametrize("name", SERVICES)


def filled(name: str, key: bytes = OLD) -> Database:
    one = SERVICES[name]
    database = emptied(name, *(table.name for table in reversed(one.metadata.sorted_tables)))
    one.fill(database, key)
    return database


def rows_besides(database: Database, metadata: MetaData) -> list[Any]:
    """Everything that is not sealed."""
    with database.read() as session:
        return [
            sorted(
                map(
                    repr,
                    session.execute(
                        select(*(one for one in table.columns if one not in set(sealed_columns(table))))
                    ).all(),
                )
            )
            for table in metadata.sorted_tables
        ]


@every_service
def test_every_column_with_something_sealed_in_it_is_named_and_no_other(name: str) -> None:
    found = places(filled(name), OLD)

    assert set(found) == named(SERVICES[name].metadata) - NOT_FILLED


@every_service
def test_a_rotation_leaves_nothing_under_the_former_key_and_changes_nothing_else(name: str) -> None:
    one, database = SERVICES[name], filled(name)
    read, besides = one.read(database, OLD), rows_besides(database, one.metadata)

    rewritten = rotate(database, one.metadata, (NEW, OLD), limit=2)

    assert rewritten > 0
    assert keys_in_use(database, OLD, NEW) == {NEW}
    assert one.read(database, NEW) == read
    assert rows_besides(database, one.metadata) == besides
    assert rotate(database, one.metadata, (NEW, OLD)) == 0, "a repeat rewrites nothing"


@every_service
def test_without_the_former_key_a_batch_is_refused_as_a_whole(name: str) -> None:
    one, database = SERVICES[name], filled(name)
    read = one.read(database, OLD)

    with pytest.raises(DomainError, match=r"field\.unreadable"):
        rotate(database, one.metadata, (NEW,))

    assert keys_in_use(database, OLD, NEW) == {OLD}
    assert one.read(database, OLD) == read


def test_a_row_somebody_holds_is_left_and_rewritten_by_the_next_pass() -> None:
    database = filled("contract")
    fields = SealedFields(contract.METADATA, FieldCipher(NEW, OLD))
    works = contract_works(database, CaseRows(FieldCipher(OLD, NEW), make.profiles()))

    with works(service("contract")) as holder:
        holder.cases.get(whole().no)
        first = next(batches(database, fields, 5))
    second = list(batches(database, fields, 5))

    assert first == FieldsResealed(resealed=0, waiting=1)
    assert second == [FieldsResealed(resealed=1, waiting=0)]


def test_a_row_written_under_the_former_key_meanwhile_is_rewritten_by_the_next_pass() -> None:
    database = filled("property", NEW)
    with register_works(database, TitleRows(FieldCipher(OLD, NEW), KEY))(service("property")) as work:
        work.titles.add_missing([title(title_id="t0", certificate=THIRD)])
        work.commit()
    fields = SealedFields(register.METADATA, FieldCipher(NEW, OLD))

    with database.write() as session:
        beyond = fields.rotate(session, RotateFieldKey(after='["owners", ["t2", 1]]'))

    assert (beyond.resealed, beyond.after, beyond.waiting) == (0, "", 1)
    assert rotate(database, register.METADATA, (NEW, OLD)) == 1


def test_a_part_sealed_otherwise_among_parts_already_rewritten_is_found() -> None:
    database = filled("contract")
    rotate(database, contract.METADATA, (NEW, OLD))
    with database.write() as session:
        kept = dict(session.execute(select(contract.CASES.c.sealed)).scalar_one())
        kept |= {"terms": FieldCipher(OLD).seal(FieldCipher(NEW).open(kept["terms"])), "note": None, "left": ""}
        session.execute(contract.CASES.update().values(sealed=kept))

    assert rotate(database, contract.METADATA, (NEW, OLD)) == 1

    with database.read() as session:
        after = session.execute(select(contract.CASES.c.sealed)).scalar_one()
    assert (after["note"], after["left"]) == (None, "")
    assert FieldCipher(NEW).open(after["terms"])
    assert after["title"] == kept["title"] or FieldCipher(NEW).open(after["title"])


def test_nothing_is_rewritten_where_only_a_count_is_asked_for() -> None:
    database = filled("signing")
    fields = SealedFields(signing.METADATA, FieldCipher(NEW, OLD))

    with database.write() as session:
        counted = fields.rotate(session, RotateFieldKey(limit=0))

    assert counted == FieldsResealed(resealed=0, waiting=9)
    assert keys_in_use(database, OLD, NEW) == {OLD}


@pytest.mark.parametrize(
    "message",
    [
        RotateFieldKey(limit=-1),
        RotateFieldKey(limit=MOST + 1),
        RotateFieldKey(after="nonsense"),
        RotateFieldKey(after='["no_such_table", ["a"]]'),
        RotateFieldKey(after='["tasks", ["a", "b"]]'),
        RotateFieldKey(after='["tasks"]'),
        RotateFieldKey(after="[[], 1]"),
    ],
)
def test_a_batch_is_bounded_and_begins_at_a_place_there_is(message: RotateFieldKey) -> None:
    fields = SealedFields(signing.METADATA, FieldCipher(NEW))

    with filled("signing").write() as session, pytest.raises(InvalidValue, match=r"rotation\."):
        fields.rotate(session, message)
