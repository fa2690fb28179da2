"""The evidence chain (证据链): one record per act; each carries the hash of the one before, so none can be changed or dropped unseen."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass

GENESIS = "0" * 64


@dataclass(frozen=True)
class Record:
    """An act as recorded: what, when, and ids, hashes and codes about it."""

    number: int
    act: str
    at: dt.datetime
    facts: dict[str, str]
    before: str
    hash: str


def append(number: int, before: str, act: str, at: dt.datetime, facts: dict[str, str]) -> Record:
    """Return the next record; `before` is the hash of the last one, or GENESIS."""
    body = json.dumps(
        [number, act, at.astimezone(dt.UTC).isoformat(), facts, before], sort_keys=True, ensure_ascii=False
    )
    return Record(number, act, at, facts, before, hashlib.sha256(body.encode()).hexdigest())


def is_whole(records: list[Record]) -> bool:
    """Whether the chain is complete and unchanged from its beginning."""
    before = GENESIS
    for number, one in enumerate(records, start=1):
        if append(number, before, one.act, one.at, one.facts) != one:
            return False
        before = one.hash
    return True
