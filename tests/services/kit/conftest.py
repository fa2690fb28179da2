"""One PostgreSQL and one RabbitMQ for all tests of the kit; each test uses names of its own in them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

import tests.support.probe.messages  # the probe's queues must be known before they are declared
from services.common.kit import topology
from tests.support.rig import Rig

assert tests.support.probe.messages
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """Servers, queues and schema; no process of ours yet."""
    running = Rig.up(tmp_path_factory.mktemp("rig"))
    try:
        topology.declare(running.amqp_url)
        running.migrate()
        yield running
    finally:
        running.down()


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A counter of this test's own."""
    return f"{request.node.name[:60].replace('[', '-').rstrip(']')}-{next(_NUMBERS)}"


@pytest.fixture
def mark(rig: Rig, name: str) -> Callable[[str, object], None]:
    """Tell the probe's event handler how to treat this counter: `fail` so often, find somebody `away` so often, be `slow` by so many seconds."""

    def write(what: str, value: object) -> None:
        (rig.var / "marks").mkdir(exist_ok=True)
        (rig.var / "marks" / f"{what}-{name}").write_text(str(value))

    return write


@pytest.fixture
def begun(rig: Rig, name: str) -> Callable[[], list[str]]:
    """The counter values the event handler has begun to work on, in order, every attempt counted."""

    def read() -> list[str]:
        file = rig.var / "marks" / f"begun-{name}"
        return file.read_text().split() if file.exists() else []

    return read
