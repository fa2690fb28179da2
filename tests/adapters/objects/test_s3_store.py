"""What only a server can do wrong: silence, a wrong key, a cut, damaged bytes, a lock; and what survives kill -9."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import minio
import pytest
from minio.commonconfig import ENABLED
from minio.versioningconfig import VersioningConfig

from services.common.kit.errors import DomainError, Kind, Unavailable
from services.common.kit.objects_s3 import Retained
from services.common.kit.settings import SettingMissing
from services.common.kit.stores import open_store
from tests.adapters.objects.conftest import opened
from tests.support.rig import free_port
from tests.support.store_server import SCRIPT, StoreServer, why_not

KEY = "signing/huangshi-2026112200001/1/sale_contract/base.pdf"
NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
ACTS = ("get", "stat", "read", "delete", "put", "ready")


def act(store: object, name: str) -> object:
    arguments = {"put": [KEY, b"x"], "ready": []}.get(name, [KEY])
    return getattr(store, name)(*arguments)


@pytest.mark.parametrize("name", ACTS)
def test_silent_server_is_unavailable(name: str) -> None:
    store = open_store(f"s3+insecure://127.0.0.1:{free_port()}/bucket", access_key="k", secret_key="s")

    with pytest.raises(Unavailable) as refusal:
        act(store, name)

    assert refusal.value.code == "object.store_unavailable"


@pytest.mark.parametrize("name", [one for one in ACTS if one != "ready"])
def test_wrong_secret_is_unavailable_and_not_a_missing_object(server: StoreServer, bucket: str, name: str) -> None:
    with pytest.raises(Unavailable):
        act(opened(server, bucket, secret="wrong"), name)


def test_missing_bucket_is_an_outage_and_not_a_missing_object(server: StoreServer) -> None:
    with pytest.raises(Unavailable):
        opened(server, "nobodys-bucket").get(KEY)


def test_bytes_that_are_not_those_once_put_are_never_given_whole(server: StoreServer, bucket: str) -> None:
    said = hashlib.sha256(b"put").hexdigest()
    server.client().put_object(bucket, KEY, io.BytesIO(b"changed"), 7, metadata={"sha256": said})
    store = opened(server, bucket)

    with pytest.raises(DomainError) as refusal:
        store.get(KEY)
    assert (refusal.value.code, refusal.value.kind) == ("object.damaged", Kind.INTERNAL)
    with pytest.raises(DomainError):
        list(store.read(KEY))


def test_object_that_came_without_our_hash_is_hashed_when_asked(server: StoreServer, bucket: str) -> None:
    server.client().put_object(bucket, KEY, io.BytesIO(b"theirs"), 6)

    assert opened(server, bucket).stat(KEY) == (6, hashlib.sha256(b"theirs").hexdigest())


@contextmanager
def cut_after(said: bytes) -> Iterator[int]:
    """A server that says this to everybody and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)

        def serve() -> None:
            try:
                while True:
                    connection, _ = listener.accept()
                    with connection:
                        connection.recv(65536)
                        connection.sendall(said)
            except OSError:
                return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_download_cut_in_the_middle_is_unavailable_and_never_a_short_object() -> None:
    with cut_after(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\nonly this") as port:
        store = open_store(f"s3+insecure://127.0.0.1:{port}/bucket", access_key="k", secret_key="s")

        with pytest.raises(Unavailable):
            store.get(KEY)


def test_answer_that_is_not_s3_is_unavailable() -> None:
    with cut_after(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 4\r\nConnection: close\r\n\r\nnope") as port:
        store = open_store(f"s3+insecure://127.0.0.1:{port}/bucket", access_key="k", secret_key="s")

        with pytest.raises(Unavailable):
            store.put(KEY, b"x")


@pytest.fixture
def locked(server: StoreServer) -> str:
    name = f"locked{free_port()}"
    server.client().make_bucket(name, object_lock=True)
    return name


def versions(client: minio.Minio, bucket: str) -> list[str]:
    found = client.list_objects(bucket, recursive=True, include_version=True)
    return [str(one.version_id) for one in found if not one.is_delete_marker]


def test_retained_document_cannot_be_destroyed_by_anybody(server: StoreServer, locked: str) -> None:
    store, client = opened(server, locked, retain="signing/=3650"), server.client()
    store.put(KEY, b"signed")

    store.delete(KEY)

    (kept,) = versions(client, locked)
    with pytest.raises(minio.error.S3Error):
        client.remove_object(locked, KEY, version_id=kept)
    with client.get_object(locked, KEY, version_id=kept) as answer:
        assert answer.read() == b"signed"


def test_retention_lasts_as_long_as_the_setting_says(server: StoreServer, locked: str) -> None:
    opened(server, locked, retain="signing/=30").put(KEY, b"signed")

    told = server.client().stat_object(locked, KEY).metadata or {}
    until = dt.datetime.fromisoformat(str(told["x-amz-object-lock-retain-until-date"])[:19]).replace(tzinfo=dt.UTC)
    assert told["x-amz-object-lock-mode"] == "COMPLIANCE"
    assert abs(until - dt.datetime.now(dt.UTC) - dt.timedelta(days=30)) < dt.timedelta(minutes=5)


def test_what_no_rule_names_can_be_destroyed(server: StoreServer, locked: str) -> None:
    client = server.client()
    opened(server, locked, retain="signing/=30").put("contract/draft", b"x")

    (kept,) = versions(client, locked)
    client.remove_object(locked, "contract/draft", version_id=kept)

    assert versions(client, locked) == []


def test_store_told_to_retain_is_not_ready_on_a_bucket_without_lock(server: StoreServer, bucket: str) -> None:
    with pytest.raises(Unavailable):
        opened(server, bucket, retain="signing/=30").ready()


def test_store_told_to_retain_is_ready_on_a_bucket_with_lock(server: StoreServer, locked: str) -> None:
    assert opened(server, locked, retain="signing/=30").ready()


def test_replaced_object_is_still_there_as_a_version(server: StoreServer, bucket: str) -> None:
    client = server.client()
    client.set_bucket_versioning(bucket, VersioningConfig(ENABLED))
    store = opened(server, bucket)
    store.put(KEY, b"first")
    store.put(KEY, b"second")

    assert store.get(KEY) == b"second"
    assert len(versions(client, bucket)) == 2


@pytest.mark.parametrize(
    ("key", "days"), [("signing/a", 10), ("signing/final/a", 20), ("contract/a", 0), ("xsigning/a", 0)]
)
def test_longest_prefix_decides_how_long(key: str, days: int) -> None:
    rule = Retained.read("signing/=10, signing/final/=20")

    assert rule.until(key, NOW) == (NOW + dt.timedelta(days=days) if days else None)


@pytest.mark.parametrize("text", ["signing/", "signing/=", "signing/=x", "=3", "signing/=-1", "signing/=0"])
def test_rule_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(SettingMissing, match="GUOHU_S3_RETAIN"):
        Retained.read(text)


def test_what_was_put_survives_kill_9_with_its_lock(tmp_path: Path) -> None:
    if reason := why_not():
        pytest.skip(reason)
    server = StoreServer(tmp_path / "store")
    server.start()
    try:
        server.client().make_bucket("kept", object_lock=True)
        opened(server, "kept", retain="signing/=30").put(KEY, b"signed")
        server.kill()

        server.start()

        assert opened(server, "kept").get(KEY) == b"signed"
        (kept,) = versions(server.client(), "kept")
        with pytest.raises(minio.error.S3Error):
            server.client().remove_object("kept", KEY, version_id=kept)
    finally:
        server.kill()


def test_one_greenthread_waiting_for_the_store_holds_up_no_other() -> None:
    """The server answers nobody until two ask at once: a client that blocked its process would never be the second."""
    program = (
        "import eventlet; eventlet.monkey_patch()\n"
        "import sys\n"
        "from services.common.kit.stores import open_store\n"
        "store = open_store(f's3+insecure://127.0.0.1:{sys.argv[1]}/bucket', access_key='k', secret_key='s')\n"
        "asked = [eventlet.spawn(store.put, 'a/b', bytes(8 * 1024 * 1024)) for _ in range(2)]\n"
        "print(*(one.wait()[:8] for one in asked))\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        environment = {"PYTHONPATH": str(SCRIPT.parents[2]), "PYTHONWARNINGS": "ignore", "PATH": os.environ["PATH"]}
        child = subprocess.Popen(
            [sys.executable, "-c", program, str(port)], env=environment, stdout=subprocess.PIPE, text=True
        )
        try:
            listener.settimeout(30)
            askers = [listener.accept()[0] for _ in range(2)]
            for one in askers:
                read_upload(one)
                one.sendall(b'HTTP/1.1 200 OK\r\nETag: "x"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
                one.close()
            said, _ = child.communicate(timeout=30)
        finally:
            child.kill()

    assert said.split() == ["2daeb1f3"] * 2


def read_upload(connection: socket.socket) -> None:
    with connection.makefile("rb") as stream:
        length = 0
        while (line := stream.readline().strip().lower()) != b"":
            if line.startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        stream.read(length)
