"""The audit's chain in a real PostgreSQL, as the runtime role: late commits, several sealers, a sealer that dies, writes past the service."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.common.kit.fields import FieldCipher
from services.common.messages.identity import AuditVerified, ChainFault, VerifyAudit
from services.identity.adapters.act_chain import ActChainShelf
from services.identity.adapters.repository import reads_of, works_of
from services.identity.adapters.vault import Vault
from services.identity.application.keep_audit import keep_audit
from services.identity.application.means import Means
from services.identity.application.verify_audit import verify_audit
from services.identity.domain.staff_act import KEPT, StaffAct
from tests.adapters.stored import emptied
from tests.unit.identity.world import NOON, World, anonymous, as_service, refused


@dataclass
class Audit:
    """The register with whoever writes, seals and verifies."""

    means: Means
    database: Any

    def tell(self, *names: str, at: dt.datetime = NOON) -> None:
        with self.means.works(anonymous()) as work:
            for name in names:
                work.staff_acts.add(StaffAct(name, "s1", "huangshi-1", "contract.case_shown", f"case of {name}", at))
            work.commit()

    def seal(self) -> dt.timedelta:
        return keep_audit(self.means, as_service("identity"))

    def verify(self) -> AuditVerified:
        return verify_audit(self.means, VerifyAudit(limit=5000), as_service("cli"))

    def sql(self, statement: str) -> list[Any]:
        with self.database.write() as session:
            done = session.execute(text(statement))
            return list(done) if done.returns_rows else []

    def order(self) -> list[str]:
        return [row.act_id for row in self.sql("SELECT act_id FROM staff_acts WHERE place IS NOT NULL ORDER BY place")]


@pytest.fixture
def audit() -> Iterator[Audit]:
    database = emptied("identity", "staff_acts", "audit_chains")
    vault = Vault(FieldCipher(b"f" * 32), b"f" * 32)
    means = replace(World().means, works=works_of(database, vault), read=reads_of(database, vault), now=lambda: NOON)
    yield Audit(means, database)
    database.engine.dispose()


def test_an_act_whose_transaction_was_open_while_others_were_sealed_comes_later_and_nothing_is_left_out(
    audit: Audit,
) -> None:
    with audit.means.works(anonymous()) as slow:
        slow.staff_acts.add(StaffAct("early", "s1", "o", "a", "b", NOON - dt.timedelta(hours=1)))
        slow.session.flush()  # so that the row is written and not yet committed
        audit.tell("one", "two")
        audit.seal()
        slow.commit()
    audit.seal()

    assert audit.order() == ["one", "two", "early"]
    found = audit.verify()
    assert (found.head, found.unsealed, found.fault) == (3, 0, None)


def test_several_sealers_beside_several_writers_make_one_chain_without_a_gap(audit: Audit) -> None:
    wrong: list[BaseException] = []

    def guarded(work: Any) -> threading.Thread:
        def run() -> None:
            try:
                work()
            except BaseException as one:  # noqa: BLE001 - told by the test
                wrong.append(one)

        return threading.Thread(target=run)

    writers = [
        guarded(lambda w=w: [audit.tell(*(f"{w}-{n}-{k}" for k in range(5))) for n in range(20)]) for w in range(3)
    ]
    sealers = [guarded(lambda: [audit.seal() for _ in range(25)]) for _ in range(3)]
    for one in (*writers, *sealers):
        one.start()
    for one in (*writers, *sealers):
        one.join()
    audit.seal()

    found = audit.verify()
    assert wrong == []
    assert (found.head, found.place, found.unsealed, found.fault) == (300, 300, 0, None)


def test_a_sealer_that_dies_before_its_commit_leaves_no_trace(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    audit.tell("one", "two")
    monkeypatch.setattr(ActChainShelf, "save", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        audit.seal()
    monkeypatch.undo()

    assert audit.order() == []
    audit.seal()
    assert audit.verify().fault is None


def test_while_another_transaction_holds_the_lock_nothing_is_sealed_and_nobody_waits(audit: Audit) -> None:
    audit.tell("one", at=NOON - dt.timedelta(minutes=5))
    with audit.means.works(anonymous()) as other:
        assert other.act_chain.hold()
        waited = audit.seal()

    assert waited == dt.timedelta(minutes=5)
    assert audit.order() == []


def test_the_oldest_acts_are_forgotten_from_the_front_and_the_chain_goes_on(audit: Audit) -> None:
    audit.tell("old", "older", at=NOON - KEPT - dt.timedelta(days=1))
    audit.seal()
    audit.tell("new")
    audit.seal()

    found = audit.verify()
    assert (audit.order(), found.floor, found.head, found.fault) == (["new"], 2, 3, None)


EXCHANGE = """
UPDATE staff_acts SET act_id = other.act_id, subject = other.subject
FROM (SELECT 'c' AS act_id, 'case of c' AS subject, 2 AS place UNION SELECT 'b', 'case of b', 3) other
WHERE staff_acts.place = other.place
"""
SPOILT = {
    "a column changed": ("UPDATE staff_acts SET subject = 'x' WHERE place = 3", ChainFault.CHANGED, 3),
    "a time moved by a microsecond": (
        "UPDATE staff_acts SET at = at + interval '1 microsecond' WHERE place = 2",
        ChainFault.CHANGED,
        2,
    ),
    "a seal changed": ("UPDATE staff_acts SET seal = overlay(seal placing 'x' from 9) WHERE place = 4", ChainFault.CHANGED, 4),
    "a row deleted": ("DELETE FROM staff_acts WHERE place = 2", ChainFault.MISSING, 2),
    "the newest row deleted": ("DELETE FROM staff_acts WHERE place = 5", ChainFault.MISSING, 5),
    "two rows exchanged": (EXCHANGE, ChainFault.MOVED, 2),
    "a row unsealed": ("UPDATE staff_acts SET place = NULL, seal = NULL WHERE place = 1", ChainFault.MISSING, 1),
    "the end moved": ("UPDATE audit_chains SET head = 4", ChainFault.RECORD, 4),
    "the record deleted": ("DELETE FROM audit_chains", ChainFault.CHANGED, 1),
}  # fmt: skip


@pytest.mark.parametrize(("statement", "fault", "place"), SPOILT.values(), ids=SPOILT)
def test_a_write_past_the_service_is_found_and_named(
    statement: str, fault: ChainFault, place: int, audit: Audit
) -> None:
    audit.tell("a", "b", "c", "d", "e")
    audit.seal()
    if statement is EXCHANGE:  # the key may not be taken twice, not even for a moment
        audit.sql("UPDATE staff_acts SET act_id = act_id || '-' WHERE place IN (2, 3)")
    audit.sql(statement)

    found = audit.verify()

    assert (found.fault, found.fault_place) == (fault, place)


def test_over_a_record_that_was_changed_or_put_back_nothing_more_is_sealed(audit: Audit) -> None:
    audit.tell("a", "b")
    audit.seal()
    [kept] = audit.sql("SELECT head, head_seal, mac FROM audit_chains")
    audit.tell("c")
    audit.seal()
    audit.sql("UPDATE audit_chains SET head = 2")
    audit.tell("d")
    with refused("identity.audit_chain_broken"):
        audit.seal()
    audit.sql(
        f"UPDATE audit_chains SET head = {kept.head}, head_seal = '{kept.head_seal}', mac = '{kept.mac}'"  # noqa: S608
    )
    with pytest.raises(IntegrityError):  # a true record, but an old one: its next place is taken
        audit.seal()

    assert audit.order() == ["a", "b", "c"]
