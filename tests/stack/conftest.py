"""Stacks for the tests: real servers, and stub processes in the place of services."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.processes import Roster, ServiceProcess
from deploy.local.stack import Stack

HERE = Path(__file__).parent

# Fails loudly when it is run twice against the wrong role, and does nothing when the table is there.
MIGRATION = """
import os, psycopg2
link = psycopg2.connect(os.environ["GUOHU_DATABASE_OWNER_URL"])
with link, link.cursor() as cursor:
    cursor.execute("CREATE TABLE IF NOT EXISTS fact (id bigserial PRIMARY KEY, what text NOT NULL)")
"""


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, also when these tests are run alone."""
    config.addinivalue_line("markers", "stack: starts private servers (PostgreSQL, RabbitMQ); up to a minute")


def stub(service: str, role: str, *arguments: str) -> ServiceProcess:
    """A process that answers on its admin port and starts a grandchild, as a service with an engine does."""
    return ServiceProcess(service, role, (sys.executable, str(HERE / "stub.py"), *arguments))


ROSTER = Roster(
    processes=(stub("contract", "serve"), stub("contract", "worker"), stub("gateway", "serve")),
    topology=(sys.executable, "-c", "import os; print(os.environ['GUOHU_AMQP_URL'][:7])"),
    migrations=dict.fromkeys(("contract", "signing"), (sys.executable, "-c", MIGRATION)),
)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One stack for all tests; each test leaves it up, or brings it up first."""
    one = Stack(tmp_path_factory.mktemp("stack"), ROSTER)
    yield one
    one.down()


@pytest.fixture
def running(stack: Stack) -> Stack:
    """The stack, whole and ready."""
    stack.up()
    return stack
