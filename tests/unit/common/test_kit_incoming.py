"""The gateway's way into the store, and how old objects are found: in a folder, and as an S3 server lists them."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from services.common.kit.errors import InvalidValue, Unavailable
from services.common.kit.objects import INCOMING, FolderStore, Incoming
from services.common.kit.objects_s3 import S3Store

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@dataclass
class Listed:
    """An object as the S3 client lists it."""

    object_name: str
    last_modified: dt.datetime | None


@dataclass
class Server:
    """The part of the S3 client that lists."""

    objects: list[Listed] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def list_objects(self, bucket: str, **options: Any) -> Any:
        self.asked.append({"bucket": bucket, **options})
        if not self.objects:
            raise OSError
        return iter(self.objects)


@dataclass
class Put:
    """A store that remembers what is put."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def put(self, key: str, data: bytes) -> str:
        self.kept[key] = data
        return "hash"


def test_everything_goes_under_incoming_and_nothing_comes_back() -> None:
    store = Put()
    way_in = Incoming(store)  # type: ignore[arg-type]

    assert way_in.put("abc", b"x") == "hash"
    assert store.kept == {f"{INCOMING}/abc": b"x"}
    with pytest.raises(InvalidValue):
        way_in.put("../contract/x", b"x")
    assert [name for name in dir(way_in) if not name.startswith("_")] == ["put"]


def test_an_s3_server_s_old_objects_are_found_and_no_more_than_asked_for() -> None:
    old = [Listed(f"incoming/{n}", NOW - 2 * HOUR) for n in range(3)]
    server = Server([Listed("incoming/new", NOW), Listed("incoming/folder/", None), *old])
    store = S3Store(server, "bucket")  # type: ignore[arg-type]

    assert store.old(INCOMING, NOW - HOUR, 2) == ["incoming/0", "incoming/1"]
    assert server.asked == [{"bucket": "bucket", "prefix": "incoming/", "recursive": True}]


def test_an_s3_server_that_is_down_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        S3Store(Server(), "bucket").old(INCOMING, NOW, 2)  # type: ignore[arg-type]


def test_a_folder_s_old_files_are_found_and_what_was_half_written_is_deleted(tmp_path: Path) -> None:
    for name, age in (("a", 2), ("b", 0), (".half", 2), (".writing", 0)):
        file = tmp_path / INCOMING / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"x")
        then = (NOW - age * HOUR).timestamp()
        os.utime(file, (then, then))
    store = FolderStore(tmp_path)

    assert store.old(INCOMING, NOW - HOUR, 9) == ["incoming/a"]
    assert sorted(one.name for one in (tmp_path / INCOMING).iterdir()) == [".writing", "a", "b"]
    assert store.old("elsewhere", NOW, 9) == []
