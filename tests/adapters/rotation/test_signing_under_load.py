"""Signing's field key is changed in a real PostgreSQL while people sign: no act fails, no stroke is lost, every chain of evidence is whole.

What evidence hashes holds ids, hashes and codes, none of it sealed: a rotation cannot touch it, and does not.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from services.common.kit.fields import FieldCipher
from services.common.kit.rotation import SealedFields
from services.common.kit.unit_of_work import Database
from services.common.messages.operations import RotateFieldKey
from services.common.values import CaseNo
from services.signing.adapters.repository import StoredReading, signing_works
from services.signing.adapters.rows import EnvelopeRows
from services.signing.adapters.tables import METADATA
from services.signing.domain.envelope import Envelope
from services.signing.domain.evidence import is_whole
from services.signing.domain.lifecycle import EnvelopeState, TaskState
from tests.adapters.signing.test_signing_store import CALL, TABLES, Kept, add, apply, change, envelope, sign
from tests.adapters.stored import emptied
from tests.support.sealed import keys_in_use, rotate
from tests.unit.signing.desk import MOBILES, NAMES, NOW

OLD, NEW = b"o" * 32, b"n" * 32
ENVELOPES, SIGNERS = 15, 4


@pytest.fixture
def database() -> Database:
    return emptied("signing", *TABLES)


def process(database: Database, *keys: bytes) -> Kept:
    """Signing as one process runs it."""
    rows = EnvelopeRows(FieldCipher(*keys))
    return Kept(signing_works(database, rows), StoredReading(database, rows))


def evidence(database: Database) -> list[object]:
    with database.read() as session:
        return list(session.execute(text("SELECT * FROM evidence ORDER BY envelope_id, number")).all())


def test_people_sign_while_the_key_is_changed(database: Database) -> None:
    processes = [process(database, *keys) for keys in ((OLD, NEW), (NEW, OLD), (NEW, OLD))]
    envelopes = [envelope(CaseNo("huangshi", f"20261122{n:05d}")) for n in range(1, ENVELOPES + 1)]
    add(processes[0], *envelopes)
    assert keys_in_use(database, OLD, NEW) == {OLD}

    def work(number: int) -> list[str]:
        wrong = []
        for turn, one in enumerate(envelopes[number::3] * SIGNERS):
            who, kept = turn // (ENVELOPES // 3), processes[(turn + number) % 3]
            change(kept, one.envelope_id, lambda found, who=who: sign(found, who))
            shown = processes[turn % 3].reading.envelope(one.envelope_id)
            if not shown.tasks[who].handwriting or [task.mobile for task in shown.tasks] != list(MOBILES):
                wrong.append(f"{one.case_no} {who}")
            with kept.works(CALL) as at_work:
                at_work.envelopes.keep_certificate(f"{number}-{turn}", one.envelope_id, f"s{who}", b"CN=x", NOW)
                at_work.commit()
            change(kept, one.envelope_id, lambda found, who=who: apply(found, who))
        return wrong

    fields, place, rewritten = SealedFields(METADATA, FieldCipher(NEW, OLD)), "", 0
    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(work, number) for number in range(3)]
        while not all(one.done() for one in running):
            with database.write() as session:
                batch = fields.rotate(session, RotateFieldKey(limit=5, after=place))
            place, rewritten = batch.after, rewritten + batch.resealed
        wrong = [one for each in running for one in each.result(timeout=120)]
    rotate(database, METADATA, (NEW, OLD))

    assert rewritten > 0, "nothing was rewritten meanwhile"
    assert wrong == []
    assert keys_in_use(database, OLD, NEW) == {NEW}
    for one in envelopes:
        _is_signed_and_whole(process(database, NEW), one)
    with database.read() as session:
        ders = session.execute(text("SELECT der FROM certificates")).scalars().all()
    assert {FieldCipher(NEW).open_bytes(bytes(der).decode()) for der in ders} == {b"CN=x"}
    assert len(ders) == ENVELOPES * SIGNERS


def _is_signed_and_whole(kept: Kept, one: Envelope) -> None:
    found = kept.reading.envelope(one.envelope_id)
    assert found.state is EnvelopeState.ALL_SIGNED
    assert [(task.state, task.name) for task in found.tasks] == [(TaskState.SIGNED, name) for name in NAMES]
    with kept.works(CALL) as work:
        assert is_whole(list(work.envelopes.evidence(one.envelope_id)), found.head)


def test_a_rotation_leaves_evidence_as_it_was_hashed(database: Database) -> None:
    kept, one = process(database, OLD), envelope()
    add(kept, one)
    change(kept, one.envelope_id, lambda found: sign(found, 0))
    before = evidence(database)

    assert rotate(database, METADATA, (NEW, OLD)) == SIGNERS

    assert evidence(database) == before
    found = process(database, NEW).reading.envelope(one.envelope_id)
    assert found == kept_as(found, one)


def kept_as(found: Envelope, one: Envelope) -> Envelope:
    """The envelope with the names and phones it was made with."""
    assert [(task.name, task.mobile) for task in found.tasks] == [(task.name, task.mobile) for task in one.tasks]
    return found
