"""The object store's promises, kept by the folder and by S3 alike."""

from __future__ import annotations

import hashlib

import pytest

from services.common.kit.errors import InvalidValue, NotFound
from services.common.kit.objects import CHUNK, Store

KEY = "signing/huangshi-2026112200001/1/sale_contract/base.pdf"


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1, 10_485_760], ids=["none", "one", "chunk", "more", "10MB"])
def test_bytes_come_back_as_they_were_put(store: Store, size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    data = data[:size]

    said = store.put(KEY, data)

    assert said == hashlib.sha256(data).hexdigest()
    assert store.get(KEY) == data
    assert b"".join(store.read(KEY)) == data
    assert store.stat(KEY) == (size, said)


def test_stream_arrives_in_chunks_that_fit_memory(store: Store) -> None:
    store.put(KEY, b"x" * (5 * CHUNK))

    assert max(len(chunk) for chunk in store.read(KEY)) <= CHUNK


def test_putting_again_replaces_the_whole(store: Store) -> None:
    store.put(KEY, b"long, from before")

    store.put(KEY, b"new")

    assert store.get(KEY) == b"new"
    assert store.stat(KEY)[0] == 3


@pytest.mark.parametrize("read", ["get", "stat", "read"])
def test_what_was_never_put_is_not_found_before_the_first_chunk(store: Store, read: str) -> None:
    with pytest.raises(NotFound) as refusal:
        getattr(store, read)(KEY)

    assert refusal.value.code == "object.not_found"


def test_deleting_once_and_again_leaves_nothing(store: Store) -> None:
    store.put(KEY, b"x")

    store.delete(KEY)
    store.delete(KEY)

    with pytest.raises(NotFound):
        store.get(KEY)


def test_keys_beside_each_other_do_not_touch(store: Store) -> None:
    store.put("contract/a", b"1")
    store.put("contract/a.b", b"2")

    store.delete("contract/a")

    assert store.get("contract/a.b") == b"2"


@pytest.mark.parametrize("key", ["", "a", "/etc/passwd", "a/../b", "a//b", "A/b", "a/b?versionId=1", "a/中"])
@pytest.mark.parametrize("act", ["get", "stat", "read", "delete", "put"])
def test_key_that_could_leave_its_place_is_refused_by_every_act(store: Store, key: str, act: str) -> None:
    with pytest.raises(InvalidValue):
        getattr(store, act)(*([key, b"x"] if act == "put" else [key]))


def test_store_that_answers_is_ready(store: Store) -> None:
    assert store.ready()
