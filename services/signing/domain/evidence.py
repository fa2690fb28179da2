"""The evidence chain (证据链): one record per act; each carries the hash of the one before, so none can be changed unseen.

A chain alone cannot tell that its last records were cut off: the head (number and hash of the last record) is kept elsewhere,
with the envelope, and compared. Facts are ids, hashes and codes, never what a person is called or has written.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

GENESIS = "0" * 64


@dataclass(frozen=True)
class Head:
    """The end of a chain: how many records, and the hash of the last."""

    number: int = 0
    hash: str = GENESIS


START = Head()


@dataclass(frozen=True)
class Record:
    """An act as recorded: what, when, and ids, hashes and codes about it."""

    number: int
    act: str
    at: dt.datetime
    facts: Mapping[str, str]
    before: str
    hash: str

    @property
    def head(self) -> Head:
        """The chain's end once this is its last record."""
        return Head(self.number, self.hash)


def append(head: Head, act: str, at: dt.datetime, facts: Mapping[str, str]) -> Record:
    """Return the record that follows `head`."""
    number, before = head.number + 1, head.hash
    body = [number, act, at.astimezone(dt.UTC).isoformat(), dict(facts), before]
    text = json.dumps(body, sort_keys=True, ensure_ascii=False)
    return Record(number, act, at, facts, before, hashlib.sha256(text.encode()).hexdigest())


def is_whole(records: Sequence[Record], head: Head) -> bool:
    """Whether these are all records of the chain that ends with `head`, unchanged and in their order."""
    last = START
    for one in records:
        if append(last, one.act, one.at, one.facts) != one:
            return False
        last = one.head
    return last == head
