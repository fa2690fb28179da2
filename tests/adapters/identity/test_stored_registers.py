"""The registers in a real PostgreSQL, each module run in a schema of its own."""

import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from services.common.kit.fields import FieldCipher
from services.common.kit.migrations import migrate
from services.common.kit.tables import METADATA as KIT
from services.common.kit.unit_of_work import Database
from services.common.messages.identity import ProofPurpose
from services.identity.adapters.repository import reads_of, works_of
from services.identity.adapters.tables import METADATA
from services.identity.adapters.vault import Vault
from services.identity.application.ports import Reads, Works
from services.identity.domain.face_review import FaceReview
from tests.adapters.stored import servers
from tests.support.identity_registers import (
    PERSON,
    PHONE,
    RegistersSuite,
    account,
    code,
    counter_check,
    face_check,
    staff,
)
from tests.unit.identity.world import NOON, anonymous, id_number, person_id_of

SECRETS = (
    str(id_number(1)),
    str(PHONE),
    "测试甲",
    "042137",
    "clerk.one",
    "private key",
    "card template",
    "a live frame",
)


@dataclass
class StoredStore:
    database: Database
    works: Works
    read: Reads


@pytest.fixture(scope="module")
def schema_url() -> Iterator[str]:
    """A migrated schema of our own."""
    owner_url = servers().environments.migration("identity")["GUOHU_DATABASE_OWNER_URL"]
    name = f"identity_{uuid.uuid4().hex[:12]}"
    owner = create_engine(owner_url)
    with owner.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    url = f"{owner_url}?options={quote(f'-csearch_path={name}')}"
    migrate("services.identity", url)
    yield url
    with owner.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    owner.dispose()


@pytest.fixture
def store(schema_url: str) -> Iterator[StoredStore]:
    database = Database(schema_url, "test", size=4)
    vault = Vault(FieldCipher(b"f" * 32), b"f" * 32)
    yield StoredStore(database, works_of(database, vault), reads_of(database, vault))
    with database.engine.begin() as connection:
        connection.execute(text("TRUNCATE " + ", ".join(table.name for table in METADATA.sorted_tables)))
    database.engine.dispose()


class TestStoredRegisters(RegistersSuite):
    """Everything the memory promises, PostgreSQL keeps."""


def test_the_migration_makes_exactly_the_tables_the_code_uses(schema_url: str) -> None:
    engine = create_engine(schema_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        differences = compare_metadata(context, [METADATA, KIT])
    engine.dispose()

    assert [one for one in differences if "alembic_version" not in repr(one)] == []


def test_no_personal_data_lies_open_in_the_database(store: StoredStore) -> None:
    with store.works(anonymous()) as work:
        work.accounts.add(account())
        work.codes.save(code())
        work.staff.add(staff())
        work.counter_checks.add(counter_check())
        work.portraits.put(person_id_of(id_number(1)), b"card template", NOON)
        work.face_checks.save(face_check())
        work.face_reviews.save(FaceReview.hold("r1", PERSON, ProofPurpose.SIGN, b"a live frame", NOON))
        work.failures.add(f"mobile:{PHONE}", NOON)
        work.commit()

    with store.database.read() as session:
        rows = [repr(session.execute(text(f"SELECT * FROM {table.name}")).all()) for table in METADATA.sorted_tables]
    assert not [secret for secret in SECRETS if any(secret in row for row in rows)]


def test_a_code_in_use_is_held_until_the_end_of_the_unit_of_work(store: StoredStore) -> None:
    with store.works(anonymous()) as work:
        work.codes.save(code())
        work.commit()
    waited, order = threading.Event(), []

    def second() -> None:
        with store.works(anonymous()) as work:
            waited.set()
            found = work.codes.find("c1")
            order.append(("second reads", found.tries if found else None))

    other = threading.Thread(target=second)
    with store.works(anonymous()) as work:
        found = work.codes.find("c1")
        assert found is not None
        other.start()
        waited.wait(10)
        found.count_failure()
        work.codes.save(found)
        order.append(("first saves", found.tries))
        work.commit()
    other.join(10)

    assert order == [("first saves", 1), ("second reads", 1)]


def test_two_registrations_of_one_number_at_once_make_one_account(store: StoredStore) -> None:
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def register() -> None:
        with store.works(anonymous()) as work:
            together.wait(10)
            try:
                work.accounts.add(account())
                work.commit()
                outcomes.append("added")
            except Exception as refused:  # noqa: BLE001 - whatever it is, it is looked at below
                outcomes.append(getattr(refused, "code", repr(refused)))

    threads = [threading.Thread(target=register) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(10)

    assert sorted(outcomes) == ["added", "identity.id_number_taken"]


def test_an_overdue_check_somebody_works_on_is_left_alone(store: StoredStore) -> None:
    with store.works(anonymous()) as work:
        work.face_checks.save(face_check())
        work.commit()

    with store.works(anonymous()) as busy:
        busy.face_checks.find("f1")
        with store.works(anonymous()) as sweeping:
            assert not sweeping.face_checks.overdue(NOON.replace(hour=23), 5)
