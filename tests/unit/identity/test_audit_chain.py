"""The chain over the audit: whatever is changed, dropped or moved after the sealing is found, at its place and by its kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.messages.identity import AuditVerified, ChainFault, VerifyAudit
from services.identity.application.keep_audit import BATCH, keep_audit
from services.identity.application.verify_audit import verify_audit
from services.identity.domain.audit_chain import REGISTER, Chain, Sealed, check, extend, forget, was_moved
from services.identity.domain.staff_act import KEPT, StaffAct
from tests.unit.identity.fakes import Memory, MemoryActChain
from tests.unit.identity.test_audit import tell
from tests.unit.identity.world import NOON, World, anonymous, as_person, as_service, as_staff, id_number, refused

mac = MemoryActChain(Memory()).mac
TEXTS = st.text(max_size=6)
ACTS = st.lists(
    st.builds(
        StaffAct, st.uuids().map(str), TEXTS, TEXTS, TEXTS, TEXTS, st.datetimes(timezones=st.just(dt.UTC))
    ),
    min_size=2,
    max_size=12,
    unique_by=lambda act: act.act_id,
)  # fmt: skip


def sealed(acts: Sequence[StaffAct], batch: int = 3) -> tuple[Chain, list[Sealed]]:
    chain, rows = Chain.begin(REGISTER, mac), []
    for at in range(0, len(acts), batch):
        chain, more = extend(chain, acts[at : at + batch], mac)
        rows += more
    return chain, rows


def first_fault(rows: Sequence[Sealed]) -> tuple[ChainFault | None, int]:
    begun = Chain.begin(REGISTER, mac)
    rows = sorted(rows, key=lambda row: row.place)
    checked = check(rows, 0, begun.head_seal, mac)
    wrong = [row for row in rows if row.act.act_id == checked.act_id]
    if wrong and was_moved(wrong[0], checked.seal, rows, mac):
        return ChainFault.MOVED, checked.fault_place
    return checked.fault, checked.fault_place


@given(ACTS, st.integers(1, 5), st.integers(1, 5))
def test_an_untouched_chain_is_good_however_it_was_sealed_and_is_read(
    acts: list[StaffAct], batch: int, page: int
) -> None:
    chain, rows = sealed(acts, batch)
    place, seal = 0, Chain.begin(REGISTER, mac).head_seal
    while place < chain.head:
        checked = check(rows[place : place + page], place, seal, mac)
        assert checked.fault is None
        place, seal = checked.place, checked.seal

    assert (place, seal) == (chain.head, chain.head_seal)


@given(ACTS, st.data())
def test_any_changed_field_of_any_act_is_found_at_its_place(acts: list[StaffAct], data: st.DataObject) -> None:
    _, rows = sealed(acts)
    at = data.draw(st.integers(0, len(rows) - 1))
    name = data.draw(st.sampled_from([one.name for one in fields(StaffAct)]))
    was = getattr(rows[at].act, name)
    now = was + dt.timedelta(microseconds=1) if name == "at" and was.year < 9999 else data.draw(other_than(was))
    rows[at] = replace(rows[at], act=replace(rows[at].act, **{name: now}))

    assert first_fault(rows) == (ChainFault.CHANGED, at + 1)


@given(ACTS, st.data())
def test_what_moves_from_one_field_to_the_next_is_a_change(acts: list[StaffAct], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(acts) - 1))
    acts[at] = replace(acts[at], office="ab", act="c")
    _, rows = sealed(acts)
    rows[at] = replace(rows[at], act=replace(acts[at], office="a", act="bc"))

    assert first_fault(rows) == (ChainFault.CHANGED, at + 1)


@given(ACTS, st.data())
def test_a_changed_seal_is_found(acts: list[StaffAct], data: st.DataObject) -> None:
    _, rows = sealed(acts)
    at = data.draw(st.integers(0, len(rows) - 1))
    rows[at] = replace(rows[at], seal=data.draw(other_than(rows[at].seal)))

    assert first_fault(rows) == (ChainFault.CHANGED, at + 1)


@given(ACTS, st.data())
def test_a_dropped_act_is_missing_at_its_place(acts: list[StaffAct], data: st.DataObject) -> None:
    _, rows = sealed(acts)
    at = data.draw(st.integers(0, len(rows) - 2))
    del rows[at]

    assert first_fault(rows) == (ChainFault.MISSING, at + 1)


@given(ACTS, st.data())
def test_a_gap_closed_by_renumbering_is_found_too(acts: list[StaffAct], data: st.DataObject) -> None:
    _, rows = sealed(acts)
    at = data.draw(st.integers(0, len(rows) - 2))
    closed = [*rows[:at], *(replace(row, place=row.place - 1) for row in rows[at + 1 :])]

    assert first_fault(closed) == (ChainFault.CHANGED, at + 1)


@given(ACTS, st.data(), st.booleans())
def test_two_acts_that_changed_places_are_found_and_said_to_have_moved(
    acts: list[StaffAct], data: st.DataObject, with_seals: bool
) -> None:
    _, rows = sealed(acts)
    one, two = sorted(data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=2, max_size=2, unique=True)))
    first, second = rows[one], rows[two]
    if with_seals:
        rows[one], rows[two] = replace(second, place=first.place), replace(first, place=second.place)
    else:
        rows[one], rows[two] = replace(first, act=second.act), replace(second, act=first.act)

    assert first_fault(rows) == (ChainFault.MOVED, one + 1)


@given(ACTS, st.data())
def test_an_act_put_in_between_without_the_key_is_found(acts: list[StaffAct], data: st.DataObject) -> None:
    _, rows = sealed(acts)
    at = data.draw(st.integers(0, len(rows) - 1))
    forged = Sealed(replace(rows[at].act, act_id="forged"), at + 1, "0" * 64)

    fault, place = first_fault([*rows[:at], forged, *(replace(row, place=row.place + 1) for row in rows[at:])])

    assert (fault, place) == (ChainFault.CHANGED, at + 1)


@pytest.mark.parametrize("name", [one.name for one in fields(Chain)])
def test_any_change_of_the_chains_own_record_is_found(name: str) -> None:
    chain, rows = sealed([StaffAct(str(n), "s", "o", "a", "b", NOON) for n in range(4)])
    chain = forget(chain, rows[:2], NOON + dt.timedelta(days=1), mac)
    was = getattr(chain, name)
    now = was + 1 if isinstance(was, int) else was + dt.timedelta(days=1) if isinstance(was, dt.datetime) else was + "x"

    assert chain.is_ours(mac)
    assert not replace(chain, **{name: now}).is_ours(mac)


def other_than(text: str | dt.datetime) -> st.SearchStrategy[object]:
    if isinstance(text, dt.datetime):
        return st.just(text - dt.timedelta(microseconds=1))
    return TEXTS.filter(lambda other: other != text)


# what the worker and the operators' command do


def swept(world: World) -> dt.timedelta:
    return keep_audit(world.means, as_service("identity"))


def verified(world: World, limit: int = 2) -> AuditVerified:
    """Read the whole chain as the command does, two acts at a time."""
    after, seal = 0, ""
    while True:
        page = verify_audit(world.means, VerifyAudit(after=after, seal=seal, limit=limit), as_service("cli"))
        if page.fault or page.place == page.head:
            return page
        after, seal = page.place, page.seal


def told(world: World, count: int) -> World:
    for _ in range(count):
        tell(world)
        world.pass_time(seconds=1)
    return world


def test_the_sweep_seals_what_was_told_and_says_how_long_the_oldest_waited(world: World) -> None:
    told(world, 5)
    before = verified(world)

    assert swept(world) == dt.timedelta(0)
    after = verified(world)
    assert (before.head, before.unsealed, after.head, after.unsealed, after.fault) == (0, 5, 5, 0, None)


def test_an_act_that_becomes_visible_late_is_sealed_in_a_later_batch_whatever_its_time(world: World) -> None:
    told(world, 3)
    swept(world)
    world.now -= dt.timedelta(hours=1)
    tell(world, "late")
    world.now += dt.timedelta(hours=1)
    swept(world)

    [*_, last] = world.store.memory.act_seals.items()
    late = next(act for act in world.store.memory.staff_acts if act.staff_id == "late")
    assert (last[0], last[1][0]) == (late.act_id, 4)
    assert verified(world).fault is None


def test_a_backlog_is_sealed_in_one_sweep_batch_by_batch(world: World) -> None:
    told(world, BATCH + 3)
    swept(world)

    assert verified(world, limit=BATCH).head == BATCH + 3


def test_sealing_again_changes_nothing(world: World) -> None:
    told(world, 3)
    swept(world)
    seals = dict(world.store.memory.act_seals)
    swept(world)

    assert world.store.memory.act_seals == seals


def test_a_sweep_that_fails_before_its_commit_leaves_everything_to_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(world, 3)
    monkeypatch.setattr(MemoryActChain, "save", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        swept(world)
    monkeypatch.undo()
    swept(world)

    page = verified(world)
    assert (page.head, page.unsealed, page.fault) == (3, 0, None)


def test_while_another_worker_seals_this_one_leaves_it_alone_and_tells_the_age(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(world, 3)
    monkeypatch.setattr(MemoryActChain, "hold", lambda _: False)

    assert swept(world) == dt.timedelta(seconds=3)
    assert not world.store.memory.act_seals


def test_what_was_kept_long_enough_goes_from_the_front_and_the_rest_stays_a_chain(world: World) -> None:
    told(world, 3)
    swept(world)
    world.now += KEPT - dt.timedelta(days=1)
    told(world, 2)
    swept(world)
    world.pass_time(days=2)
    swept(world)

    page = verified(world)
    assert (page.floor, page.head, page.fault, len(world.store.memory.staff_acts)) == (3, 5, None, 2)


FAULTS: dict[str, tuple[Callable[[Memory], object], ChainFault, int]] = {
    "an act changed": (lambda kept: change(kept, 2, subject="someone else"), ChainFault.CHANGED, 3),
    "an act dropped": (lambda kept: drop(kept, 1), ChainFault.MISSING, 2),
    "the last act dropped": (lambda kept: drop(kept, 4), ChainFault.MISSING, 5),
    "all acts dropped": (lambda kept: [drop(kept, 0) for _ in range(5)], ChainFault.MISSING, 1),
    "two acts changed places": (lambda kept: swap(kept, 1, 2), ChainFault.MOVED, 2),
    "the record's end moved": (lambda kept: record(kept, head=4), ChainFault.RECORD, 4),
    "the record's beginning moved": (lambda kept: record(kept, floor=1), ChainFault.RECORD, 5),
    "the record dropped": (lambda kept: kept.audit_chains.clear(), ChainFault.CHANGED, 1),
}


@pytest.mark.parametrize(("spoil", "fault", "place"), FAULTS.values(), ids=FAULTS)
def test_the_first_fault_is_told_with_its_place(
    spoil: Callable[[Memory], object], fault: ChainFault, place: int, world: World
) -> None:
    told(world, 5)
    swept(world)
    spoil(world.store.memory)

    page = verified(world)

    assert (page.fault, page.fault_place) == (fault, place)


def test_nothing_is_sealed_over_a_record_that_is_not_ours(world: World) -> None:
    told(world, 2)
    swept(world)
    record(world.store.memory, head_seal="0" * 64)
    tell(world)

    with refused("identity.audit_chain_broken"):
        swept(world)
    assert verified(world).unsealed == 1


def test_only_the_operators_command_may_verify(world: World) -> None:
    for who in (anonymous(), as_staff("a", "AUDITOR"), as_service("gateway")):
        with refused("actor.service_only"):
            verify_audit(world.means, VerifyAudit(), who)
    with refused("actor.service_only"):
        verify_audit(world.means, VerifyAudit(), as_person(world.register(id_number())))


def change(kept: Memory, at: int, **values: str) -> None:
    kept.staff_acts[at] = replace(kept.staff_acts[at], **values)


def drop(kept: Memory, at: int) -> None:
    del kept.act_seals[kept.staff_acts.pop(at).act_id]


def swap(kept: Memory, one: int, two: int) -> None:
    first, second = kept.staff_acts[one].act_id, kept.staff_acts[two].act_id
    kept.act_seals[first], kept.act_seals[second] = kept.act_seals[second], kept.act_seals[first]


def record(kept: Memory, **values: object) -> None:
    kept.audit_chains[REGISTER] = replace(kept.audit_chains[REGISTER], **values)
