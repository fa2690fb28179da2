"""One stack with every service for all journeys; each journey brings people and a house of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deploy.demo.__main__ import stage_on
from deploy.demo.stage import Stage
from deploy.local.stack import Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A whole stack in a folder of its own."""
    one = Stack(tmp_path_factory.mktemp("journeys"))
    try:
        one.up()
        yield one
    finally:
        one.down()


@pytest.fixture(scope="session")
def stage(stack: Stack) -> Stage:
    """Seeded titles, staff and people on that stack."""
    found = stage_on(stack)
    found.seed()
    return found
