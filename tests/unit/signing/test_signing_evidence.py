"""The evidence chain tells when a record was changed, dropped, put elsewhere, added or cut off."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.signing.domain.evidence import START, Head, Record, append, is_whole
from tests.unit.signing.desk import NOW

WORDS = st.text(min_size=1, max_size=8)
FACTS = st.lists(st.tuples(WORDS, st.dictionaries(WORDS, WORDS, max_size=3)), min_size=2, max_size=6)


def chain(*acts: tuple[str, dict[str, str]]) -> list[Record]:
    records: list[Record] = []
    for n, (act, facts) in enumerate(acts):
        head = records[-1].head if records else START
        records.append(append(head, act, NOW + dt.timedelta(seconds=n), facts))
    return records


def three() -> list[Record]:
    return chain(
        ("opened", {"contract": "aa"}), ("identified", {"task": "1"}), ("signed", {"task": "1", "after": "bb"})
    )


def test_an_untouched_chain_is_whole_and_so_is_an_empty_one() -> None:
    records = three()

    assert is_whole(records, records[-1].head)
    assert is_whole([], START)


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize(
    "change",
    [
        {"act": "refused"},
        {"at": NOW - dt.timedelta(seconds=1)},
        {"facts": {"task": "2"}},
        {"before": "f" * 64},
        {"hash": "f" * 64},
        {"number": 9},
    ],
)
def test_a_changed_record_is_noticed(number: int, change: dict) -> None:
    records = three()
    head = records[-1].head
    records[number] = dataclasses.replace(records[number], **change)

    assert not is_whole(records, head)


@pytest.mark.parametrize("number", range(3))
def test_a_dropped_record_is_noticed_also_the_last(number: int) -> None:
    records = three()
    head = records[-1].head
    del records[number]

    assert not is_whole(records, head)


@given(acts=FACTS, data=st.data())
def test_no_record_can_be_rewritten_with_everything_after_it(acts: list, data: st.DataObject) -> None:
    records = chain(*acts)
    place = data.draw(st.integers(0, len(acts) - 1))
    act, facts = acts[place]
    forged = chain(*acts[:place], (act + "x", facts), *acts[place + 1 :])

    assert is_whole(forged, forged[-1].head)
    assert not is_whole(forged, records[-1].head)


@given(order=st.permutations(range(3)))
def test_records_in_another_order_are_noticed(order: list[int]) -> None:
    records = three()

    assert is_whole([records[n] for n in order], records[-1].head) == (list(order) == [0, 1, 2])


def test_an_added_record_is_noticed() -> None:
    records = three()
    head = records[-1].head
    records.append(append(head, "refused", NOW, {}))

    assert not is_whole(records, head)
    assert not is_whole(records, Head(4, head.hash))


def test_a_record_means_the_same_in_every_time_zone() -> None:
    china = NOW.astimezone(dt.timezone(dt.timedelta(hours=8)))

    assert append(START, "opened", NOW, {}).hash == append(START, "opened", china, {}).hash
