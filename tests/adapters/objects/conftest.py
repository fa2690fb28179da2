"""One S3 server for the folder, and both stores behind one name."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.common.kit.objects import Store
from services.common.kit.stores import open_store
from tests.support.store_server import StoreServer, why_not


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if (reason := why_not()) and any("tests/adapters/objects/" in str(one.path) for one in items):
        print(f"\nthe S3 tests are skipped: {reason}")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreServer]:
    if reason := why_not():
        pytest.skip(reason)
    one = StoreServer(tmp_path_factory.mktemp("store"))
    one.start()
    try:
        yield one
    finally:
        one.kill()


@pytest.fixture
def bucket(server: StoreServer) -> str:
    name = f"b{secrets.token_hex(6)}"
    server.client().make_bucket(name)
    return name


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return open_store(f"file:{tmp_path / 'objects'}")
    server: StoreServer = request.getfixturevalue("server")
    return opened(server, request.getfixturevalue("bucket"))


def opened(server: StoreServer, bucket: str, *, retain: str = "", secret: str = "") -> Store:
    """The adapter as a service opens it."""
    return open_store(
        f"s3+insecure://{server.host}/{bucket}",
        access_key=server.access_key,
        secret_key=secret or server.secret_key,
        retain=retain,
    )
