"""Contract's field key is changed in a real PostgreSQL while people confirm, revoke and read their cases: nobody fails, nothing is lost.

Three processes as they are in the middle of a change: one still seals with the former key, two with the new; all open both.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text

from services.common.kit.fields import FieldCipher
from services.common.kit.rotation import SealedFields
from services.common.messages.contract import ConfirmContract, RevokeCase, SaveTerms
from services.common.messages.identity import Person
from services.common.messages.operations import RotateFieldKey
from services.common.values import CaseNo
from services.contract.adapters.tables import METADATA
from services.contract.application.save_terms import TermsSaving
from services.contract.domain.case import Case
from services.contract.domain.errors import StaleVersion
from services.contract.domain.lifecycle import State
from tests.adapters.contract.test_case_at_once import TABLES, Desk, confirming
from tests.adapters.stored import emptied
from tests.stack.waiting import eventually
from tests.support import contract_builders as make
from tests.support.contract_world import World
from tests.support.sealed import keys_in_use, rotate

OLD, NEW = b"o" * 32, b"n" * 32
CASES = 18
PEOPLE = (make.BUYER, make.BUYER_2, make.SELLER_2, make.SELLER)


@pytest.fixture
def desks() -> tuple[Desk, ...]:
    database = emptied("contract", *TABLES)
    return tuple(Desk(database, cipher=FieldCipher(*keys)) for keys in ((OLD, NEW), (NEW, OLD), (NEW, OLD)))


def crowded(desk: Desk) -> list[Case]:
    """Cases on homes of their own, each waiting for four people to confirm."""
    first = confirming(desk)
    others = [
        replace(
            first, no=CaseNo("huangshi", f"20261122{n + 100:05d}"), title=replace(first.title, title_id=f"home-{n}")
        )
        for n in range(1, CASES)
    ]
    return [first, *(desk.put(one) for one in others)]


def confirmed(desk: Desk, case: Case, who: Person) -> str:
    message = ConfirmContract(case_no=case.no, version=case.version)
    return desk.ask(desk.confirm, message, who, f"{case.no}-{who.mobile}")


def revoked(desk: Desk, case: Case) -> str:
    return desk.ask(
        desk.revoke, RevokeCase(case_no=case.no, reason=f"不卖了 {case.no}"), make.SELLER, f"revoke {case.no}"
    )


def test_cases_are_confirmed_and_read_while_their_key_is_changed(desks: tuple[Desk, ...]) -> None:
    before = desks[0]
    cases = crowded(before)
    assert keys_in_use(before.database, OLD, NEW) == {OLD}
    wrong: list[str] = []

    def work(number: int) -> int:
        mine = cases[number::3]
        for turn, case in enumerate(mine * (len(PEOPLE) + 1)):
            desk, act = desks[(turn + number) % 3], turn // len(mine)
            answer = confirmed(desk, case, PEOPLE[act]) if act < len(PEOPLE) else revoked(desk, case)
            if answer != json.dumps(str(case.no)):
                wrong.append(answer)
            if desks[turn % 3].reader.get(case.no).title != case.title:
                wrong.append("another title")
        return len(mine) * (len(PEOPLE) + 1)

    fields, place, rewritten = SealedFields(METADATA, FieldCipher(NEW, OLD)), "", 0
    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(work, number) for number in range(3)]
        while not all(one.done() for one in running):
            with before.database.write() as session:
                batch = fields.rotate(session, RotateFieldKey(limit=2, after=place))
            place, rewritten = batch.after, rewritten + batch.resealed
        done = [one.result(timeout=120) for one in running]
    rotate(before.database, METADATA, (NEW, OLD))  # what the process with the old key in front wrote last

    only_new = Desk(before.database, cipher=FieldCipher(NEW))
    assert rewritten > 0, "nothing was rewritten meanwhile"
    assert (wrong, sum(done)) == ([], CASES * (len(PEOPLE) + 1))
    assert keys_in_use(before.database, OLD, NEW) == {NEW}
    for case in cases:
        kept = only_new.reader.get(case.no)
        assert (kept.state, kept.revision) == (State.REVOKED, case.revision + len(PEOPLE) + 1)
        assert kept.end_reason == f"不卖了 {case.no}", "a rotation has overwritten what was sealed meanwhile"
        assert [one.act for one in kept.history].count("confirm") == len(PEOPLE)
        assert (kept.sellers, kept.terms) == (case.sellers, case.terms)


def test_a_rotation_is_no_edit_so_what_was_read_before_it_may_be_saved_after_it(desks: tuple[Desk, ...]) -> None:
    before, after, _ = desks
    world = World()
    world.published()
    case = before.reader.get(before.put(world.case).no)
    rotate(before.database, METADATA, (NEW, OLD))

    assert after.reader.get(case.no) == case, "revision, times and history are what they were"
    save = TermsSaving(after.works, lambda: after.at)
    terms = SaveTerms(case_no=case.no, revision=case.revision, terms=make.terms())
    save(terms, make.call_of(make.SELLER))
    with pytest.raises(StaleVersion):
        save(terms, make.call_of(make.SELLER))


class Interrupted(FieldCipher):
    """Lets somebody act when the first value is about to be rewritten: the row has been read and not yet written."""

    def __init__(self, act: Callable[[], None], *keys: bytes) -> None:
        super().__init__(*keys)
        self._act: Callable[[], None] | None = act

    def renewed(self, sealed: str) -> str:
        act, self._act = self._act, None
        if act is not None:
            act()
        return super().renewed(sealed)


def test_an_edit_that_comes_while_a_batch_is_at_its_row_waits_and_is_not_overwritten(desks: tuple[Desk, ...]) -> None:
    before, after, _ = desks
    case = confirming(before)
    edited: list[str] = []
    edit = threading.Thread(target=lambda: edited.append(revoked(after, case)))

    def begin() -> None:
        edit.start()
        eventually(lambda: edited or waiting_for_a_row(before))

    fields = SealedFields(METADATA, Interrupted(begin, NEW, OLD))
    with before.database.write() as session:
        fields.rotate(session, RotateFieldKey())
    edit.join(10)

    assert edited == [json.dumps(str(case.no))]
    assert Desk(before.database, cipher=FieldCipher(NEW)).reader.get(case.no).end_reason == f"不卖了 {case.no}"


def waiting_for_a_row(desk: Desk) -> bool:
    with desk.database.read() as session:
        return bool(session.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one())
