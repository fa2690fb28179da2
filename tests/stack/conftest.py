"""One stack with real servers for all tests of this folder."""

from collections.abc import Iterator

import pytest

from deploy.local.stack import Stack
from tests.stack.rosters import ROSTER


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, also when these tests are run alone."""
    config.addinivalue_line("markers", "stack: starts private servers (PostgreSQL, RabbitMQ); up to a minute")


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
