"""Stored envelopes and those in memory keep the same promises; and what the database alone has to keep."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from sqlalchemy import inspect, text

from services.common.kit.errors import Conflict
from services.common.kit.fields import FieldCipher
from services.common.kit.unit_of_work import Database
from services.common.messages.signing import EnvelopeEnded
from services.common.values import CaseNo, PersonId
from services.signing.adapters.repository import StoredReading, signing_works
from services.signing.adapters.rows import EnvelopeRows
from services.signing.adapters.tables import METADATA
from services.signing.domain.envelope import Envelope
from services.signing.domain.errors import EnvelopeNotFound, TaskNotFound, UploadNotFound
from services.signing.domain.evidence import is_whole
from services.signing.domain.lifecycle import EnvelopeState, TaskState
from services.signing.domain.parts import Document, Growth, Session, Task
from services.signing.domain.uploads import Upload
from tests.adapters.stored import database_of, emptied
from tests.unit.signing.builders import agreement, identification
from tests.unit.signing.desk import CASE, CODE, MOBILES, NAMES, NOW, OFFICE, PEOPLE, STRANGER, service
from tests.unit.signing.fakes import Memory, MemoryReading, MemoryWorks

TABLES = (
    "evidence",
    "tasks",
    "documents",
    "envelopes",
    "certificates",
    "verification_codes",
    "cases",
    "uploads",
    "approvals",
)
CALL = service("signing")
OTHER = CaseNo("huangshi", "2026112200002")
BASE = "b" * 64
HOUR = dt.timedelta(hours=1)
CIPHER = FieldCipher(b"f" * 32)
numbers = count(1)


@dataclass
class Kept:
    """Envelopes: their units of work and their reads."""

    works: Callable[[Any], Any]
    reading: Any


def stored() -> Kept:
    database = emptied("signing", *TABLES, "kit_spent_tokens")
    rows = EnvelopeRows(CIPHER)
    return Kept(signing_works(database, rows), StoredReading(database, rows))


def remembered() -> Kept:
    memory = Memory()
    return Kept(MemoryWorks(memory), MemoryReading(memory))


@pytest.fixture(params=[stored, remembered], ids=["stored", "in memory"])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    yield request.param()


def new_id() -> str:
    return f"{next(numbers):032x}"


def envelope(case_no: CaseNo = CASE, version: int = 1, **changed: Any) -> Envelope:
    """Four signers, two documents, opened."""
    fields = (*(f"signer_{n}" for n in range(1, 5)), "seal")
    found = Envelope(
        envelope_id=new_id(),
        case_no=case_no,
        version=version,
        state=EnvelopeState.SIGNING,
        verification_code=CODE,
        office_name=OFFICE,
        seal_field="seal",
        expires_at=NOW + dt.timedelta(days=7),
        documents=[
            Document.frozen(kind, f"signing/{kind}", BASE, pages=3, fields=fields)
            for kind in ("sale_contract", "inquiry_record")
        ],
        tasks=[Task(new_id(), PEOPLE[n], NAMES[n], MOBILES[n], "SELLER", f"signer_{n + 1}") for n in range(4)],
    )
    found = dataclasses.replace(found, **changed)
    found.open(NOW)
    return found


def add(kept: Kept, *envelopes: Envelope) -> None:
    with kept.works(CALL) as work:
        for one in envelopes:
            work.envelopes.add(one)
        work.commit()


def change(kept: Kept, envelope_id: str, act: Callable[[Envelope], object]) -> Envelope:
    with kept.works(CALL) as work:
        found = work.envelopes.get(envelope_id)
        act(found)
        work.envelopes.save(found)
        work.commit()
    return found


def sign(found: Envelope, who: int) -> None:
    task = found.tasks[who]
    found.notify(task, f"hash of {task.task_id}", NOW)
    found.identify(task, identification(who, f"j{who}"), str(PEOPLE[who]), HOUR, NOW)
    for one in found.documents:
        found.open_document(task, one.kind, str(PEOPLE[who]), HOUR, NOW)
    found.sign(task, agreement(BASE, BASE), str(PEOPLE[who]), NOW)


def apply(found: Envelope, who: int) -> None:
    growths = [
        Growth(one.kind, one.sha256, f"{one.key}+", (f"{who:064x}",), f"{who}-{one.kind}", "B-T")
        for one in found.documents
    ]
    found.apply(found.tasks[who], growths, NOW + HOUR)


def test_an_envelope_comes_back_as_it_was_kept_and_as_it_was_changed(kept: Kept) -> None:
    one = envelope()
    add(kept, one)
    assert kept.reading.envelope(one.envelope_id) == one

    def all_of_it(found: Envelope) -> None:
        sign(found, 0)
        apply(found, 0)
        found.wish_link(found.tasks[1], NOW + HOUR)
        found.notify(found.tasks[1], "other", NOW + HOUR)
        sign(found, 2)
        found.identify(found.tasks[3], identification(3), "", HOUR, NOW)
        found.refuse(found.tasks[3], "价款不对", "", NOW)

    changed = change(kept, one.envelope_id, all_of_it)

    assert changed.tasks[1].resends
    assert kept.reading.envelope(one.envelope_id) == changed
    with kept.works(CALL) as work:
        assert work.envelopes.get(one.envelope_id) == changed
        assert work.envelopes.find_by_version(CASE, 1) == changed
        assert work.envelopes.of_case(CASE) == [changed]


def test_a_sealed_envelope_comes_back_with_its_seal(kept: Kept) -> None:
    one = envelope()
    add(kept, one)

    def to_the_end(found: Envelope) -> None:
        for who in range(4):
            sign(found, who)
            apply(found, who)
        growths = [
            Growth(doc.kind, doc.sha256, f"{doc.key}s", ("e" * 64, "f" * 64), f"seal-{doc.kind}", "B-LTA")
            for doc in found.documents
        ]
        found.seal("42HS1", growths, NOW + HOUR)

    changed = change(kept, one.envelope_id, to_the_end)

    found = kept.reading.by_code(CODE)
    assert found == changed
    assert (found.filing_no, len(found.documents[0].revisions)) == ("42HS1", 7)


def test_sessions_come_back_with_their_account_or_not_at_all(kept: Kept) -> None:
    one = envelope()
    add(kept, one)
    change(kept, one.envelope_id, lambda e: e.identify(e.tasks[0], identification(0), "account", HOUR, NOW))
    change(kept, one.envelope_id, lambda e: e.identify(e.tasks[1], identification(1), "", HOUR, NOW))

    sessions = [task.session for task in kept.reading.envelope(one.envelope_id).tasks]

    assert sessions == [Session(NOW + HOUR, "account"), Session(NOW + HOUR), None, None]


def test_what_is_not_there_is_not_found(kept: Kept) -> None:
    with kept.works(CALL) as work:
        for search in (work.envelopes.envelope_of_task, work.envelopes.task_by_token):
            with pytest.raises(TaskNotFound):
                search("x")
        with pytest.raises(EnvelopeNotFound):
            work.envelopes.get("x")
        assert work.envelopes.find_by_version(CASE, 1) is None
        assert list(work.envelopes.of_case(CASE)) == []
        assert list(work.envelopes.evidence("x")) == []
    for search, missing in (
        (kept.reading.envelope, EnvelopeNotFound),
        (kept.reading.by_code, EnvelopeNotFound),
        (kept.reading.by_task, TaskNotFound),
        (kept.reading.task_by_token, TaskNotFound),
    ):
        with pytest.raises(missing):
            search("")
    assert not kept.reading.has_version(CASE, 1)


def test_tasks_are_found_by_id_link_and_person_newest_first(kept: Kept) -> None:
    first, second = envelope(), envelope(OTHER, verification_code="B" * 16)
    add(kept, first, second)
    change(kept, first.envelope_id, lambda e: e.notify(e.tasks[0], "the hash", NOW))

    assert kept.reading.task_by_token("the hash") == first.tasks[0].task_id
    assert kept.reading.by_task(second.tasks[1].task_id) == second
    mine = kept.reading.tasks_of(PEOPLE[0], 10)
    assert [task.task_id for _, task in mine] == [second.tasks[0].task_id, first.tasks[0].task_id]
    assert [e.envelope_id for e, _ in kept.reading.tasks_of(PEOPLE[0], 1)] == [second.envelope_id]
    assert kept.reading.tasks_of(STRANGER, 10) == []


def test_walking_the_pages_shows_each_task_once_though_others_come_meanwhile(kept: Kept) -> None:
    every = [envelope(CaseNo("huangshi", f"20261122{n:05d}"), verification_code=f"{n:016d}") for n in range(1, 8)]
    add(kept, *every)

    walked, before = [], ""
    while page := kept.reading.tasks_of(PEOPLE[1], 3, before):
        walked += [task.task_id for _, task in page]
        before = walked[-1]
        number = 100 + len(walked)
        add(kept, envelope(CaseNo("huangshi", f"20261122{number:05d}"), verification_code=f"{number:016d}"))

    assert walked == [one.tasks[1].task_id for one in reversed(every)]


def test_the_tasks_of_one_case_are_found_however_many_others_there_are(kept: Kept) -> None:
    first = envelope()
    add(kept, first, *(envelope(OTHER, version, verification_code=f"{version:016d}") for version in range(1, 5)))

    mine = kept.reading.tasks_of(PEOPLE[0], 2, case_no=CASE)

    assert [task.task_id for _, task in mine] == [first.tasks[0].task_id]


def test_what_a_person_has_yet_to_sign_is_all_told_and_nothing_else(kept: Kept) -> None:
    owed, signed, ended = envelope(), envelope(version=2), envelope(version=3, state=EnvelopeState.REFUSED)
    signed.verification_code = "B" * 16
    ended.verification_code = "C" * 16
    add(kept, owed, signed, ended)
    change(kept, signed.envelope_id, lambda e: (sign(e, 0), apply(e, 0)))

    assert list(kept.reading.owed_by(PEOPLE[0])) == [owed.tasks[0].task_id]
    assert list(kept.reading.owed_by(PEOPLE[1])) == [signed.tasks[1].task_id, owed.tasks[1].task_id]
    assert list(kept.reading.owed_by(STRANGER)) == []


def test_the_evidence_comes_back_whole(kept: Kept) -> None:
    one = envelope()
    add(kept, one)
    for who in range(2):
        change(kept, one.envelope_id, lambda e, who=who: sign(e, who))

    with kept.works(CALL) as work:
        found, records = work.envelopes.get(one.envelope_id), work.envelopes.evidence(one.envelope_id)

    assert is_whole(list(records), found.head)
    assert found.head.number == len(records) == 1 + 2 * 5


def test_a_rollback_leaves_neither_change_nor_evidence(kept: Kept) -> None:
    one = envelope()
    add(kept, one)

    with kept.works(CALL) as work:
        found = work.envelopes.get(one.envelope_id)
        sign(found, 0)
        work.envelopes.save(found)

    assert kept.reading.envelope(one.envelope_id) == one
    with kept.works(CALL) as work:
        assert len(work.envelopes.evidence(one.envelope_id)) == 1


def test_the_end_of_a_case_is_remembered_for_that_case_alone(kept: Kept) -> None:
    with kept.works(CALL) as work:
        assert work.envelopes.hold_case(CASE) is False
        work.envelopes.end_case(CASE)
        work.commit()

    with kept.works(CALL) as work:
        assert work.envelopes.hold_case(CASE) is True
        assert work.envelopes.hold_case(OTHER) is False


def test_the_sweep_finds_what_is_overdue_and_waits_for_somebody(kept: Kept) -> None:
    minute = dt.timedelta(minutes=1)
    late, later = envelope(expires_at=NOW - 2 * minute), envelope(version=2, expires_at=NOW - minute)
    due, early = envelope(version=3, expires_at=NOW), envelope(version=4, expires_at=NOW + minute)
    ended = envelope(version=5, expires_at=NOW - minute, state=EnvelopeState.REFUSED)
    at_work = envelope(version=6, expires_at=NOW - 3 * minute)
    for task in at_work.tasks:
        task.state = TaskState.SIGNING
    add(kept, due, later, late, early, ended, at_work)

    ids = [one.envelope_id for one in (late, later, due)]
    assert kept.reading.overdue(NOW, 10) == ids
    assert kept.reading.overdue(NOW, 2) == ids[:2]


def test_a_version_keeps_its_code(kept: Kept) -> None:
    def code(version: int, fresh: str) -> str:
        with kept.works(CALL) as work:
            found = work.envelopes.code_for(CASE, version, fresh)
            work.commit()
        return str(found)

    assert [code(1, "A"), code(1, "B"), code(2, "C"), code(1, "D")] == ["A", "A", "C", "A"]


def test_a_proof_is_spent_once(kept: Kept) -> None:
    def spend() -> None:
        with kept.works(CALL) as work:
            work.spend("j1", NOW + HOUR)
            work.commit()

    spend()
    with pytest.raises(Conflict):
        spend()


# what the database alone keeps


def raw(statement: str) -> list[Any]:
    with database_of("signing").read() as session:
        return list(session.execute(text(statement)).all())


def test_nothing_personal_is_readable_in_any_row() -> None:
    kept = stored()
    one = envelope()
    add(kept, one)

    def act(found: Envelope) -> None:
        sign(found, 0)
        apply(found, 0)
        sign(found, 1)
        found.identify(found.tasks[3], identification(3), "", HOUR, NOW)

    change(kept, one.envelope_id, act)
    with kept.works(CALL) as work:
        work.envelopes.keep_certificate("ab", one.envelope_id, "signer_1", f"CN={NAMES[0]}".encode(), NOW)
        work.commit()
    signed = repr([tuple(row) for table in TABLES for row in raw(f"SELECT * FROM {table}")])
    change(kept, one.envelope_id, lambda e: e.refuse(e.tasks[3], "测试丙说价款不对", "", NOW))
    refused = repr([tuple(row) for table in TABLES for row in raw(f"SELECT * FROM {table}")])

    assert one.envelope_id in signed
    for secret in (*NAMES, *MOBILES, "价款不对", "strokes", f"CN={NAMES[0]}".encode().hex()):
        assert secret not in signed + refused
    (row,) = raw("SELECT der FROM certificates")
    assert CIPHER.open_bytes(bytes(row.der).decode()) == f"CN={NAMES[0]}".encode()


def test_a_certificate_once_registered_stays_what_it_is() -> None:
    kept = stored()
    for der in (b"first", b"second"):
        with kept.works(CALL) as work:
            work.envelopes.keep_certificate("ab", "e1", "signer_1", der, NOW)
            work.commit()

    (row,) = raw("SELECT der FROM certificates")
    assert CIPHER.open_bytes(bytes(row.der).decode()) == b"first"


def test_four_people_who_sign_at_the_same_moment_all_do_and_the_evidence_stays_a_chain() -> None:
    kept = stored()
    one = envelope()
    add(kept, one)
    begin = threading.Barrier(4)

    def act(who: int) -> None:
        begin.wait(10)
        change(kept, one.envelope_id, lambda e: sign(e, who))
        change(kept, one.envelope_id, lambda e: apply(e, who))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(4)))

    with kept.works(CALL) as work:
        found, records = work.envelopes.get(one.envelope_id), work.envelopes.evidence(one.envelope_id)
    assert found.state is EnvelopeState.ALL_SIGNED
    assert [len(document.revisions) for document in found.documents] == [5, 5]
    assert is_whole(list(records), found.head)


def test_of_two_workers_that_open_the_same_version_one_finds_it_there() -> None:
    kept = stored()
    begin = threading.Barrier(2)

    def open_it(_: int) -> bool:
        one = envelope()
        begin.wait(10)
        with kept.works(CALL) as work:
            work.envelopes.hold_case(CASE)
            if work.envelopes.find_by_version(CASE, 1) is not None:
                return False
            work.envelopes.add(one)
            work.commit()
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(open_it, range(2))) == [False, True]


def test_a_case_that_ends_while_its_envelope_is_being_opened_has_no_open_envelope_in_the_end() -> None:
    kept = stored()
    for version in range(1, 9):
        case_no = CaseNo("huangshi", f"20261122{version:05d}")
        one = envelope(case_no, verification_code=f"{version:016d}")
        begin = threading.Barrier(2)

        def open_it(one: Envelope = one, case_no: CaseNo = case_no, begin: threading.Barrier = begin) -> None:
            begin.wait(10)
            with kept.works(CALL) as work:
                if not work.envelopes.hold_case(case_no):
                    work.envelopes.add(one)
                work.commit()

        def end_it(case_no: CaseNo = case_no, begin: threading.Barrier = begin) -> None:
            begin.wait(10)
            with kept.works(CALL) as work:
                work.envelopes.hold_case(case_no)
                work.envelopes.end_case(case_no)
                for found in work.envelopes.of_case(case_no):
                    if found.recall("REVOKED", NOW):
                        work.envelopes.save(found)
                work.commit()

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(open_it), pool.submit(end_it)]:
                done.result()

    assert raw("SELECT state FROM envelopes WHERE state = 'SIGNING'") == []


def test_whom_a_signer_signs_for_and_who_looks_after_a_side_are_kept(kept: Kept) -> None:
    one = envelope()
    one.tasks[0] = dataclasses.replace(
        one.tasks[0], company="黄石测试房产有限公司", uscc="91350100M000100Y43", is_main=True
    )
    add(kept, one)

    found = kept.reading.envelope(one.envelope_id).tasks

    assert (found[0].company, found[0].uscc, found[0].is_main) == ("黄石测试房产有限公司", "91350100M000100Y43", True)
    assert (found[1].company, found[1].uscc, found[1].is_main) == ("", "", False)


def test_companies_are_sealed_at_rest() -> None:
    kept, one = stored(), envelope()
    one.tasks[0] = dataclasses.replace(one.tasks[0], company="黄石测试房产有限公司", uscc="91350100M000100Y43")
    add(kept, one)

    (row,) = raw("SELECT company, uscc FROM tasks WHERE company <> ''")

    assert "黄石" not in row.company
    assert "91350100" not in row.uscc


def test_an_event_is_told_with_the_commit_in_the_order_of_the_envelope() -> None:
    kept = stored()
    one = envelope()
    add(kept, one)
    told = EnvelopeEnded(envelope_id=one.envelope_id, case_no=CASE, version=1, state="EXPIRED")
    for _ in range(2):
        with kept.works(CALL) as work:
            work.emit(told, aggregate_id=one.envelope_id)
            work.commit()

    rows = raw("SELECT envelope FROM kit_outbox ORDER BY id")

    assert [row.envelope["order"]["contract.follow_envelope"] for row in rows] == [1, 2]
    assert {row.envelope["case_no"] for row in rows} == {str(CASE)}


def test_migrations_lead_to_the_tables_the_code_knows() -> None:
    found = inspect(database_of("signing").engine)

    for table in METADATA.sorted_tables:
        columns = {one["name"]: bool(one["nullable"]) for one in found.get_columns(table.name)}
        assert columns == {one.name: bool(one.nullable) for one in table.columns}, table.name
        indexes = {one["name"] for one in found.get_indexes(table.name)}
        assert {one.name for one in table.indexes} <= indexes, table.name


def test_the_runtime_role_may_use_every_table_and_change_no_schema() -> None:
    database: Database = database_of("signing")

    with database.write() as session:
        for table in TABLES:
            session.execute(text(f"DELETE FROM {table}"))
    with pytest.raises(Exception, match=r"permission denied|must be owner"):
        with database.write() as session:
            session.execute(text("ALTER TABLE envelopes ADD COLUMN x int"))


def test_an_unknown_person_has_no_tasks() -> None:
    assert stored().reading.tasks_of(PersonId("p-" + "z" * 26), 10) == []


def upload(ticket: str, source: str = "s", at: dt.datetime = NOW) -> Upload:
    return Upload(ticket, source, f"incoming/signing/{ticket}", at)


def admit(kept: Kept, *uploads: Upload) -> None:
    with kept.works(CALL) as work:
        for one in uploads:
            work.envelopes.admit(one)
        work.commit()


def test_uploads_are_counted_by_source_until_their_hour_is_over(kept: Kept) -> None:
    admit(kept, upload("t1", at=NOW - HOUR), upload("t2"), upload("t3", source="other"))

    assert kept.reading.upload("t2") == upload("t2")
    with kept.works(CALL) as work:
        assert work.envelopes.admitted_since("s", NOW - HOUR) == [NOW]
        work.envelopes.removed(["t1", "t2"], NOW - HOUR)
        work.commit()
    assert [one.ticket for one in kept.reading.uploads_before(NOW, 9)] == ["t3"]
    with kept.works(CALL) as work:
        assert work.envelopes.admitted_since("s", NOW - 2 * HOUR) == [NOW]
    for ticket in ("t1", "t2", "t9"):
        with pytest.raises(UploadNotFound):
            kept.reading.upload(ticket)


def test_a_document_is_found_by_any_of_its_revisions_and_best_by_most(kept: Kept) -> None:
    first = envelope()
    second = envelope(OTHER)
    for one, revisions in ((first, (BASE, "1" * 64)), (second, (BASE, "1" * 64, "2" * 64))):
        one.documents[1].revisions = revisions
    add(kept, first, second)

    found = kept.reading.by_revision(["f" * 64, BASE, "1" * 64, "2" * 64])

    assert found is not None
    assert (found[0].case_no, found[1].kind) == (OTHER, "inquiry_record")
    assert kept.reading.by_revision(["f" * 64]) is None
    assert kept.reading.by_revision([]) is None


def test_the_newest_envelope_of_a_case_and_its_evidence_up_to_a_number(kept: Kept) -> None:
    first, second = envelope(), envelope(version=2)
    add(kept, first, second)

    assert kept.reading.newest(CASE).envelope_id == second.envelope_id
    assert [one.number for one in kept.reading.evidence(first.envelope_id, 1)] == [1]
    assert list(kept.reading.evidence(first.envelope_id, 0)) == []
    with pytest.raises(EnvelopeNotFound):
        kept.reading.newest(OTHER)
