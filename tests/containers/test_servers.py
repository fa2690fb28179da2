"""The servers of docker-compose.yml, each from its image: schemas and roles, queues, the object store's promises."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import kombu
import minio
import psycopg2
import pytest
from kombu.exceptions import OperationalError

from deploy.containers.bucket import make_bucket
from deploy.containers.plan import migrating
from deploy.local.keys import Secrets, owner_role, runtime_role
from deploy.local.layout import REPOSITORY
from deploy.local.postgres import connect, provide_databases
from deploy.local.processes import DATABASES
from services.common.kit import topology
from services.common.kit.errors import NotFound, Unavailable
from services.common.kit.migrations import has_migrations
from services.common.kit.stores import open_store
from services.common.messages import registry
from tests.support.rig import eventually

KEY = "signing/huangshi-2026112200001/1/sale_contract/base.pdf"


def tried(work: Callable[[], Any], *failures: type[Exception]) -> Callable[[], Any]:
    """The same, with these failures as `None`: for `eventually`."""

    def attempt() -> Any:
        try:
            return work()
        except failures:
            return None

    return attempt


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Secrets:
    made = Secrets(tmp_path_factory.mktemp("secrets"))
    made.create_missing()
    return made


@pytest.fixture(scope="module")
def database(start: Callable[..., Any], keys: Secrets) -> Iterator[tuple[str, int]]:
    said = {"POSTGRES_USER": "postgres", "POSTGRES_PASSWORD": keys.password("postgres")}
    with start("GUOHU_POSTGRES_IMAGE", 5432, said) as (host, port):
        eventually(tried(lambda: connect(keys, port, host=host), psycopg2.OperationalError), seconds=60)
        provide_databases(keys, port, DATABASES, host)
        yield host, port


def address(keys: Secrets, where: tuple[str, int], database: str, role: str) -> str:
    return f"postgresql://{role}:{keys.password(role)}@{where[0]}:{where[1]}/{database}"


@pytest.mark.parametrize("service", [one for one in migrating() if has_migrations(f"services.{one}")])
def test_schema_is_made_and_the_lesser_role_may_use_it_and_not_change_it(
    database: tuple[str, int], keys: Secrets, service: str
) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(REPOSITORY),
        "GUOHU_DATABASE_OWNER_URL": address(keys, database, service, owner_role(service)),
    }
    command = [sys.executable, "-m", f"services.{service}", "migrate"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=REPOSITORY)
    assert done.returncode == 0, done.stderr[-2000:]

    link = psycopg2.connect(address(keys, database, service, runtime_role(service)))
    try:
        with link, link.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM kit_inbox")
            assert cursor.fetchone() == (0,)
        with pytest.raises(psycopg2.errors.InsufficientPrivilege), link, link.cursor() as cursor:
            cursor.execute("DROP TABLE kit_inbox")
    finally:
        link.close()


def test_no_service_reaches_anothers_database(database: tuple[str, int], keys: Secrets) -> None:
    with pytest.raises(psycopg2.OperationalError, match="permission denied"):
        psycopg2.connect(address(keys, database, "contract", runtime_role("signing")))


@pytest.fixture(scope="module")
def broker(start: Callable[..., Any]) -> Iterator[str]:
    password = secrets.token_hex(12)
    said = {"RABBITMQ_DEFAULT_USER": "guohu", "RABBITMQ_DEFAULT_PASS": password, "RABBITMQ_DEFAULT_VHOST": "guohu"}
    with start("GUOHU_RABBITMQ_IMAGE", 5672, said) as (host, port):
        url = f"amqp://guohu:{password}@{host}:{port}/guohu"

        def answers() -> bool:
            with kombu.Connection(url, connect_timeout=2) as connection:
                return bool(connection.connect())

        eventually(tried(answers, OSError, OperationalError), seconds=60)
        yield url


def test_queues_of_production_are_declared_and_declared_again(broker: str) -> None:
    wanted = len(registry.rpc_queues()) + len(registry.event_queues())

    assert topology.declare(broker, "quorum") == wanted
    assert topology.declare(broker, "quorum") == wanted


def test_every_event_of_the_registry_reaches_a_queue(broker: str) -> None:
    topology.declare(broker, "quorum")
    keys_ = {key for keys in registry.event_queues().values() for key in keys}
    with kombu.Connection(broker) as connection:
        channel, returned = connection.channel(), []
        channel.events["basic_return"].add(lambda *told: returned.append(told))
        for key in sorted(keys_):
            message = channel.prepare_message(b"{}", properties={"delivery_mode": 1})
            channel.basic_publish(message, exchange=topology.EVENTS, routing_key=key, mandatory=True)
        channel.queue_declare("after", auto_delete=True)  # answered only after what came before was routed
        waiting = {name: channel.queue_declare(name, passive=True).message_count for name in registry.event_queues()}

        assert returned == []
        for name in waiting:
            channel.queue_purge(name)


@pytest.fixture(scope="module")
def store(start: Callable[..., Any]) -> Iterator[dict[str, str]]:
    said = {"MINIO_ROOT_USER": "guohu", "MINIO_ROOT_PASSWORD": secrets.token_hex(16)}
    with start("GUOHU_STORE_IMAGE", 9000, said, ["server", "/data"]) as (host, port):
        told = {
            "GUOHU_OBJECTS": f"s3+insecure://{host}:{port}/guohu",
            "GUOHU_S3_ACCESS_KEY": said["MINIO_ROOT_USER"],
            "GUOHU_S3_SECRET_KEY": said["MINIO_ROOT_PASSWORD"],
            "GUOHU_S3_RETAIN": "signing/=30",
        }
        eventually(tried(lambda: make_bucket(told), Unavailable), seconds=90)
        yield told


def opened(told: dict[str, str]) -> Any:
    return open_store(
        told["GUOHU_OBJECTS"],
        access_key=told["GUOHU_S3_ACCESS_KEY"],
        secret_key=told["GUOHU_S3_SECRET_KEY"],
        retain=told["GUOHU_S3_RETAIN"],
    )


def test_bucket_is_made_once_and_ready_for_retention(store: dict[str, str]) -> None:
    assert make_bucket(store) == "bucket guohu is there"
    assert opened(store).ready()


def test_object_is_kept_given_and_taken_away(store: dict[str, str]) -> None:
    objects, data = opened(store), os.urandom(3_000_000)

    sha256 = objects.put("contract/a", data)

    assert objects.get("contract/a") == data
    assert objects.stat("contract/a") == (len(data), sha256)
    objects.delete("contract/a")
    with pytest.raises(NotFound):
        objects.get("contract/a")


def test_signed_document_outlives_its_deletion(store: dict[str, str]) -> None:
    objects = opened(store)
    objects.put(KEY, b"signed")
    objects.delete(KEY)
    host = store["GUOHU_OBJECTS"].split("/")[2]
    client = minio.Minio(host, store["GUOHU_S3_ACCESS_KEY"], store["GUOHU_S3_SECRET_KEY"], secure=False)

    found = [
        one for one in client.list_objects("guohu", recursive=True, include_version=True) if not one.is_delete_marker
    ]

    (kept,) = [one for one in found if one.object_name == KEY]
    with pytest.raises(minio.error.S3Error):
        client.remove_object("guohu", KEY, version_id=kept.version_id)


def test_standins_are_recipes_without_an_address_of_a_mirror() -> None:
    for one in (Path(__file__).parent / "standins").glob("*"):
        assert "http://" not in one.read_text()
        assert "https://" not in one.read_text()
